// A file of entries from its rows to the ledger: planned into the state folder, shown, and carried out.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../../errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkConsentIsPossible } from '../../writes/consent.ts';
import { type PlanFlags, planBatch } from '../plan/planning.ts';
import { type Applied, applyPlan } from './apply-plan.ts';
import { resultsFolderProblems } from './results-place.ts';
import { type BatchFlags, rateProblems } from './session.ts';

export type ImportFlags = BatchFlags & Pick<PlanFlags, 'format' | 'batchId' | 'problems'>;

/** Throws as planning and applying do; what was planned and not applied leaves nothing behind. */
export async function importFile(
  file: string | undefined,
  flags: ImportFlags,
  runtime: Runtime,
): Promise<Applied> {
  const problems = [
    ...(file === undefined
      ? [{ where: '<file>', problem: 'is missing: a CSV or NDJSON file, or - for stdin' }]
      : []),
    ...rateProblems(flags),
    ...resultsFolderProblems(flags),
  ];
  if (file === undefined || problems.length > 0) throw usageError(problems);
  const choice = runtime.choice(flags);
  if (choice.kind === 'sandbox' || choice.key !== undefined) checkConsentIsPossible(flags, runtime);
  const folder = path.join(runtime.folders.state, 'batches', 'plans');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const plan = path.join(folder, `${runtime.parts.process.runner.pid}-${runtime.parts.newKey()}.plan`);
  try {
    await planBatch(file, { ...flags, out: plan }, runtime);
    return await applyPlan({ file: plan, input: file }, flags, runtime);
  } finally {
    rmSync(plan, { force: true });
  }
}
