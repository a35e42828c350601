// The inverse of a change of expiry: the credits go to a block that expires when the first one did.
import { compare, isPositive, isZero, smaller, subtract, zero } from '../credits/amount.ts';
import type { CreditBlock } from '../credits/block.ts';
import { dayBeginningAt, isTimeZone } from '../credits/calendar.ts';
import type { LedgerEntry } from '../credits/entry.ts';
import { parseInstant } from '../credits/instant.ts';
import { jsonNumber } from '../wire/json.ts';
import {
  type Done,
  endOf,
  entryLost,
  type Inverse,
  instantOf,
  nothing,
  type Present,
  step,
} from './inverse-parts.ts';

/** The credits go to a block that expires when the first one did. */
export function expiryMovedBack({ entries: [entry] }: Done, present: Present): Inverse {
  if (entry === undefined) return nothing(entryLost);
  const before = entry.credit_block.expiry_date;
  if (before === null)
    return nothing('The credits never expired before, and no change of expiry can say never again.');
  const at = parseInstant(before) ?? 0;
  if (at <= present.now) return nothing(`The first expiry, ${before}, is past by now.`);
  const day = dayBeginningAt(at, present.zone);
  if (day === undefined && !isTimeZone(present.zone))
    return nothing(`This Node does not know the time zone ${present.zone}, in which ${before} may be a day.`);
  if (day === undefined)
    return nothing(`The first expiry, ${before}, is not the start of a day, which is all that can be set.`);
  const block = movedTo(entry, present);
  if (block === undefined)
    return nothing('The credits are not found where they went: they were used or moved.');
  const gone = endOf(block, present);
  if (gone !== undefined) return nothing(gone);
  const left = isPositive(block.balance) ? smaller(block.balance, entry.amount) : zero;
  const missing = subtract(entry.amount, left);
  const change = { block_id: block.id, amount: jsonNumber(left), target_expiry_date: day };
  return {
    steps: isZero(left) ? [] : [step('expiration_change', entry, change)],
    cannot: isZero(missing) ? [] : [`${missing} of the ${entry.amount} credits were used or moved since.`],
  };
}

/** The API does not tell the id of the block that a change of expiry makes; it is known by what it was made with. */
function movedTo(entry: LedgerEntry, { blocks }: Present): CreditBlock | undefined {
  const { per_unit_cost_basis: cost, id } = entry.credit_block;
  const expiry = instantOf(entry.new_block_expiry_date);
  const fitting = blocks.filter(
    (block) =>
      block.id !== id &&
      block.credit_block_source === 'manual' &&
      block.per_unit_cost_basis === cost &&
      instantOf(block.expiry_date) === expiry &&
      (block.maximum_initial_balance === null || compare(block.maximum_initial_balance, entry.amount) === 0),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}
