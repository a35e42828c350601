// Taking a batch back in the order of its story: what is there of it, what its inverse would be, is it wanted, do it.

import { CreditctlError, usageError } from '../../errors.ts';
import { judgeBatch } from '../../policy/judge-batch.ts';
import type { Policy } from '../../policy/rules.ts';
import { connectionWords, shellText } from '../../requests/command-text.ts';
import { movedText } from '../../requests/moved-credits.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { type BatchUndo, batchUndoRow, batchUndoView } from '../../views/batch-undo.ts';
import { openForWriting, tellPlace } from '../../writes/execute.ts';
import { checkDay, consent, refusedBy } from '../apply/confirm.ts';
import { isUnfinished, newestBatch, noSuchBatch } from '../apply/find-batch.ts';
import type { KnownBatch } from '../apply/known-batch.ts';
import { rowState } from '../apply/row-states.ts';
import { factsOf, kindOf } from '../apply/run-ending.ts';
import { type BatchFlags, batchProblems, rateProblems, type Session, withBatch } from '../apply/session.ts';
import { counted, countedIs } from '../input/problem-report.ts';
import type { Plan } from '../plan/plan-reader.ts';
import { settledAccounts, withPlans } from './accounts.ts';
import { carryBack, noteTakenBack, type Undone } from './execute.ts';
import type { UndoContext } from './inverse-rows.ts';
import { type Looked, lookAt } from './preview.ts';

/** @param id the newest batch where not said */
export async function undoBatch(
  id: string | undefined,
  flags: BatchFlags,
  runtime: Runtime,
): Promise<Undone> {
  const problems = [...batchProblems(id), ...rateProblems(flags)];
  if (problems.length > 0) throw usageError(problems);
  const connection = await openForWriting(flags, runtime);
  tellPlace(connection.place, runtime);
  const named = id ?? newestBatch(connection.place, runtime);
  return withBatch(named, { connection, flags, runtime }, async (session) => {
    if (session.known.applied === undefined) throw noSuchBatch(named);
    return withPlans(session, (plans) => undoIn(plans, session));
  });
}

async function undoIn(plans: readonly Plan[], session: Session): Promise<Undone> {
  const plan = plans.at(-1);
  if (plan === undefined) throw noSuchBatch(session.folder.id);
  const accounts = await settledAccounts(plans, session);
  const context = contextOf(session);
  const policy = await session.runtime.policy(session.connection.place);
  const agreed = await lookAt(accounts, { context, policy });
  const undo = agreed.sums.summary(session.folder.id);
  tell(undo, session.runtime);
  const typedBack = checkAllowed(agreed, policy, session);
  await checkDay(agreed, policy, session);
  const idle = { undo, stoppedBy: undefined, unknown: 0, left: 0, isUnseen: false };
  if (session.flags.dryRun === true) return idle;
  if (undo.writes === 0) return isLeftOpen(session.known) ? noteTakenBack(plan, undo, session) : idle;
  await consent(typedBack, session);
  return carryBack({ plan, accounts, agreed, context }, session);
}

/** Whether the last run took the batch back and could not say that it is all. */
const isLeftOpen = (known: KnownBatch): boolean => known.last?.undo === true && isUnfinished(known);

function contextOf({ connection, folder, known, journal, flags }: Session): UndoContext {
  return {
    connection,
    batch: folder.id,
    undone: known.undone,
    onFound: ({ row, key }, { id: entry }) => {
      known.undone.set(key, rowState.already);
      const at = new Date(connection.now()).toISOString();
      if (flags.dryRun !== true) void journal.append({ event: 'settled', at, row, key, entry, found: true });
    },
  };
}

function checkAllowed({ sums, breaches }: Looked, policy: Policy, { runtime }: Session) {
  breaches.end('nothing was written');
  const { writes, largest } = sums.moved;
  const credits = sums.moved.credits.map((sum) => ({ ...sum, largest_row: largest }));
  // Whoever may apply may take back; the two persons of the rule agreed when it was applied.
  const facts = { rows: writes, credits, planner: '', applier: runtime.parts.process.who };
  const verdict = judgeBatch(facts, policy);
  if (verdict.breaches.length > 0) throw refusedBy(verdict.breaches);
  return verdict.typedBack;
}

function tell({ batch, rows, writes, credits, reasons }: BatchUndo, runtime: Runtime): void {
  const text = [
    `Batch ${batch}: ${counted(rows, 'row')} in the ledger; ${counted(writes, 'write')} to take them back`,
    ...(credits.length === 0 ? [] : [`In all: ${movedText(credits)}`]),
    ...reasons.slice(0, 10).map(({ reason, rows: count }) => `Not for ${counted(count, 'row')}: ${reason}`),
  ].join('\n');
  runtime.note({ text, data: { undoing: { batch, rows, writes } } });
}

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
