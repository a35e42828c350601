// `history show <operation>`: everything that is known of one write, with every line of the journal about it.
import { CreditctlError, usageError } from '../../errors.ts';
import { findOperation } from '../../reading/find-operation.ts';
import {
  historiesOf,
  historyLinesOf,
  historyOf,
  type JournalFlags,
  journalsOf,
  writesIn,
} from '../../reading/journals.ts';
import type { Runtime } from '../../runtime.ts';
import { checkOutput, showSummary } from '../../show.ts';
import { historyLineRow, historyLinesView, historyShowRow, historyShowView } from '../../views/history.ts';

export async function run(words: readonly string[], flags: JournalFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, historyLinesView, historyShowView);
  const [named] = words;
  if (named === undefined || named.trim() === '')
    throw usageError([
      { where: '<operation>', problem: 'is missing: give a key, the beginning of one, or an id' },
    ]);
  const writes = journalsOf(flags, runtime).flatMap(writesIn);
  const operation = findOperation(named, writes);
  if (operation === undefined) throw unknown(named, flags);
  const [write = historyOf(operation)] = historiesOf(writes).filter((_, at) => writes[at] === operation);
  const lines = historyLinesOf(operation);
  await showSummary(
    {
      view: historyShowView,
      row: historyShowRow(write, lines),
      list: historyLinesView,
      rows: lines.map(historyLineRow),
    },
    { choice, now: runtime.now() },
    runtime,
  );
}

function unknown(named: string, { allProfiles }: JournalFlags): CreditctlError {
  const isAll = allProfiles === true;
  const where = isAll ? 'No journal knows' : 'The journal of this profile knows no';
  return new CreditctlError('not-found', `${where}${isAll ? ' a' : ''} write "${named}"`, {
    retrySafe: true,
    next: ['creditctl history list --all', ...(isAll ? [] : ['Or look in all journals: --all-profiles'])],
  });
}
