// What was taken back of a batch, shown, and told where it is not all.
import { countedIs } from '../batch/problem-report.ts';
import { CreditctlError } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import { checkOutput, show } from '../show.ts';
import { batchUndoRow, batchUndoView } from '../views/batch-undo.ts';
import type { BatchFlags } from './session.ts';
import { undoBatch } from './undo.ts';

/**
 * Throws a `partly-done` error, after showing what was done, unless all of it is taken back.
 * @param batch the newest where not said
 */
export async function showUndo(
  batch: string | undefined,
  flags: BatchFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, batchUndoView);
  const { undo, stoppedBy, unknown } = await undoBatch(batch, flags, runtime);
  const isIdle = flags.dryRun === true || undo.writes === 0;
  const showing = { view: batchUndoView, shape: 'one', choice } as const;
  await show([batchUndoRow(undo)], isIdle ? showing : { ...showing, isWritten: true }, runtime);
  if (flags.dryRun === true || (undo.taken_back === undo.rows && stoppedBy === undefined)) return;
  const message = [
    `Of the batch ${undo.batch}, ${undo.taken_back} of ${countedIs(undo.rows, 'row')} taken back`,
    ...(stoppedBy === undefined ? [] : [`It stopped early: ${stoppedBy.message}`]),
    ...undo.reasons.slice(0, 10).map(({ reason, rows }) => `${rows}: ${reason}`),
  ].join('\n');
  const isLeft = stoppedBy !== undefined || undo.taken_back + undo.not_taken_back < undo.rows;
  const isInterrupted = stoppedBy?.kind === 'interrupted' || stoppedBy?.kind === 'terminated';
  const kind = isInterrupted ? stoppedBy.kind : unknown > 0 ? 'outcome-unknown' : 'partly-done';
  throw new CreditctlError(kind, message, {
    applied: unknown > 0 ? 'unknown' : undo.writes > 0 ? 'yes' : 'no',
    retrySafe: true,
    next: isLeft || unknown > 0 ? [`creditctl batch undo ${undo.batch}`] : [],
  });
}
