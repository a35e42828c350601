// Finds the block that a change of expiry made. The API does not return its id, so it is known by what it was made with.
import { type AffectedBlock, type CreditBlock, endOf, type LedgerEntry } from '../credits/customer.ts';
import { type Amount, type Instant, timeOf } from '../credits/exact.ts';
import { blockOf, type Present } from './inverse-parts.ts';

/**
 * Equal changes made equal blocks, so which of them is whose does not matter, if none is gone. `undefined` if the block is
 * gone, or cannot be known from others.
 */
export function movedTo(entry: LedgerEntry, present: Present): CreditBlock | undefined {
  const changes = changesOf(entry, present);
  const equal = changes.filter((each) => kindMadeBy(each) === kindMadeBy(entry));
  if (equal.some((each) => !movedAlike(each, entry, present))) return undefined;
  const made = blocksMadeLike(entry, present);
  // A block that an earlier change took credits from was there before this one, so one of the first made it.
  const earlier = new Set(
    changes.slice(0, changes.indexOf(entry)).map(({ credit_block }) => credit_block.id),
  );
  const possible = made.filter(({ id }) => !earlier.has(id));
  const makers = equal.slice(made.length - possible.length);
  if (makers.length !== possible.length) return undefined;
  // By their ids, so that each change has the same block whenever it is asked for.
  const own = possible.toSorted((one, other) => (one.id > other.id ? -1 : 1))[makers.indexOf(entry)];
  return own === undefined ? undefined : blockOf(own.id, present);
}

/** Every change of expiry, this one included, oldest first. */
function changesOf(entry: LedgerEntry, { making }: Present): readonly LedgerEntry[] {
  const others = making.filter(({ entry_type, id }) => entry_type === 'expiration_change' && id !== entry.id);
  return [...others, entry].toSorted(
    (one, other) => one.ledger_sequence_number - other.ledger_sequence_number,
  );
}

/** Blocks that changes of expiry made are of one kind if they were made with the same. */
const kindOf = (
  { per_unit_cost_basis: cost, filters }: Pick<AffectedBlock, 'per_unit_cost_basis' | 'filters'>,
  expires: string | null | undefined,
  credits: Amount,
): string => JSON.stringify([cost, filters, timeOf(expires) ?? null, credits]);

const kindMadeBy = (change: LedgerEntry): string =>
  kindOf(change.credit_block, change.new_block_expiry_date, change.amount);

/** Whether two changes took credits that expired, and could be used, from the same moment on. */
function movedAlike(
  one: LedgerEntry,
  other: LedgerEntry,
  { blocks, listed = blocks, now }: Present,
): boolean {
  const startOf = ({ credit_block: { id } }: LedgerEntry): Instant =>
    Math.max(now, timeOf(listed.find((block) => block.id === id)?.effective_date) ?? now);
  return endOf(one.credit_block) === endOf(other.credit_block) && startOf(one) === startOf(other);
}

/** The blocks of that kind which no grant made. */
function blocksMadeLike(entry: LedgerEntry, { blocks, listed = blocks, making }: Present) {
  const grants = making.filter(({ entry_type }) => entry_type === 'increment');
  const others = new Set([entry, ...grants].map(({ credit_block }) => credit_block.id));
  return listed.filter(
    (block) =>
      !others.has(block.id) &&
      block.credit_block_source === 'manual' &&
      kindOf(block, block.expiry_date, block.maximum_initial_balance ?? entry.amount) === kindMadeBy(entry),
  );
}
