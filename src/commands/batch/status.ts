// `batch status [batch]`: how far a batch is, who began it, and whether it has come to its end.
import { allStandings, newestUnfinished, standing } from '../../batch/apply/find-batch.ts';
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
  const place = runtime.place(flags);
  if (flags.all === true) {
    const rows = (await allStandings(place, runtime)).map(batchStandingRow);
    await show(rows, { view: batchesView, shape: 'list', choice }, runtime);
    return;
  }
  const batch = await standing(id ?? newestUnfinished(place, runtime), place, runtime);
  await show([batchStandingRow(batch)], { view: batchesView, shape: 'one', choice }, runtime);
}
