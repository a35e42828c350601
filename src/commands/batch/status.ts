// `batch status [batch]`: how far a batch is, who began it, and whether it is finished.
import {
  allStandings,
  newestUnfinished,
  noSuchBatch,
  type StandingContext,
  standing,
} from '../../batch/apply/recorded-runs.ts';
import { noteNothingToDo } from '../../batch/apply/report-run.ts';
import { batchProblems } from '../../batch/apply/session.ts';
import { usageError } from '../../errors.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { batchesView, batchStandingRow } from '../../views/batches.ts';

export interface BatchStatusFlags extends GlobalFlags {
  readonly all?: boolean;
}

export async function run(
  words: readonly string[],
  flags: BatchStatusFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, batchesView);
  const [id] = words;
  const problems = batchProblems(id);
  if (problems.length > 0) throw usageError(problems);
  if (flags.all === true && id !== undefined)
    throw usageError([{ where: '--all', problem: 'goes without [batch]' }]);
  const context = await contextOf(flags, runtime);
  if (flags.all === true) {
    const rows = context === undefined ? [] : (await allStandings(context)).map(batchStandingRow);
    await show(rows, { view: batchesView, shape: 'list', choice }, runtime);
    return;
  }
  const named = id ?? (context === undefined ? undefined : await newestUnfinished(context.record));
  if (named === undefined) {
    noteNothingToDo(runtime);
    return;
  }
  if (context === undefined) throw noSuchBatch(named);
  const batch = await standing(named, context);
  await show([batchStandingRow(batch)], { view: batchesView, shape: 'one', choice }, runtime);
}

/** `undefined` where nothing was ever written. */
async function contextOf(flags: GlobalFlags, runtime: Runtime): Promise<StandingContext | undefined> {
  const { store, accounts } = await runtime.recordToRead(flags);
  const [account] = accounts;
  return account === undefined
    ? undefined
    : { record: store.of(account), place: runtime.place(flags), runtime };
}
