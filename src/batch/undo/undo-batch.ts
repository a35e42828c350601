// Undoes a batch: finds its applied rows, shows the undo, asks for consent, executes it and reports.
import { counted, countedIs, minuteText } from '../../credits/exact.ts';
import { CreditctlError, usageError, valueArgs } from '../../errors.ts';
import type { BatchVerdict } from '../../policy/judge-batch.ts';
import { movedText, toMoveText } from '../../requests/moved-credits.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { type BatchUndo, batchUndoRow, batchUndoView } from '../../views/batch-undo.ts';
import { dryRunNote, reportTarget } from '../../writes/consent.ts';
import { openForWriting } from '../../writes/execute.ts';
import { checkBatchAllowed, checkDay, requireConsent } from '../apply/before-sending.ts';
import { DayCaps } from '../apply/day-caps.ts';
import {
  type BatchRuns,
  isResumable,
  isUnfinished,
  newestBatch,
  noSuchBatch,
} from '../apply/recorded/recorded-runs.ts';
import { endingFacts, kindOf } from '../apply/run/run-faults.ts';
import type { Ends } from '../apply/run/settle-rows.ts';
import {
  type BatchFlags,
  batchProblems,
  openSession,
  rateProblems,
  recordOf,
  type Session,
} from '../apply/session.ts';
import type { Plan } from '../plan/plan-lines.ts';
import { lookForUnknown, settledAccounts, withPlans } from './accounts.ts';
import { executeUndo, recordTakenBack, type Undone } from './execute.ts';
import { previewUndo, type UndoPreview } from './preview.ts';
import { UndoneRows } from './undone-rows.ts';

/**
 * Throws a `partly-done` error, after showing the result, unless the whole batch is undone.
 * @param batch default: the newest
 */
export async function undoBatch(
  batch: string | undefined,
  flags: BatchFlags,
  runtime: Runtime,
): Promise<void> {
  await undoAndShow(batch, flags, runtime).catch((error: unknown) => {
    // Without a name, the same line takes back the newest batch of then.
    const isMoving = batch === undefined && error instanceof CreditctlError;
    throw isMoving ? error.with({ retrySafe: undefined }) : error;
  });
}

async function undoAndShow(batch: string | undefined, flags: BatchFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, batchUndoView);
  const undone = await runUndo(batch, flags, runtime);
  const { undo, stoppedBy, unknown } = undone;
  // A run that stopped before its first write is still reported as a run.
  const isIdle = flags.dryRun === true || (stoppedBy === undefined && undo.writes + unknown === 0);
  const written = isIdle ? undefined : { isRepeatable: true };
  await show([batchUndoRow(undo)], { view: batchUndoView, shape: 'one', choice, written }, runtime);
  if (flags.dryRun === true) return;
  throwUnlessTakenBack(undone);
  noteTakenBack(undo, runtime);
}

async function runUndo(id: string | undefined, flags: BatchFlags, runtime: Runtime): Promise<Undone> {
  const problems = [...batchProblems(id), ...rateProblems(flags)];
  if (problems.length > 0) throw usageError(problems);
  const connection = await openForWriting(flags, runtime);
  reportTarget({ connection, runtime });
  const named = id ?? (await newestBatch(await recordOf({ connection, flags, runtime })));
  const session = await openSession(named, { connection, flags, runtime });
  if (session.runs.applied === undefined) throw noSuchBatch(named);
  return withPlans(session, (plans) => undoIn(plans, session));
}

async function undoIn(plans: readonly Plan[], session: Session): Promise<Undone> {
  const plan = plans.at(-1);
  const { id, connection, record, runtime, runs, flags } = session;
  if (plan === undefined) throw noSuchBatch(id);
  const looked = await lookForUnknown(plans, session);
  const accounts = await settledAccounts(plans, looked.absent, session);
  const context = { connection, batch: id, undone: await UndoneRows.read(record, id) };
  const policy = await runtime.policy(connection);
  const preview = await previewUndo(accounts, { context, policy });
  const undo = preview.sums.summary(id);
  notePreview(undo, { absent: looked.absent, beside: preview.sums.beside }, session);
  const typedBack = plannedBack(
    checkAllowed(preview, policy, session),
    plans.length === 1 ? plan.end.rows : undo.rows,
  );
  const caps = new DayCaps({ policy, connection, record });
  await checkDay(preview.grants, caps, changeRule);
  const idle = { undo, stoppedBy: undefined, unknown: 0, left: 0, isLookupPartial: false };
  if (flags.dryRun === true) {
    runtime.note(dryRunNote);
    return idle;
  }
  const question = `Undo batch ${id} with ${counted(undo.writes, 'write')}?`;
  if (undo.writes > 0 || hasRowsLeft(runs)) await requireConsent({ typedBack, question, caps }, session);
  if (undo.writes > 0) return executeUndo({ plan, looked, accounts, preview, context, caps }, session);
  const isNoted = !isOpen(runs) && !context.undone.hasFound;
  return isNoted ? idle : recordTakenBack({ plan, looked, undo, context, caps }, session);
}

/** Whether the last run was interrupted or left rows: an undo that could not note its end, or a run that writes rows. */
const isOpen = ({ last }: BatchRuns): boolean => last !== undefined && isUnfinished(last);

/** Whether `batch resume` could still send rows if the batch were not undone. */
const hasRowsLeft = ({ last }: BatchRuns): boolean => last !== undefined && isResumable(last);

/** A person types back the planned number of rows, as in `batch apply` and `batch resume`. */
const plannedBack = (typedBack: BatchVerdict['typedBack'], rows: number): BatchVerdict['typedBack'] =>
  typedBack?.what === 'rows' ? { ...typedBack, text: String(rows) } : typedBack;

function checkAllowed(
  { sums, breaches }: UndoPreview,
  policy: Parameters<typeof checkBatchAllowed>[1],
  { runtime }: Session,
) {
  breaches.end([changeRule]);
  const { writes, largest } = sums.moved;
  const credits = sums.moved.credits.map((sum) => ({ ...sum, largest_row: largest }));
  // A person who may apply may also undo: the two-person rule was met when the batch was applied.
  const facts = { rows: writes, credits, planner: '', applier: runtime.system.process.who };
  return checkBatchAllowed(facts, policy, changeRule);
}

/** The rows are in the ledgers, so only another rule helps. */
const changeRule = 'Ask whoever keeps the policy to change the rule';

function notePreview(
  { batch, rows, writes, credits, reasons }: BatchUndo,
  { absent, beside }: Pick<Ends, 'absent'> & Pick<UndoPreview['sums'], 'beside'>,
  { runs, runtime }: Session,
): void {
  const { applied, last } = runs;
  const applying =
    applied === undefined ? '' : `, applied by ${applied.who} at ${minuteText(applied.begunAt)}`;
  const text = [
    `Batch ${batch}${applying}: ${counted(rows, 'row')} in the ledger`,
    ...(last?.isUndo === true ? [`${last.who} began to undo it at ${minuteText(last.begunAt)}`] : []),
    ...(absent.length === 0
      ? []
      : [`${counted(absent.length, 'row')} of unknown outcome: not in the ledger, so never applied`]),
    `Undoing it takes ${counted(writes, 'write')}`,
    ...(credits.length === 0 ? [] : [`In all: ${toMoveText(credits)}`]),
    ...(hasRowsLeft(runs)
      ? ['Rows that are not written yet stay unwritten: after the undo it cannot be resumed']
      : []),
    ...reasons
      .slice(0, 10)
      .map(({ reason, rows: count }) => `${counted(count, 'row')} cannot be taken back in full: ${reason}`),
  ].join('\n');
  runtime.note({ text, data: { undoing: { batch, rows, writes } } });
  for (const { reason, rows: count } of beside.all()) {
    // Rows have invoices of their own, so the note names the command that finds one.
    const way = 'To see it: creditctl blocks invoices <block>; to void it: creditctl invoices void <invoice>';
    const note = `Not undone for ${counted(count, 'row')}: ${reason} ${way}`;
    runtime.note({ text: note, data: { note } });
  }
}

/** The closing line: the undone rows, and the credits that this run moved. */
function noteTakenBack({ batch, rows, writes, already, credits }: BatchUndo, runtime: Runtime): void {
  const done =
    already === 0
      ? `took back ${counted(rows, 'row')} (${movedText(credits)})`
      : `${countedIs(rows, 'row')} taken back by now; this run ${movedText(credits)}`;
  const text =
    writes === 0
      ? `${rows === 0 ? 'Nothing to take back' : `Already undone: ${counted(rows, 'row')}`}; nothing was sent`
      : `✓ Batch ${batch}: ${done}`;
  runtime.note({ text, data: { taken_back: { batch, rows, writes } } });
}

function throwUnlessTakenBack(undone: Undone): void {
  const { undo, stoppedBy, unknown, left } = undone;
  if (undo.taken_back === undo.rows && stoppedBy === undefined) return;
  const message = [
    ...takenBackText(undone),
    ...(stoppedBy === undefined ? [] : [`Cause: ${stoppedBy.message}`]),
    ...undo.reasons.slice(0, 10).map(({ reason, rows }) => `${counted(rows, 'row')}: ${reason}`),
  ].join('\n');
  const ending = { hasMoved: undo.writes > 0, unknown, stoppedBy };
  const isOver = stoppedBy === undefined && left + unknown === 0;
  const way = isOver
    ? `See which rows: creditctl history list --batch ${valueArgs(undo.batch)} --not-undone --all`
    : `creditctl batch undo ${valueArgs(undo.batch)}`;
  throw new CreditctlError(kindOf(ending), message, endingFacts(ending, [way]));
}

/** If some accounts could not be read, only the number of writes is known. */
function takenBackText({ undo, stoppedBy, unknown, isLookupPartial }: Undone): readonly string[] {
  const rows = `${countedIs(undo.rows, 'row')} taken back`;
  const writes = writesText(undo.writes, unknown);
  if (isLookupPartial) return [`Batch ${undo.batch}: how many of ${rows} could not be looked up; ${writes}`];
  return [
    `Batch ${undo.batch}: ${undo.taken_back} of ${rows}`,
    ...(stoppedBy === undefined && unknown === 0 ? [] : [writes]),
  ];
}

const writesText = (writes: number, unknown: number): string =>
  `${counted(writes, 'write')} of this run ${writes === 1 ? 'is' : 'are'} in the ledger${unknown === 0 ? '' : `, and ${unknown} of unknown outcome`}`;
