// `batch status [batch]`: shows the progress of a batch, who began the batch, and whether it is finished.
import { isUnfinished, newestLeft, noSuchBatch } from '../../batch/apply/recorded/recorded-runs.ts';
import { noteNothingToDo } from '../../batch/apply/report-run.ts';
import { batchProblems } from '../../batch/apply/session.ts';
import { usageError, usageErrorAt } from '../../errors.ts';
import { checkOutput, type Invocation, type ReadCommand, show } from '../../runtime/show.ts';
import { batchesView, batchStatusRow } from '../../views/batches.ts';
import { allBatchStatuses, batchStatus, type StatusContext } from './batch-status.ts';

export const run: ReadCommand<{ readonly all?: boolean }> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, batchesView);
  const [id] = args;
  const problems = batchProblems(id);
  if (problems.length > 0) throw usageError(problems);
  if (flags.all === true && id !== undefined) throw usageErrorAt('--all', 'goes without [batch]');
  const contexts = await contextsOf({ flags, runtime });
  if (flags.all === true) {
    const rows = (await Promise.all(contexts.map(allBatchStatuses))).flat().map(batchStatusRow);
    await show(rows, { view: batchesView, shape: 'list', choice }, runtime);
    if (contexts.length === 0) noteNoAccount(runtime.target(flags).profile, runtime);
    return;
  }
  for (const context of contexts) {
    const named = id ?? (await newestLeft(isUnfinished, context.record));
    if (named === undefined || (await context.record.batchRuns({ batch: named })).length === 0) continue;
    const batch = await batchStatus(named, context);
    await show([batchStatusRow(batch)], { view: batchesView, shape: 'one', choice }, runtime);
    return;
  }
  if (id !== undefined) throw noSuchBatch(id);
  noteNothingToDo('unfinished', runtime);
};

/** The record may have batches of an account that this machine does not know as the profile's. */
function noteNoAccount(profile: string, runtime: Invocation['runtime']): void {
  const text = `Profile ${profile} has not written from here. To see what others wrote: creditctl history list --all-accounts`;
  runtime.note({ text, data: { no_account: true } });
}

async function contextsOf({ flags, runtime }: Invocation): Promise<readonly StatusContext[]> {
  const { store, likely } = await runtime.recordToRead(flags);
  const target = runtime.target(flags);
  return likely.map((account) => ({ record: store.of(account), target, runtime }));
}
