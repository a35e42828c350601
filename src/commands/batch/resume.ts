// `batch resume [batch]`: goes on with a batch that was interrupted or killed; each row still happens once.

import { resumeBatch } from '../../batch/apply/apply-plan.ts';
import { noteNothingToDo, reportRun } from '../../batch/apply/report-run.ts';
import type { BatchFlags } from '../../batch/apply/session.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput } from '../../runtime/show.ts';
import { batchRunView } from '../../views/batch-run.ts';

export async function run(words: readonly string[], flags: BatchFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, batchRunView);
  const applied = await resumeBatch(words[0], flags, runtime);
  if (applied === undefined) noteNothingToDo(runtime);
  else await reportRun(applied, { choice, flags }, runtime);
}
