// `batch resume [batch]`: continues a batch that was interrupted or killed; each row is still written once.

import { ofNewest, resumeBatch } from '../../batch/apply/apply-plan.ts';
import { noteNothingToDo, reportRun } from '../../batch/apply/report-run.ts';
import type { BatchFlags } from '../../batch/apply/session.ts';
import { checkOutput, type ReadCommand } from '../../runtime/show.ts';
import { batchRunView } from '../../views/batch-run.ts';

export const run: ReadCommand<BatchFlags> = async ([named], flags, runtime) => {
  const choice = checkOutput(flags, batchRunView);
  const applied = await resumeBatch(named, flags, runtime);
  if (applied === undefined) return noteNothingToDo('left to resume', runtime);
  await reportRun(applied, choice, runtime).catch((error: unknown) => {
    throw named === undefined ? ofNewest(error, applied.run.batch) : error;
  });
};
