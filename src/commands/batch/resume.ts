// `batch resume [batch]`: goes on with a batch that was interrupted or killed; each row still happens once.
import { resumeBatch } from '../../applying/resume.ts';
import type { BatchFlags } from '../../applying/session.ts';
import { tellRun } from '../../applying/tell-run.ts';
import type { Runtime } from '../../runtime.ts';
import { checkOutput } from '../../show.ts';
import { batchRunView } from '../../views/batch-run.ts';

export async function run(words: readonly string[], flags: BatchFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, batchRunView);
  const applied = await resumeBatch(words[0], flags, runtime);
  await tellRun(applied, { choice, flags }, runtime);
}
