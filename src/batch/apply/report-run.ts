// Tells how a batch went: the summary on stdout, the way on and the reasons on stderr, and the exit code.

import { CreditctlError } from '../../errors.ts';
import type { OutputChoice } from '../../output/output-flags.ts';
import { connectionWords, shellText } from '../../requests/command-text.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { show } from '../../runtime/show.ts';
import { type BatchRun, batchRunRow, batchRunView } from '../../views/batch-run.ts';
import { counted, countedIs, grouped } from '../input/problem-report.ts';
import type { Applied } from './apply-plan.ts';
import { factsOf, kindOf } from './run-ending.ts';
import type { BatchFlags } from './session.ts';

/** Throws what the exit code wants unless every row is in the ledger. */
export async function tellRun(
  applied: Applied,
  { choice, flags }: { readonly choice: OutputChoice; readonly flags: BatchFlags },
  runtime: Runtime,
): Promise<void> {
  const { run, isIdle } = applied;
  if (isIdle && run.succeeded === run.rows)
    runtime.note({
      text: `Already applied: ${counted(run.rows, 'row')}; nothing was sent`,
      data: { already_applied: run.rows },
    });
  const showing = { view: batchRunView, shape: 'one', choice } as const;
  await show([batchRunRow(run)], isIdle ? showing : { ...showing, isWritten: true }, runtime);
  if (!isIdle) throwUnlessDone(applied, flags);
}

const reasonsTold = 10;

function throwUnlessDone({ run, elsewhere, stoppedBy, untold }: Applied, flags: BatchFlags): void {
  const { failed, unprocessed, succeeded, already, rows } = run;
  const unknown = run.unknown + elsewhere.unknown;
  const isDone = failed + unknown + unprocessed + elsewhere.refused === 0 && stoppedBy === undefined;
  if (isDone && untold === undefined) return;
  const message = [
    `${grouped(succeeded)} of ${countedIs(rows, 'row')} in the ledger${partsText(run)}`,
    ...elsewhereText(elsewhere),
    ...(stoppedBy === undefined ? [] : [`It stopped early: ${stoppedBy.message}`]),
    ...(untold === undefined ? [] : [untold.message]),
    ...run.reasons
      .slice(0, reasonsTold)
      .map(({ reason, rows: count }) => `${counted(count, 'row')}: ${reason}`),
    ...(run.reasons.length > reasonsTold ? [`and ${run.reasons.length - reasonsTold} more reasons`] : []),
  ].join('\n');
  const ending = { hasMoved: succeeded - already > 0, unknown, stoppedBy };
  const way = [...wayOn({ ...run, unknown }, flags), ...wayToFiles(run, { flags, untold })];
  throw new CreditctlError(isDone ? 'failure' : kindOf(ending), message, factsOf(ending, way));
}

function partsText({ failed, unknown, unprocessed }: BatchRun): string {
  const parts = [
    ...(failed === 0 ? [] : [`${grouped(failed)} failed`]),
    ...(unknown === 0 ? [] : [`of ${grouped(unknown)} nobody knows`]),
    ...(unprocessed === 0 ? [] : [`${grouped(unprocessed)} not sent`]),
  ];
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

function elsewhereText({ unknown, refused }: Applied['elsewhere']): readonly string[] {
  const of = 'of an earlier plan of this name';
  return [
    ...(unknown === 0
      ? []
      : [`Of ${counted(unknown, 'row')} ${of} nobody knows whether they are in the ledger`]),
    ...(refused === 0 ? [] : [`Refused by now: ${counted(refused, 'row')} ${of}`]),
  ];
}

function wayOn({ batch, failed, unknown, unprocessed, results }: BatchRun, flags: BatchFlags) {
  const resume = shellText(['creditctl', 'batch', 'resume', batch, ...connectionWords(flags)]);
  return [
    ...(unknown + unprocessed === 0 ? [] : [resume]),
    ...(failed === 0 || results.failed === undefined
      ? []
      : [`Mend the rows in ${results.failed} and plan them again`]),
  ];
}

/** The journal has all of it: a batch tells of its rows again whenever it is asked to, also after its end. */
function wayToFiles(
  { batch }: BatchRun,
  { flags, untold }: { flags: BatchFlags; untold: Applied['untold'] },
) {
  if (untold === undefined) return [];
  const words = (verb: string) => shellText(['creditctl', 'batch', verb, batch, ...connectionWords(flags)]);
  return [`Write them to another folder: ${words('resume')} --results <folder>`, words('status')];
}
