// Finds the block that an expiry change made, by cost, filters, expiry and amount: the API does not return its id.
import { type AffectedBlock, type CreditBlock, endOf, type LedgerEntry } from '../credits/customer.ts';
import { type Amount, type Instant, timeOf } from '../credits/exact.ts';
import { blockOf, type CustomerState } from './inverse-parts.ts';

/**
 * Equal changes make equal blocks, so any pairing of changes with blocks works while all blocks exist.
 * `undefined` if the block is gone, or another block could be meant.
 */
export function blockMadeBy(entry: LedgerEntry, present: CustomerState): CreditBlock | undefined {
  const changes = changesOf(entry, present);
  const equal = changes.filter((each) => kindMadeBy(each) === kindMadeBy(entry));
  if (equal.some((each) => !movedAlike(each, entry, present))) return undefined;
  const made = blocksMadeLike(entry, present);
  // An earlier change took credits from this block, so an earlier change of the same kind made it.
  const earlier = new Set(
    changes.slice(0, changes.indexOf(entry)).map(({ credit_block }) => credit_block.id),
  );
  const possible = made.filter(({ id }) => !earlier.has(id));
  const makers = equal.slice(made.length - possible.length);
  if (makers.length !== possible.length) return undefined;
  // The order of ids is stable, so a change gets the same block on every call.
  const own = possible.toSorted((one, other) => (one.id > other.id ? -1 : 1))[makers.indexOf(entry)];
  return own === undefined ? undefined : blockOf(own.id, present);
}

/** Every expiry change, including `entry`, oldest first. */
function changesOf(entry: LedgerEntry, { making }: CustomerState): readonly LedgerEntry[] {
  const others = making.filter(({ entry_type, id }) => entry_type === 'expiration_change' && id !== entry.id);
  return [...others, entry].toSorted(
    (one, other) => one.ledger_sequence_number - other.ledger_sequence_number,
  );
}

/** Identifies the kind of a block that an expiry change made: cost, filters, expiry and amount. */
const kindOf = (
  { per_unit_cost_basis: cost, filters }: Pick<AffectedBlock, 'per_unit_cost_basis' | 'filters'>,
  expires: string | null | undefined,
  credits: Amount,
): string => JSON.stringify([cost, filters, timeOf(expires) ?? null, credits]);

const kindMadeBy = (change: LedgerEntry): string =>
  kindOf(change.credit_block, change.new_block_expiry_date, change.amount);

/** Whether the source blocks of two changes expire at the same moment and are usable from the same moment. */
function movedAlike(
  one: LedgerEntry,
  other: LedgerEntry,
  { blocks, listed = blocks, now }: CustomerState,
): boolean {
  const startOf = ({ credit_block: { id } }: LedgerEntry): Instant =>
    Math.max(now, timeOf(listed.find((block) => block.id === id)?.effective_date) ?? now);
  return endOf(one.credit_block) === endOf(other.credit_block) && startOf(one) === startOf(other);
}

/** Blocks of the same kind as the change's new block that no grant made. */
function blocksMadeLike(entry: LedgerEntry, { blocks, listed = blocks, making }: CustomerState) {
  const grants = making.filter(({ entry_type }) => entry_type === 'increment');
  const others = new Set([entry, ...grants].map(({ credit_block }) => credit_block.id));
  return listed.filter(
    (block) =>
      !others.has(block.id) &&
      block.credit_block_source === 'manual' &&
      kindOf(block, block.expiry_date, block.maximum_initial_balance ?? entry.amount) === kindMadeBy(entry),
  );
}
