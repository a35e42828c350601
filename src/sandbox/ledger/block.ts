// The credit block as the ledger core sees it, and what its fields imply: whether it counts, when it is due, where it stands in order.
import { type Amount, amount, isPositive, isZero, zero } from '../../credits/amount.ts';
import type { BlockFilter, BlockSource, BlockStatus } from '../../credits/block.ts';
import type { Instant } from '../../credits/instant.ts';
import { ascendingKey } from './ascending-key.ts';

export interface Block {
  readonly id: string;
  /** Credits left; negative where decrements went below zero. */
  readonly balance: Amount;
  /** The most it may ever hold (contract: CreditBlock.maximum_initial_balance). */
  readonly initial: Amount;
  readonly effectiveAt: Instant;
  /** Credits lapse at this instant; `null` means never. */
  readonly expiresAt: Instant | null;
  /** Money per credit as it was written, `0.20`; `null` draws like 0 (Orb docs: deduction order). */
  readonly costBasis: string | null;
  readonly status: BlockStatus;
  /** Whether the ledger's balance includes it: false until it is both effective and paid. */
  readonly counted: boolean;
  readonly filters: readonly BlockFilter[];
  readonly source: BlockSource;
  /**
   * The most it may hold from now on, and the most that can be voided of it: what it began with, less what was
   * voided, also where that was used already, and less what moved to another block. It never rises, or credits
   * could be refunded twice.
   */
  readonly ceiling: Amount;
}

/** A block ends at the start of its expiry instant, not after it (Orb docs: time zones). */
export function isExpired(block: Block, at: Instant): boolean {
  return block.expiresAt !== null && block.expiresAt <= at;
}

/** Whether a decrement may draw from it, provided that what was due has been settled. */
export function isDrawable(block: Block): boolean {
  return block.counted && isPositive(block.balance);
}

/**
 * When something next happens to a block by itself: it becomes effective, or it expires.
 * `null` if nothing will. A depleted block has nothing left to lapse, so it is never due.
 */
export function nextDueAt(block: Block): Instant | null {
  if (isZero(block.balance)) return null;
  if (block.counted || block.status === 'pending_payment') return block.expiresAt;
  return block.expiresAt === null ? block.effectiveAt : Math.min(block.effectiveAt, block.expiresAt);
}

/** Sorts after the key of every expiring block of the same kind. */
const never = '~';
/** Moves the year 0 to zero, so that all instants of the calendar have the same number of digits. */
const secondsBeforeEpoch = 62_167_219_200;

/**
 * Text that sorts as blocks are drawn: item-filtered first, soonest expiry, never-expiring last, lower cost basis
 * (Orb docs: deduction order). Equal keys are drawn in the order of creation.
 */
export function deductionKey(block: Block): string {
  const kind = block.filters.length > 0 ? filteredKind : unfilteredKind;
  const expiry = block.expiresAt === null ? never : secondKey(block.expiresAt);
  return `${kind} ${expiry} ${ascendingKey(block.costBasis === null ? zero : amount(block.costBasis))}`;
}

/** The deduction keys of a kind of block: from those of the first that can outlast an instant, up to an end beyond all. */
export function keysOutlasting(
  at: Instant,
  kind: string,
): { readonly first: string; readonly beyond: string } {
  return { first: `${kind} ${secondKey(at)}`, beyond: `${kind}${never}` };
}

const secondKey = (at: Instant): string =>
  String(Math.floor(at / 1000) + secondsBeforeEpoch).padStart(12, '0');

/** First character of the deduction key of a block that is limited to certain items. */
export const filteredKind = '0';
/** First character of the deduction key of a block for all items; every such block is drawn after the limited ones. */
export const unfilteredKind = '1';
