// The parts of an inverse: steps that undo a write, and a sentence for each part that cannot be undone.

import { type CreditBlock, hasExpired, type LedgerEntry } from '../credits/customer.ts';
import { type Amount, amountFromText, type Instant, sum, zero } from '../credits/exact.ts';
import { type JsonObject, numberText } from '../wire/json.ts';

/** What was done: the body that was sent, and every entry that it made, oldest first. */
export interface Done {
  readonly body: JsonObject;
  readonly entries: readonly LedgerEntry[];
}

/** How the customer stands now. */
export interface Present {
  /** All blocks in the currency of the write, expired and depleted ones too, newest first. */
  readonly blocks: readonly CreditBlock[];
  /** The same as the API lists them, where `blocks` is what earlier undos will leave of them; default: `blocks`. */
  readonly listed?: readonly CreditBlock[];
  readonly now: Instant;
  /** The customer's IANA time zone. */
  readonly zone: string;
  /** What later entries moved in the blocks that the write touched. */
  readonly since: readonly LaterMove[];
  /** Every grant and every change of expiry in the currency; only the undo of a change of expiry needs them. */
  readonly making: readonly LedgerEntry[];
}

/** What a later entry moved in a block. */
export interface LaterMove extends Pick<LedgerEntry, 'entry_type' | 'amount' | 'void_amount'> {
  readonly credit_block: { readonly id: string };
}

export interface Inverse {
  /** The bodies of the entries that take it back, in the order in which they are to be sent; without descriptions. */
  readonly steps: readonly JsonObject[];
  /** What cannot be taken back and why, each a whole sentence. */
  readonly cannot: readonly string[];
}

export const entryLost = 'The entry that the write made is not known, so there is nothing to take back.';

/** `undefined` if the block can still be moved; a sentence on why not otherwise. */
export const goneText = (block: CreditBlock, { now }: Present): string | undefined =>
  hasExpired(block, now)
    ? `The block ${block.id} expired on ${block.expiry_date}, and what was left in it is gone.`
    : undefined;

export const blockOf = (id: string, { blocks }: Present): CreditBlock | undefined =>
  blocks.find((block) => block.id === id);

/** Credits that later entries of a type moved in a block; of voids, what they were asked to void. */
export function movedSince(type: string, id: string, { since }: Pick<Present, 'since'>): Amount {
  const later = since.filter(({ entry_type, credit_block }) => entry_type === type && credit_block.id === id);
  return sum(later.map(({ amount, void_amount }) => void_amount ?? amount));
}

export const step = (type: string, { currency }: LedgerEntry, more: JsonObject): JsonObject => ({
  entry_type: type,
  currency,
  ...more,
});

export const nothing = (why: string): Inverse => ({ steps: [], cannot: [why] });

export function joined(parts: readonly Inverse[]): Inverse {
  return { steps: parts.flatMap(({ steps }) => steps), cannot: parts.flatMap(({ cannot }) => cannot) };
}

/** Credits that an inverse moves, all steps together. */
export function movedBy({ steps }: Inverse): Amount {
  return sum(steps.map(({ amount }) => amountFromText(numberText(amount) ?? '') ?? zero));
}
