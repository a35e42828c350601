// `batch apply <plan>`: applies exactly what a plan says, each row once, however often the command is run.
import { applyPlan } from '../../batch/apply/apply-plan.ts';
import { reportRun } from '../../batch/apply/report-run.ts';
import type { BatchFlags } from '../../batch/apply/session.ts';
import { missingValue, usageError } from '../../errors.ts';
import { checkOutput, type ReadCommand } from '../../runtime/show.ts';
import { batchRunView } from '../../views/batch-run.ts';

export const run: ReadCommand<BatchFlags & { readonly sha256?: string }> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, batchRunView);
  const [file] = args;
  if (file === undefined) throw usageError([missingValue('<plan>', 'name a file that batch plan made')]);
  const applied = await applyPlan({ file, sha256: flags.sha256 }, flags, runtime);
  await reportRun(applied, choice, runtime);
};
