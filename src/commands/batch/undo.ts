// `batch undo [batch]`: takes back what a batch has written, as far as that can be; shown first.
import type { BatchFlags } from '../../batch/apply/session.ts';
import { undoBatch } from '../../batch/undo/undo-batch.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput } from '../../runtime/show.ts';
import { batchUndoView } from '../../views/batch-undo.ts';

export async function run(words: readonly string[], flags: BatchFlags, runtime: Runtime): Promise<void> {
  checkOutput(flags, batchUndoView);
  await undoBatch(words[0], flags, runtime);
}
