// The parts of an inverse: steps that undo a write, and a sentence for each part that cannot be undone.

import type { AffectedBlock, CreditBlock, LedgerEntry } from '../credits/customer.ts';
import { type Amount, amountFromText, type Instant, parseInstant, sum, zero } from '../credits/exact.ts';
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
export function endOf({ id, expiry_date }: CreditBlock, { now }: Present): string | undefined {
  const at = instantOf(expiry_date);
  return at !== undefined && at <= now
    ? `The block ${id} expired on ${expiry_date}, and what was left in it is gone.`
    : undefined;
}

export const instantOf = (text: string | null | undefined): Instant | undefined =>
  typeof text === 'string' ? parseInstant(text) : undefined;

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

type Kind = Pick<AffectedBlock, 'per_unit_cost_basis' | 'filters'>;

/** Blocks that a change of expiry makes are of one kind if they were made with the same. */
const kindOf = (
  { per_unit_cost_basis: cost, filters }: Kind,
  expires: string | null | undefined,
  credits: Amount,
): string => JSON.stringify([cost, filters, instantOf(expires) ?? null, credits]);

/**
 * The API does not return the id of the block that a change of expiry makes; it is known by what it was made with. No block
 * that a grant made is it. Equal changes made equal blocks, so which of them is whose does not matter, if none is gone;
 * credits for other items, or that can be used from another day, are not equal.
 */
export function movedTo(entry: LedgerEntry, present: Present): CreditBlock | undefined {
  const { blocks, listed = blocks, making, now } = present;
  const kind = kindOf(entry.credit_block, entry.new_block_expiry_date, entry.amount);
  const isOther = (each: LedgerEntry): boolean =>
    each.entry_type === 'expiration_change' && each.id !== entry.id;
  const changes = [...making.filter(isOther), entry].toSorted(
    (one, other) => one.ledger_sequence_number - other.ledger_sequence_number,
  );
  const like = changes.filter(
    (each) => kindOf(each.credit_block, each.new_block_expiry_date, each.amount) === kind,
  );
  const startOf = ({ credit_block: { id } }: LedgerEntry): Instant =>
    Math.max(now, instantOf(listed.find((block) => block.id === id)?.effective_date) ?? now);
  const isUnlike = (each: LedgerEntry): boolean =>
    instantOf(each.credit_block.expiry_date) !== instantOf(entry.credit_block.expiry_date) ||
    startOf(each) !== startOf(entry);
  if (like.some(isUnlike)) return undefined;
  const grants = making.filter(({ entry_type }) => entry_type === 'increment');
  const others = new Set([entry, ...grants].map(({ credit_block }) => credit_block.id));
  const fitting = listed.filter(
    (block) =>
      !others.has(block.id) &&
      block.credit_block_source === 'manual' &&
      kindOf(block, block.expiry_date, block.maximum_initial_balance ?? entry.amount) === kind,
  );
  // A block that was there before this change was made by an earlier one.
  const earlier = changes.slice(0, changes.indexOf(entry));
  const known = new Set(earlier.map(({ credit_block }) => credit_block.id));
  const left = fitting.filter(({ id }) => !known.has(id));
  const rivals = like.slice(fitting.length - left.length);
  if (rivals.length !== left.length) return undefined;
  // By their ids, so that each change has the same block whenever it is asked for.
  const its = left.toSorted((one, other) => (one.id > other.id ? -1 : 1))[rivals.indexOf(entry)];
  return its === undefined ? undefined : blockOf(its.id, present);
}
