// `batch undo [batch]`: shows, then undoes what a batch has written, as much as is still possible.
import type { BatchFlags } from '../../batch/apply/session.ts';
import { undoBatch } from '../../batch/undo/undo-batch.ts';
import { checkOutput, type ReadCommand } from '../../runtime/show.ts';
import { batchUndoView } from '../../views/batch-undo.ts';

export const run: ReadCommand<BatchFlags> = async (args, flags, runtime) => {
  checkOutput(flags, batchUndoView);
  await undoBatch(args[0], flags, runtime);
};
