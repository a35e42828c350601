// `history show <operation>`: everything that is known of one write or row of a batch, with every line of its journal about it.
import { CreditctlError, usageError } from '../../errors.ts';
import { findOperation } from '../../record/find-operation.ts';
import {
  historiesOf,
  historyLinesOf,
  historyOf,
  type JournalFlags,
  journalsOf,
  type NamedJournal,
  writesIn,
} from '../../record/journals.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, showSummary } from '../../runtime/show.ts';
import {
  type HistoryLine,
  type HistoryWrite,
  historyLineRow,
  historyLinesView,
  historyShowRow,
  historyShowView,
} from '../../views/history.ts';

export async function run(
  words: readonly string[],
  flags: GlobalFlags & JournalFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, historyLinesView, historyShowView);
  const [named] = words;
  if (named === undefined || named.trim() === '')
    throw usageError([
      { where: '<operation>', problem: 'is missing: give a key, the beginning of one, or an id' },
    ]);
  const journals = journalsOf(flags, runtime);
  const told = singleWrite(named, journals) ?? (await rowOfBatch(named, journals, runtime));
  if (told === undefined) throw unknown(named, flags);
  const { write, lines } = told;
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

interface ToldWrite {
  readonly write: HistoryWrite;
  readonly lines: readonly HistoryLine[];
}

function singleWrite(named: string, journals: readonly NamedJournal[]): ToldWrite | undefined {
  const writes = journals.flatMap(writesIn);
  const operation = findOperation(named, writes);
  if (operation === undefined) return undefined;
  const [write = historyOf(operation)] = historiesOf(writes).filter((_, at) => writes[at] === operation);
  return { write, lines: historyLinesOf(operation) };
}

/** The journals of batches may have millions of lines: they are searched for what no other journal knows. */
async function rowOfBatch(
  named: string,
  journals: readonly NamedJournal[],
  runtime: Runtime,
): Promise<ToldWrite | undefined> {
  const { findRows } = await import('../../batch/apply/find-row.ts');
  const profiles = journals.map(({ profile }) => profile);
  const [story] = findRows(named, profiles, runtime);
  if (story === undefined) return undefined;
  const { rowHistory } = await import('../../batch/apply/row-history.ts');
  return { write: await rowHistory(story, runtime), lines: story.lines };
}

function unknown(named: string, { allProfiles }: JournalFlags): CreditctlError {
  const isAll = allProfiles === true;
  const where = isAll ? 'No journal knows' : 'The journal of this profile knows no';
  return new CreditctlError('not-found', `${where}${isAll ? ' a' : ''} write "${named}"`, {
    retrySafe: true,
    next: ['creditctl history list --all', ...(isAll ? [] : ['Or look in all journals: --all-profiles'])],
  });
}
