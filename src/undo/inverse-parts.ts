// Builds the parts of an inverse: steps that undo a write, and a sentence for each part that cannot be undone.

import { type CreditBlock, hasExpired, type LedgerEntry } from '../credits/customer.ts';
import {
  type Amount,
  amountFromText,
  type Instant,
  isPositive,
  sum,
  timeOf,
  zero,
} from '../credits/exact.ts';
import { localTime } from '../credits/local-time.ts';
import { type JsonObject, numberText } from '../wire/json.ts';

/** A write to undo: the request body and every entry that the write made, oldest first. */
export interface WriteToUndo {
  readonly body: JsonObject;
  readonly entries: readonly LedgerEntry[];
}

/** The customer's blocks and later entries, as they are now. */
export interface CustomerState {
  /** All blocks in the write's currency, newest first, including expired and depleted blocks. */
  readonly blocks: readonly CreditBlock[];
  /** The blocks as the API lists them, if `blocks` simulates earlier undos. Default: `blocks`. */
  readonly listed?: readonly CreditBlock[];
  readonly now: Instant;
  /** The customer's IANA time zone. */
  readonly zone: string;
  /** Later entries in the blocks that the write touched. */
  readonly since: readonly LaterMove[];
  /** Every grant and expiry change in the currency, for the undo of an expiry change or of a grant whose credits it moved. */
  readonly making: readonly LedgerEntry[];
}

/** A later entry, as far as the credits that it moved in its block. */
export interface LaterMove extends Pick<LedgerEntry, 'entry_type' | 'amount' | 'void_amount'> {
  readonly credit_block: { readonly id: string };
}

export interface Inverse {
  /** Bodies of the entries that undo the write, in sending order, without descriptions. */
  readonly steps: readonly JsonObject[];
  /** Each part that cannot be undone and why, as a whole sentence. */
  readonly cannot: readonly string[];
  /** What stays although all credits are undone, as a whole sentence. */
  readonly beside?: string;
}

export const entryLost =
  'The ledger has no entry of this write (entries are deleted with their block), so there is nothing to take back.';

/** Writes an instant of the API as a time in a zone. */
export const timeIn =
  (zone: string) =>
  (field: string | null): string => {
    const at = timeOf(field);
    return (at === undefined ? undefined : localTime(zone)?.text(at)) ?? String(field);
  };

/** A sentence if the block expired, so that its credits cannot move any more; `undefined` otherwise. */
export const expiredSentence = (block: CreditBlock, { now, zone }: CustomerState): string | undefined =>
  hasExpired(block, now)
    ? `The block ${block.id} expired on ${timeIn(zone)(block.expiry_date)}, and what was left in it is gone.`
    : undefined;

/**
 * A sentence if a write can never be undone, whatever became of its credits since: its answer alone decides.
 * `undefined` otherwise.
 */
export function neverUndone(
  type: unknown,
  block: { readonly expiry_date?: unknown; readonly per_unit_cost_basis?: unknown },
  { now, timeText }: { readonly now: Instant; readonly timeText: (at: string) => string },
): string | undefined {
  const { expiry_date: expiry, per_unit_cost_basis: price } = block;
  const isPast = (timeOf(expiry) ?? Number.POSITIVE_INFINITY) <= now;
  if (type === 'expiration_change') {
    if (expiry === null) return 'The credits did not expire before, and a change of expiry cannot set never.';
    return isPast ? `The earlier expiry, ${timeText(String(expiry))}, is past.` : undefined;
  }
  if (type !== 'void') return undefined;
  const cost = typeof price === 'string' ? amountFromText(price) : undefined;
  if (cost !== undefined && isPositive(cost))
    return `The credits cost ${cost} each. Granting them again raises an invoice: use ledger add for that.`;
  return isPast ? `The credits would have expired on ${timeText(String(expiry))} by now.` : undefined;
}

export const blockOf = (id: string, { blocks }: CustomerState): CreditBlock | undefined =>
  blocks.find((block) => block.id === id);

/** Credits that later entries of a type moved in a block; a void counts its requested amount. */
export function movedSince(type: string, id: string, { since }: Pick<CustomerState, 'since'>): Amount {
  const later = since.filter(({ entry_type, credit_block }) => entry_type === type && credit_block.id === id);
  return sum(later.map(({ amount, void_amount }) => void_amount ?? amount));
}

export const step = (type: string, { currency }: LedgerEntry, more: JsonObject): JsonObject => ({
  entry_type: type,
  currency,
  ...more,
});

export const cannotUndoAny = (why: string): Inverse => ({ steps: [], cannot: [why] });

export function joined(parts: readonly Inverse[]): Inverse {
  return { steps: parts.flatMap(({ steps }) => steps), cannot: parts.flatMap(({ cannot }) => cannot) };
}

/** Sum of the credits that all steps of an inverse move. */
export function movedBy({ steps }: Inverse): Amount {
  return sum(steps.map(({ amount }) => amountFromText(numberText(amount) ?? '') ?? zero));
}
