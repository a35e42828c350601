// `ledger import <file>`: plans a file of entries and applies the plan at once.

import { applyPlan } from '../../batch/apply/apply-plan.ts';
import { withPlanFile } from '../../batch/apply/recorded/kept-plans.ts';
import { reportRun } from '../../batch/apply/report-run.ts';
import { resultsFolderProblems } from '../../batch/apply/results/results-place.ts';
import { type BatchFlags, rateProblems } from '../../batch/apply/session.ts';
import { type PlanFlags, planBatch } from '../../batch/plan/planning.ts';
import { missingValue, usageError } from '../../errors.ts';
import { checkOutput } from '../../runtime/show.ts';
import { batchRunView } from '../../views/batch-run.ts';
import { checkConsentIsPossible } from '../../writes/consent.ts';
import type { WriteCommand } from '../../writes/execute.ts';

export type LedgerImportFlags = BatchFlags & Pick<PlanFlags, 'format' | 'batchId' | 'problems'>;

/** Throws as planning and applying do. A plan that was not applied leaves no file behind. */
export const run: WriteCommand<LedgerImportFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, batchRunView);
  const [file] = args;
  const problems = [
    ...(file === undefined ? [missingValue('<file>', 'a CSV or NDJSON file, or - for stdin')] : []),
    ...rateProblems(flags),
    ...resultsFolderProblems(flags),
  ];
  if (file === undefined || problems.length > 0) throw usageError(problems);
  const connecting = runtime.choice(flags);
  if (connecting.kind === 'sandbox' || connecting.key !== undefined) checkConsentIsPossible(flags, runtime);
  const applied = await withPlanFile(runtime, async (plan) => {
    await planBatch(file, { ...flags, out: plan }, runtime);
    return applyPlan({ file: plan, input: file }, flags, runtime);
  });
  await reportRun(applied, choice, runtime);
};
