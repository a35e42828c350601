// `ledger import <file>`: plans a file of entries and carries the plan out, in one go.
import { importFile } from '../../batch/apply/import-file.ts';
import { tellRun } from '../../batch/apply/report-run.ts';
import type { BatchFlags } from '../../batch/apply/session.ts';
import type { PlanFlags } from '../../batch/plan/planning.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput } from '../../runtime/show.ts';
import { batchRunView } from '../../views/batch-run.ts';

export type LedgerImportFlags = BatchFlags & Pick<PlanFlags, 'format' | 'batchId' | 'problems'>;

export async function run(
  words: readonly string[],
  flags: LedgerImportFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, batchRunView);
  const applied = await importFile(words[0], flags, runtime);
  await tellRun(applied, { choice, flags }, runtime);
}
