// `batch status [batch]`: shows the progress of a batch, who began the batch, and whether it is finished.
import { newestUnfinished, noSuchBatch } from '../../batch/apply/recorded/recorded-runs.ts';
import { noteNothingToDo } from '../../batch/apply/report-run.ts';
import { batchProblems } from '../../batch/apply/session.ts';
import { usageError, usageErrorAt } from '../../errors.ts';
import { checkOutput, type Invocation, type ReadCommand, show } from '../../runtime/show.ts';
import { batchesView, batchStandingRow } from '../../views/batches.ts';
import { allBatchStandings, batchStanding, type StandingContext } from './batch-standing.ts';

export interface BatchStatusFlags {
  readonly all?: boolean;
}

export const run: ReadCommand<BatchStatusFlags> = async (words, flags, runtime) => {
  const choice = checkOutput(flags, batchesView);
  const [id] = words;
  const problems = batchProblems(id);
  if (problems.length > 0) throw usageError(problems);
  if (flags.all === true && id !== undefined) throw usageErrorAt('--all', 'goes without [batch]');
  const contexts = await contextsOf({ flags, runtime });
  if (flags.all === true) {
    const rows = (await Promise.all(contexts.map(allBatchStandings))).flat().map(batchStandingRow);
    await show(rows, { view: batchesView, shape: 'list', choice }, runtime);
    return;
  }
  for (const context of contexts) {
    const named = id ?? (await newestUnfinished(context.record));
    if (named === undefined || (await context.record.batchRuns({ batch: named })).length === 0) continue;
    const batch = await batchStanding(named, context);
    await show([batchStandingRow(batch)], { view: batchesView, shape: 'one', choice }, runtime);
    return;
  }
  if (id !== undefined) throw noSuchBatch(id);
  noteNothingToDo(runtime);
};

async function contextsOf({ flags, runtime }: Invocation): Promise<readonly StandingContext[]> {
  const { store, likely } = await runtime.recordToRead(flags);
  const place = runtime.place(flags);
  return likely.map((account) => ({ record: store.of(account), place, runtime }));
}
