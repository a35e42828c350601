// `batch apply <plan>`: carries out exactly what a plan says, each row once however often it is run.
import { applyPlan } from '../../applying/apply.ts';
import type { BatchFlags } from '../../applying/session.ts';
import { tellRun } from '../../applying/tell-run.ts';
import { usageError } from '../../errors.ts';
import type { Runtime } from '../../runtime.ts';
import { checkOutput } from '../../show.ts';
import { batchRunView } from '../../views/batch-run.ts';

export async function run(words: readonly string[], flags: BatchFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, batchRunView);
  const [file] = words;
  if (file === undefined)
    throw usageError([{ where: '<plan>', problem: 'is missing: a file that batch plan has made' }]);
  const applied = await applyPlan({ file }, flags, runtime);
  await tellRun(applied, { choice, flags }, runtime);
}
