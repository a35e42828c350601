// Finds a single row of a batch to undo, under the same keys that the undo of the whole batch uses.
import type { CreditctlError } from '../../errors.ts';
import type { Place } from '../../profiles/place.ts';
import type { JournalledWrite } from '../../record/journals.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { cannotBeUndone, elsewhere, type UndoTarget } from '../../undo/target.ts';
import { rowUndoKey, rowUndoReason, undoPrefix } from '../../undo/undo-key.ts';
import { findRows } from '../apply/find-row.ts';
import { keptRow, type RowStory, rowName } from '../apply/row-story.ts';
import { currencyOf } from '../plan/plan-lines.ts';

/**
 * `undefined` if no row is meant. Throws a `failure` with the way on for one that cannot be undone.
 * @param writes of the profile's journal: among them are those that took single rows back
 */
export async function rowTarget(
  named: string,
  { profile, host }: Place,
  { writes, runtime }: { readonly writes: readonly JournalledWrite[]; readonly runtime: Runtime },
): Promise<UndoTarget | undefined> {
  const rows = findRows(named, [profile], runtime);
  const story = rows.find(({ run }) => run.place.host === host) ?? rows[0];
  if (story === undefined) return undefined;
  const { key, folder, run, end } = story;
  if (run.place.host !== host) throw elsewhere(key, run.place.host, host);
  if (key.startsWith(undoPrefix)) throw isUndoing(story);
  if (end?.event !== 'settled') throw notDone(story);
  const planned = await keptRow(story);
  const { customer, request, row } = planned;
  return {
    key,
    customer: { by: 'id', id: customer.id },
    body: request.body,
    made: {
      id: end.entry ?? '',
      type: String(request.body.entry_type),
      currency: currencyOf(planned),
      mark: key,
    },
    undoing: writes.filter(({ write }) => write.intent.undoes === key && write.intent.place.host === host),
    keyOf: (step) => rowUndoKey(folder.id, key, step),
    why: rowUndoReason(folder.id, row),
  };
}

const isUndoing = (story: RowStory): CreditctlError =>
  cannotBeUndone(
    `The write "${story.key}" took back ${rowName(story)} of batch ${story.folder.id}, and is not undone itself`,
    ['Grant or deduct the credits anew: creditctl ledger add'],
  );

function notDone({ key, end, folder }: RowStory): CreditctlError {
  if (end?.event === 'refused' || end?.event === 'unsent')
    return cannotBeUndone(`The row "${key}" was never applied, so there is nothing to undo`, []);
  return cannotBeUndone(`What became of the row "${key}" is not known, so it cannot be undone yet`, [
    `creditctl batch resume ${folder.id}`,
  ]);
}
