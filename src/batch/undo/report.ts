// What was taken back of a batch, shown, and told where it is not all.

import { CreditctlError } from '../../errors.ts';
import { connectionWords, shellText } from '../../requests/command-text.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { batchUndoRow, batchUndoView } from '../../views/batch-undo.ts';
import { factsOf, kindOf } from '../apply/run-ending.ts';
import type { BatchFlags } from '../apply/session.ts';
import { counted, countedIs } from '../input/problem-report.ts';
import type { Undone } from './execute.ts';
import { undoBatch } from './undo-batch.ts';

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
  const undone = await undoBatch(batch, flags, runtime);
  const { undo, stoppedBy, unknown } = undone;
  // A run that was stopped before its first write has an ending to tell, too.
  const isIdle = flags.dryRun === true || (stoppedBy === undefined && undo.writes + unknown === 0);
  const showing = { view: batchUndoView, shape: 'one', choice } as const;
  await show([batchUndoRow(undo)], isIdle ? showing : { ...showing, isWritten: true }, runtime);
  if (flags.dryRun !== true) throwUnlessTakenBack(undone, flags);
}

function throwUnlessTakenBack(undone: Undone, flags: BatchFlags): void {
  const { undo, stoppedBy, unknown, left } = undone;
  if (undo.taken_back === undo.rows && stoppedBy === undefined) return;
  const message = [
    ...takenBackText(undone),
    ...(stoppedBy === undefined ? [] : [`It stopped early: ${stoppedBy.message}`]),
    ...undo.reasons.slice(0, 10).map(({ reason, rows }) => `${rows}: ${reason}`),
  ].join('\n');
  const again = shellText(['creditctl', 'batch', 'undo', undo.batch, ...connectionWords(flags)]);
  const ending = { hasMoved: undo.writes > 0, unknown, stoppedBy };
  const isOver = stoppedBy === undefined && left + unknown === 0;
  throw new CreditctlError(kindOf(ending), message, factsOf(ending, isOver ? [] : [again]));
}

/** How many rows are taken back is not said where not all could be looked up: the writes are what is known. */
function takenBackText({ undo, stoppedBy, unknown, isUnseen }: Undone): readonly string[] {
  const rows = `${countedIs(undo.rows, 'row')} taken back`;
  const writes = writesText(undo.writes, unknown);
  if (isUnseen) return [`Of the batch ${undo.batch}, how many of ${rows} could not be looked up; ${writes}`];
  return [
    `Of the batch ${undo.batch}, ${undo.taken_back} of ${rows}`,
    ...(stoppedBy === undefined && unknown === 0 ? [] : [writes]),
  ];
}

const writesText = (writes: number, unknown: number): string =>
  `${counted(writes, 'write')} of this run ${writes === 1 ? 'is' : 'are'} in the ledger${unknown === 0 ? '' : `, and of ${unknown} nobody knows`}`;
