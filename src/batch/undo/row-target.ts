// Prepares the undo of a single batch row, under the same keys as the undo of the whole batch.
import type { AccountRecord, WriteWithTexts } from '../../record/record.ts';
import { cannotBeUndone, notDone, type UndoTarget, undoingOf } from '../../undo/target.ts';
import { rowUndoKey, rowUndoReason } from '../../undo/undo-key.ts';
import { keptRow } from '../apply/recorded/kept-row.ts';
import { currencyOf } from '../plan/plan-lines.ts';

/** Throws a `failure` that names the next step if the row cannot be undone. */
export async function rowTarget(
  write: WriteWithTexts,
  { record }: { readonly record: AccountRecord },
): Promise<UndoTarget> {
  const { key, who, notedAt, batch, state, undoes, entry } = write;
  if (undoes !== null) throw isUndoing(write);
  if (state !== 'settled') throw notDone(write, 'row');
  const planned = await keptRow(write, record);
  const { customer, request, row } = planned;
  const named = batch ?? '';
  return {
    ...{ key, who, at: notedAt },
    customer: { by: 'id', id: customer.id },
    body: request.body,
    made: {
      id: entry ?? '',
      type: String(request.body.entry_type),
      currency: currencyOf(planned),
      mark: key,
    },
    undoing: await undoingOf(key, record),
    keyOf: (step) => rowUndoKey(named, key, step),
    why: rowUndoReason(named, row),
    isRow: true,
  };
}

const isUndoing = ({ key, row, batch }: WriteWithTexts) =>
  cannotBeUndone(`The write "${key}" took back row ${row} of batch ${batch}, and is not undone itself`, [
    'Grant or deduct the credits again: creditctl ledger add',
  ]);
