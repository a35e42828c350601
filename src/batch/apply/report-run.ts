// Reports a run: the summary on stdout, next steps and reasons on stderr, and the exit code.

import { counted, countedIs, grouped } from '../../credits/exact.ts';
import { CreditctlError, valueArgs } from '../../errors.ts';
import { movedText } from '../../requests/moved-credits.ts';
import { type Invocation, type ShowOptions, show } from '../../runtime/show.ts';
import { type BatchRunSummary, batchRunRow, batchRunView } from '../../views/batch-run.ts';
import type { AppliedPlan } from './apply-plan.ts';
import { endingFacts, kindOf } from './run/run-faults.ts';

/** Shows the run. Throws an error with the exit code unless every row is in the ledger. */
export async function reportRun(
  applied: AppliedPlan,
  choice: ShowOptions<BatchRunSummary>['choice'],
  runtime: Invocation['runtime'],
): Promise<void> {
  const { run, isIdle } = applied;
  if (isIdle && run.succeeded === run.rows)
    runtime.note({
      text: `Already applied: ${counted(run.rows, 'row')}; nothing was sent (to write them again, plan under another --batch-id)`,
      data: { already_applied: run.rows },
    });
  const written = isIdle ? undefined : { isRepeatable: true };
  await show([batchRunRow(run)], { view: batchRunView, shape: 'one', choice, written }, runtime);
  if (isIdle) return;
  noteMoved(run, runtime);
  throwUnlessDone(applied);
}

/** The closing line: the rows that this run wrote, and those that were written before. */
function noteMoved(run: BatchRunSummary, runtime: Invocation['runtime']): void {
  const { batch, rows, succeeded, already, credits_now: moved } = run;
  const now = succeeded - already;
  const text = now === 0 ? 'nothing' : `${counted(now, 'row')} (${movedText(moved)})`;
  const before =
    already === 0
      ? ''
      : `; ${already === 1 ? '1 row was' : `${counted(already, 'row')} were`} written before`;
  runtime.note({
    text: `${succeeded === rows ? '✓ ' : ''}Batch ${batch}: wrote ${text}${before}`,
    data: { written: { batch, now, before: already } },
  });
}

/** The note of a command that found no batch. An interrupted undo is unfinished, and not left to resume. */
export function noteNothingToDo(what: 'unfinished' | 'left to resume', runtime: Invocation['runtime']): void {
  const text = `No batch of yours is ${what}. To see all batches: creditctl batch status --all`;
  runtime.note({ text, data: { unfinished: 0, next: ['creditctl batch status --all'] } });
}

const reasonsShown = 10;

function throwUnlessDone({ run, otherPlans, stoppedBy, filesFault }: AppliedPlan): void {
  const { failed, unprocessed, succeeded, already, rows } = run;
  const unknown = run.unknown + otherPlans.unknown;
  const left = failed + unknown + unprocessed + otherPlans.refused + otherPlans.absent;
  const isDone = left === 0 && stoppedBy === undefined;
  if (isDone && filesFault === undefined) return;
  const message = [
    `${grouped(succeeded)} of ${countedIs(rows, 'row')} in the ledger${partsText(run)}`,
    ...otherPlansText(otherPlans),
    ...(stoppedBy === undefined ? [] : [`Cause: ${stoppedBy.message}`]),
    ...(filesFault === undefined ? [] : [filesFault.message]),
    ...run.reasons
      .slice(0, reasonsShown)
      .map(({ reason, rows: count }) => `${counted(count, 'row')}: ${reason}`),
    ...(run.reasons.length > reasonsShown ? [`and ${run.reasons.length - reasonsShown} more reasons`] : []),
  ].join('\n');
  const ending = { hasMoved: succeeded - already > 0, unknown, stoppedBy };
  const way = [...wayOn({ ...run, unknown }), ...wayToFiles(run, filesFault)];
  throw new CreditctlError(isDone ? 'failure' : kindOf(ending), message, endingFacts(ending, way));
}

function partsText({ failed, unknown, unprocessed }: BatchRunSummary): string {
  const parts = [
    ...(failed === 0 ? [] : [`${grouped(failed)} failed`]),
    ...(unknown === 0 ? [] : [`${grouped(unknown)} unknown`]),
    ...(unprocessed === 0 ? [] : [`${grouped(unprocessed)} not sent`]),
  ];
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

function otherPlansText({ unknown, refused, absent }: AppliedPlan['otherPlans']): readonly string[] {
  const of = 'of an earlier plan of this name';
  return [
    ...(unknown === 0 ? [] : [`Still unknown: ${counted(unknown, 'row')} ${of}`]),
    ...(refused === 0 ? [] : [`Refused by now: ${counted(refused, 'row')} ${of}`]),
    ...(absent === 0
      ? []
      : [`Never applied: ${counted(absent, 'row')} ${of}. To apply them, apply that plan again`]),
  ];
}

function wayOn({ batch, failed, unknown, unprocessed, results }: BatchRunSummary) {
  return [
    ...(unknown + unprocessed === 0 ? [] : [`creditctl batch resume ${valueArgs(batch)}`]),
    ...(failed === 0 || results.failed === undefined
      ? []
      : [`Correct the rows in ${results.failed} and plan them again`]),
  ];
}

/** The record keeps every outcome, so the result files can be written again at any time. */
function wayToFiles({ batch }: BatchRunSummary, filesFault: AppliedPlan['filesFault']) {
  if (filesFault === undefined) return [];
  return [
    `Write them to another folder: creditctl batch resume --results <folder> ${valueArgs(batch)}`,
    `creditctl batch status ${valueArgs(batch)}`,
  ];
}
