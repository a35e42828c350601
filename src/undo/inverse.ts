// Computes the inverse of a write: steps that undo as much as possible, and a sentence for each other part. Pure.

import { dayBeginningAt, isTimeZone } from '../credits/calendar.ts';
import { type CreditBlock, endOf, type LedgerEntry } from '../credits/customer.ts';
import {
  type Amount,
  add,
  isPositive,
  isZero,
  smaller,
  subtract,
  sum,
  timeOf,
  zero,
} from '../credits/exact.ts';
import { effectOf } from '../requests/prediction.ts';
import { jsonNumber } from '../wire/json.ts';
import {
  blockOf,
  type CustomerState,
  cannotUndoAny,
  entryLost,
  expiredSentence,
  type Inverse,
  joined,
  movedSince,
  neverUndone,
  step,
  timeIn,
  type WriteToUndo,
} from './inverse-parts.ts';
import { blockMadeBy } from './moved-block.ts';

/**
 * Increment ⇄ void, decrement ⇄ amendment, an expiry moved back. `cannot` names every part that `steps`
 * leaves out; at least one of the two has an element.
 */
export function inverse(done: WriteToUndo, present: CustomerState): Inverse {
  switch (done.body.entry_type) {
    case 'increment':
      return ofIncrement(done, present);
    case 'decrement':
      return ofDecrement(done, present);
    case 'expiration_change':
      return expiryMovedBack(done, present);
    case 'void':
      return ofVoid(done, present);
    case 'amendment':
      return ofAmendment(done, present);
    default:
      return cannotUndoAny('Only ledger entries of the five types can be undone.');
  }
}

const invoiceStays = 'The invoice that the grant raised stays.';

/** Voids the credits that are left in the block that the grant made. */
function ofIncrement({ body, entries: [entry] }: WriteToUndo, present: CustomerState): Inverse {
  if (entry === undefined) return cannotUndoAny(entryLost);
  const block = blockOfGrant(entry, present);
  if (block === undefined)
    return cannotUndoAny(`The block ${entry.credit_block.id} is gone, and its credits with it.`);
  const { id } = block;
  const gone = expiredSentence(block, present);
  if (gone !== undefined) return cannotUndoAny(gone);
  // A block can be voided up to its initial balance. Earlier voids count, even those of used credits.
  const voidable = subtract(entry.amount, movedSince('void_initiated', id, present));
  const left = atLeastZero(smaller(block.balance, voidable));
  if (isZero(left))
    return cannotUndoAny(
      `None of the ${entry.amount} credits are left in the block ${id}: they were used or moved.`,
    );
  const missing = subtract(entry.amount, left);
  return {
    steps: [step('void', entry, { block_id: id, amount: jsonNumber(left) })],
    cannot: isZero(missing)
      ? []
      : [`${missing} of the ${entry.amount} credits were used or moved since, and stay as they are.`],
    ...(body.invoice_settings === undefined ? {} : { beside: invoiceStays }),
  };
}

/** The block of a grant, or the block that has its credits and its expiry after changes of expiry that were undone. */
function blockOfGrant(entry: LedgerEntry, present: CustomerState): CreditBlock | undefined {
  const own = blockOf(entry.credit_block.id, present);
  const seen = new Set<string>();
  for (let block = own; block !== undefined && !seen.has(block.id); ) {
    if (isPositive(block.balance)) return endOf(block) === endOf(own ?? block) ? block : own;
    const { id } = block;
    seen.add(id);
    const away = present.making.find(
      ({ entry_type: type, credit_block, amount }) =>
        type === 'expiration_change' && credit_block.id === id && isZero(subtract(amount, entry.amount)),
    );
    block = away && blockMadeBy(away, present);
  }
  return own;
}

/** Amends each block that the decrement drew from, once: a block has one undo key, however many entries drew from it. */
function ofDecrement({ entries }: WriteToUndo, present: CustomerState): Inverse {
  if (entries.length === 0) return cannotUndoAny(entryLost);
  const drawn = new Map<string, LedgerEntry>();
  for (const entry of entries) {
    const { id } = entry.credit_block;
    drawn.set(id, { ...entry, amount: add(entry.amount, drawn.get(id)?.amount ?? zero) });
  }
  return joined(
    [...drawn].map(([id, entry]) => {
      const block = blockOf(id, present);
      if (block === undefined)
        return cannotUndoAny(`The block ${id} is gone, so ${entry.amount} credits cannot go back to it.`);
      const gone = expiredSentence(block, present);
      if (gone !== undefined) return cannotUndoAny(gone);
      const returned = add(movedSince('amendment', id, present), refundedSince(id, present));
      // Later draws count: what was returned may have been theirs.
      const owed = subtract(add(entry.amount, movedSince('decrement', id, present)), returned);
      const room = smaller(roomIn(block, entry.amount), owed);
      return amendment(entry, atLeastZero(smaller(entry.amount, room)));
    }),
  );
}

/** An amendment cannot raise a block above its initial balance (contract: amendment). */
function roomIn(block: CreditBlock, otherwise: Amount): Amount {
  const { maximum_initial_balance: initial, balance } = block;
  return initial === null ? otherwise : subtract(initial, balance);
}

/** Used credits that later voids refunded: each void's requested amount minus what it removed. */
function refundedSince(id: string, { since }: CustomerState): Amount {
  const voids = since.filter(
    ({ entry_type, credit_block }) => entry_type === 'void_initiated' && credit_block.id === id,
  );
  return sum(
    voids.map(({ amount, void_amount: asked }) =>
      asked === undefined ? zero : atLeastZero(subtract(asked, amount)),
    ),
  );
}

const atLeastZero = (amount: Amount): Amount => (isPositive(amount) ? amount : zero);

function amendment(entry: LedgerEntry, back: Amount): Inverse {
  const { id } = entry.credit_block;
  const missing = subtract(entry.amount, back);
  return {
    steps: isZero(back) ? [] : [step('amendment', entry, { block_id: id, amount: jsonNumber(back) })],
    cannot: isZero(missing)
      ? []
      : [
          `${missing} of the ${entry.amount} credits do not fit into the block ${id}: it was filled up or voided since.`,
        ],
  };
}

const clockOf = ({ now, zone }: CustomerState) => ({ now, timeText: timeIn(zone) });

/** Grants the voided credits again, with the dates and filters of their block. */
function ofVoid({ entries }: WriteToUndo, present: CustomerState): Inverse {
  const [initiated] = entries;
  if (initiated === undefined) return cannotUndoAny(entryLost);
  const { id, per_unit_cost_basis: cost, expiry_date: expiry, filters } = initiated.credit_block;
  const asked = initiated.void_amount ?? initiated.amount;
  // The entry's own amount is the block's whole balance; the void may have removed only a part of it.
  const taken = smaller(asked, initiated.amount);
  if (!isPositive(taken)) return cannotUndoAny('The void took no credits: they had all been used.');
  const never = neverUndone('void', initiated.credit_block, clockOf(present));
  if (never !== undefined) return cannotUndoAny(never);
  // The grant leaves out a past start: a back-dated grant makes the API replay usage since then.
  const start = blockOf(id, present)?.effective_date;
  const isLater = (timeOf(start) ?? present.now) > present.now;
  const grant = {
    amount: jsonNumber(taken),
    ...(isLater ? { effective_date: start } : {}),
    ...(expiry === null ? {} : { expiry_date: expiry }),
    ...(cost === null ? {} : { per_unit_cost_basis: cost }),
    ...(filters.length === 0 ? {} : { filters: filters.map((filter) => ({ ...filter })) }),
  };
  const more = subtract(asked, taken);
  return {
    steps: [step('increment', initiated, grant)],
    cannot: isPositive(more)
      ? [`${more} credits had been used before the void: what it did to their revenue stays.`]
      : [],
  };
}

/** Decrements, if the decrement would draw from the amended block only, and no more than is left in it. */
function ofAmendment({ entries: [entry] }: WriteToUndo, present: CustomerState): Inverse {
  if (entry === undefined) return cannotUndoAny(entryLost);
  const { id } = entry.credit_block;
  const body = step('decrement', entry, { amount: jsonNumber(entry.amount) });
  const { moves } = effectOf(body, {
    blocks: present.blocks,
    now: present.now,
    startOfDay: () => Number.POSITIVE_INFINITY,
  });
  const [move] = moves;
  if (move?.block === id && subtract(move.before, move.after) === entry.amount)
    return { steps: [body], cannot: [] };
  return cannotUndoAny(`A deduction would not draw all of the ${entry.amount} credits from the block ${id}.`);
}

/** Moves the credits to a block with the original expiry. */
function expiryMovedBack({ entries: [entry] }: WriteToUndo, present: CustomerState): Inverse {
  if (entry === undefined) return cannotUndoAny(entryLost);
  const never = neverUndone('expiration_change', entry.credit_block, clockOf(present));
  if (never !== undefined) return cannotUndoAny(never);
  const before = entry.credit_block.expiry_date;
  const day = dayBeginningAt(timeOf(before) ?? 0, present.zone);
  if (day === undefined && !isTimeZone(present.zone))
    return cannotUndoAny(`This version of Node does not know the time zone ${present.zone}.`);
  if (day === undefined)
    return cannotUndoAny(
      `The earlier expiry, ${timeIn(present.zone)(before)}, is not the start of a day, and only that can be set.`,
    );
  const block = blockMadeBy(entry, present);
  if (block === undefined)
    return cannotUndoAny('The credits are not found where they went: they were used or moved.');
  const gone = expiredSentence(block, present);
  if (gone !== undefined) return cannotUndoAny(gone);
  const left = isPositive(block.balance) ? smaller(block.balance, entry.amount) : zero;
  const missing = subtract(entry.amount, left);
  const change = { block_id: block.id, amount: jsonNumber(left), target_expiry_date: day };
  return {
    steps: isZero(left) ? [] : [step('expiration_change', entry, change)],
    cannot: isZero(missing) ? [] : [`${missing} of the ${entry.amount} credits were used or moved since.`],
  };
}
