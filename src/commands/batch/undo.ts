// `batch undo [batch]`: takes back what a batch has written, as far as that can be; shown first.
import type { BatchFlags } from '../../applying/session.ts';
import { undoBatch } from '../../applying/undo.ts';
import { CreditctlError } from '../../errors.ts';
import type { Runtime } from '../../runtime.ts';
import { checkOutput, show } from '../../show.ts';
import { batchUndoRow, batchUndoView } from '../../views/batch-undo.ts';

export async function run(words: readonly string[], flags: BatchFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, batchUndoView);
  const { undo, stoppedBy, unknown } = await undoBatch(words[0], flags, runtime);
  const isIdle = flags.dryRun === true || undo.writes === 0;
  const showing = { view: batchUndoView, shape: 'one', choice } as const;
  await show([batchUndoRow(undo)], isIdle ? showing : { ...showing, isWritten: true }, runtime);
  if (flags.dryRun === true || (undo.taken_back === undo.rows && stoppedBy === undefined)) return;
  const message = [
    `${undo.taken_back} of ${undo.rows} rows of the batch ${undo.batch} are taken back`,
    ...(stoppedBy === undefined ? [] : [`It stopped early: ${stoppedBy.message}`]),
    ...undo.reasons.slice(0, 10).map(({ reason, rows }) => `${rows}: ${reason}`),
  ].join('\n');
  const isInterrupted = stoppedBy?.kind === 'interrupted' || stoppedBy?.kind === 'terminated';
  const kind = isInterrupted ? stoppedBy.kind : unknown > 0 ? 'outcome-unknown' : 'partly-done';
  throw new CreditctlError(kind, message, {
    applied: unknown > 0 ? 'unknown' : undo.writes > 0 ? 'yes' : 'no',
    retrySafe: true,
    next: stoppedBy === undefined && unknown === 0 ? [] : [`creditctl batch undo ${undo.batch}`],
  });
}
