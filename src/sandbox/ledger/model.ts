// Defines credit blocks, ledger entries, the commands that create entries, and the reasons to refuse a command.

import type {
  BlockFilter,
  BlockSource,
  BlockStatus,
  EntryStatus,
  EntryType,
} from '../../credits/customer.ts';
import { type Amount, amount, type Instant, isPositive, isZero, zero } from '../../credits/exact.ts';
import type { InvoiceTerms } from './invoice.ts';

export interface Block {
  readonly id: string;
  /** Credits left; negative if decrements went below zero. */
  readonly balance: Amount;
  /** The largest balance that the block may ever hold (contract: CreditBlock.maximum_initial_balance). */
  readonly initial: Amount;
  readonly effectiveAt: Instant;
  /** Credits lapse at this instant; `null` means never. */
  readonly expiresAt: Instant | null;
  /** Money per credit as the request wrote it, `0.20`; `null` draws like 0 (Orb docs: deduction order). */
  readonly costBasis: string | null;
  readonly status: BlockStatus;
  /** Whether the ledger's balance includes the block: false until the block is both effective and paid. */
  readonly counted: boolean;
  readonly filters: readonly BlockFilter[];
  readonly source: BlockSource;
  /**
   * The most that the block may hold from now on, and the most that can be voided of it: the initial balance, less
   * voided credits, even if they were used already, and less credits moved to another block. The ceiling never rises, or
   * credits could be refunded twice.
   */
  readonly ceiling: Amount;
}

/** A block ends at the start of its expiry instant, not after it (Orb docs: time zones). */
export function isExpired(block: Block, at: Instant): boolean {
  return block.expiresAt !== null && block.expiresAt <= at;
}

/** Whether a decrement may draw from a block, provided that everything due is settled. */
export function isDrawable(block: Block): boolean {
  return block.counted && isPositive(block.balance);
}

/**
 * When the next event of a block falls due: the block becomes effective, or it expires.
 * `null` if no event will. A depleted block has no credits left to lapse, so it is never due.
 */
export function nextDueAt(block: Block): Instant | null {
  if (isZero(block.balance)) return null;
  if (block.counted || block.status === 'pending_payment') return block.expiresAt;
  return block.expiresAt === null ? block.effectiveAt : Math.min(block.effectiveAt, block.expiresAt);
}

/**
 * A text that sorts as amounts do, so that a database can compare exact decimals without converting them to floating
 * point. The key of an amount that is not negative: the length of its whole part, then its digits.
 * `0.5` < `9.99` < `10` as numbers and as keys. Throws a RangeError on a negative amount.
 */
export function ascendingKey(value: Amount): string {
  if (value.startsWith('-')) throw new RangeError(`no ascending key for a negative amount: ${value}`);
  const point = value.indexOf('.');
  const wholeDigits = point === -1 ? value.length : point;
  return `${String(wholeDigits).padStart(3, '0')}${value}`;
}

/** Sorts after the key of every expiring block of the same kind. */
const never = '~';
/** Added to seconds since the epoch, so that no key is negative and all keys have the same number of digits. */
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

/** The range of deduction keys of a kind of block: `first` for a block that expires at the instant, `beyond` after all keys. */
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

export interface Entry {
  readonly id: string;
  /** 1 for the first entry of a ledger, then without gaps. Model: a choice of ours, see docs/embedded-ledger.md. */
  readonly sequence: number;
  readonly type: EntryType;
  /** Never negative; the direction follows from `starting` and `ending`. */
  readonly amount: Amount;
  readonly starting: Amount;
  readonly ending: Amount;
  /** Whole seconds, never earlier than the creation of the entry before. */
  readonly createdAt: Instant;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly blockId: string;
  /** Only of an `expiration_change` or `void_initiated`; `null` there means that the new block never expires. */
  readonly newBlockExpiresAt: Instant | null;
  /** The block that the entry created besides the block it names, by moving credits or a debt. */
  readonly newBlockId: string | null;
  /** Whether the entry belongs to the same command as the entry before it. */
  readonly continues: boolean;
  /** The requested amount of a `void_initiated` or `void`. */
  readonly voidAmount: Amount | null;
  readonly voidReason: string | null;
  /** The invoice that the entry raised. */
  readonly invoiceId: string | null;
}

/** Whether an entry moves the debt of an expired block to another block; credits that a command moves always expire. */
export const isDebtMove = ({ type, newBlockExpiresAt }: Entry): boolean =>
  type === 'expiration_change' && newBlockExpiresAt === null;

/** How long an entry may still change. Model: Orb's default grace period (contract: CreditLedgerEntry). */
export const gracePeriod = 12 * 60 * 60 * 1000;

/** The last instant whose entries are committed at `now`. */
export function committedUntil(now: Instant): Instant {
  return now - gracePeriod;
}

/** `committed` once the grace period has passed, `pending` before. */
export function entryStatus(createdAt: Instant, now: Instant): EntryStatus {
  return createdAt <= committedUntil(now) ? 'committed' : 'pending';
}

/**
 * The order of precedence: a command that breaks several rules is refused for the first of them.
 * Shape comes before look-ups and look-ups before limits; the category picks the API's error type (Orb docs: error responses).
 */
export const refusals = {
  'amount-not-positive': 'validation',
  'amount-too-large': 'validation',
  'cost-basis-negative': 'validation',
  'cost-basis-too-large': 'validation',
  'invoice-without-cost-basis': 'validation',
  'cost-basis-without-invoice': 'validation',
  'currency-unknown': 'constraint',
  'currency-not-invoiced': 'constraint',
  'block-unknown': 'not-found',
  'block-of-other-currency': 'constraint',
  'source-ambiguous': 'constraint',
  'source-missing': 'constraint',
  'source-expiry-differs': 'constraint',
  'block-expired': 'constraint',
  'expiry-before-effective': 'constraint',
  'target-before-effective': 'constraint',
  'balance-insufficient': 'constraint',
  'void-above-initial': 'constraint',
  'amendment-above-decremented': 'constraint',
} as const satisfies Record<string, 'validation' | 'not-found' | 'constraint'>;

export type RefusalName = keyof typeof refusals;

export interface Refusal {
  readonly refused: RefusalName;
  /** The reason in plain words, for the caller of the API. */
  readonly sentence: string;
}

export function refuse(refused: RefusalName, sentence: string): Refusal {
  return { refused, sentence };
}

export function isRefusal<T extends object>(outcome: T | Refusal): outcome is Refusal {
  return 'refused' in outcome;
}

interface Common {
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Increment extends Common {
  readonly type: 'increment';
  readonly amount: Amount;
  /** `null` means now. */
  readonly effectiveAt: Instant | null;
  readonly expiresAt: Instant | null;
  /** Money per credit: a decimal, kept as the request wrote it. */
  readonly costBasis: string | null;
  readonly filters: readonly BlockFilter[];
  readonly invoice: InvoiceTerms | null;
}

export interface Decrement extends Common {
  readonly type: 'decrement';
  readonly amount: Amount;
}

/** A calendar day in the customer's zone. */
export interface Day {
  readonly startsAt: Instant;
  /** The start of the next day. */
  readonly endsAt: Instant;
}

export interface ExpirationChange extends Common {
  readonly type: 'expiration_change';
  /** `null` means all remaining credits. */
  readonly amount: Amount | null;
  readonly blockId: string | null;
  /** The source block's expiry; `null` means that the command names none. */
  readonly expiresAt: Instant | null;
  readonly target: Day;
}

export interface VoidBlock extends Common {
  readonly type: 'void';
  readonly amount: Amount;
  readonly blockId: string;
  readonly reason: string | null;
}

export interface Amendment extends Common {
  readonly type: 'amendment';
  readonly amount: Amount;
  readonly blockId: string;
}

export type Command = Increment | Decrement | ExpirationChange | VoidBlock | Amendment;
