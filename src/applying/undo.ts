// Taking a batch back in the order of its story: what is there of it, what its inverse would be, is it wanted, do it.

import { openPlan, type Plan } from '../batch/plan-reader.ts';
import { counted } from '../batch/problem-report.ts';
import { RowBreaches } from '../batch/row-breaches.ts';
import { sideBySide } from '../batch/side-by-side.ts';
import { zero } from '../credits/amount.ts';
import type { LedgerEntry } from '../credits/entry.ts';
import { CreditctlError, usageError } from '../errors.ts';
import { judgeBatch } from '../policy/judge-batch.ts';
import type { Policy } from '../policy/rules.ts';
import { addMoved, type MovedCredits, movedText } from '../requests/moved-credits.ts';
import type { Runtime } from '../runtime.ts';
import type { BatchUndo } from '../views/batch-undo.ts';
import { openForWriting, tellPlace } from '../writing/carry-out.ts';
import { consent, refusedBy } from './agree.ts';
import { keptPlan } from './batch-folder.ts';
import { type Carrying, carryRows, type Tally } from './carry-rows.ts';
import { newestBatch, noSuchBatch } from './find-batch.ts';
import { paceOf } from './progress.ts';
import { rowState } from './row-states.ts';
import { carryingOf, Run } from './run-batch.ts';
import { type BatchFlags, rateProblems, type Session, withBatch } from './session.ts';
import { isDone } from './survey.ts';
import { settledAccounts } from './undo-accounts.ts';
import { isOfGrants, type RowUndo, type UndoAccount, type UndoContext, undoOf } from './undo-rows.ts';
import { summary } from './undo-summary.ts';

export interface Undone {
  readonly undo: BatchUndo;
  readonly stoppedBy: CreditctlError | undefined;
  /** Writes whose outcome is not known. */
  readonly unknown: number;
}

/** @param id the newest batch where not said */
export async function undoBatch(
  id: string | undefined,
  flags: BatchFlags,
  runtime: Runtime,
): Promise<Undone> {
  const problems = rateProblems(flags);
  if (problems.length > 0) throw usageError(problems);
  const connection = await openForWriting(flags, runtime);
  tellPlace(connection.place, runtime);
  const named = id ?? newestBatch(connection.place, runtime);
  return withBatch(named, { connection, flags, runtime }, async (session) => {
    const { applied } = session.known;
    if (applied === undefined) throw noSuchBatch(named);
    const plan = await openPlan(keptPlan(session.folder, applied.plan));
    try {
      return await undoIn(plan, session);
    } finally {
      await plan.close();
    }
  });
}

/** Requests under way at a time while it is worked out what to do. */
const width = 4;

async function undoIn(plan: Plan, session: Session): Promise<Undone> {
  const accounts = await settledAccounts(plan, session);
  const context = contextOf(session);
  const looked = await sideBySide(accounts, width, (account) => undoOf(account, context));
  const rows = looked.flat();
  const writes = rows.flatMap((row) => row.writes);
  const undo = summary(rows, session, writes);
  tell(undo, session.runtime);
  const policy = await session.runtime.policy(session.connection.place);
  const typedBack = checkAllowed(writes, policy, session);
  if (session.flags.dryRun === true || writes.length === 0) return { undo, stoppedBy: undefined, unknown: 0 };
  await consent(typedBack, session);
  return carryBack({ plan, accounts, looked, context }, session);
}

function contextOf({ connection, folder, known, journal, flags }: Session): UndoContext {
  return {
    connection,
    batch: folder.id,
    undone: known.undone,
    onFound: (key: string, { id: entry }: LedgerEntry) => {
      known.undone.set(key, rowState.already);
      const at = new Date(connection.now()).toISOString();
      if (flags.dryRun !== true)
        void journal.append({ event: 'settled', at, row: 0, key, entry, found: true });
    },
  };
}

function checkAllowed(writes: readonly RowUndo['writes'][number][], policy: Policy, { runtime }: Session) {
  const breaches = new RowBreaches(policy);
  const sums = new Map<string, MovedCredits>();
  let largest = zero;
  for (const { row, request } of writes) {
    breaches.add({ row, line: row }, request);
    largest = addMoved(request, sums, largest);
  }
  breaches.end('nothing was written');
  const credits = [...sums.values()].map((sum) => ({ ...sum, largest_row: largest }));
  // Whoever may apply may take back; the two persons of the rule agreed when it was applied.
  const facts = { rows: writes.length, credits, planner: '', applier: runtime.parts.process.who };
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

interface Carry {
  readonly plan: Plan;
  readonly accounts: readonly UndoAccount[];
  readonly looked: readonly (readonly RowUndo[])[];
  readonly context: UndoContext;
}

async function carryBack({ plan, accounts, looked, context }: Carry, session: Session): Promise<Undone> {
  const { known, runtime } = session;
  const tally: Tally = { succeeded: 0, refused: 0, unknown: 0, setbacks: 0 };
  const run = new Run(
    { plan, left: 0, base: known.applied?.results ?? '', retriesRefused: false, isUndo: true },
    session,
  );
  await run.begin();
  const writes = looked.flat().flatMap((row) => row.writes);
  const pace = paceOf(writes.length, tally, runtime);
  const carrying = { ...(await carryingOf(tally, pace, session)), states: known.undone };
  const grants = looked.filter((_, index) => isOfGrants(accounts[index] as UndoAccount));
  const others = accounts.filter((account) => !isOfGrants(account));
  const sent = grants.flat().flatMap((row) => row.writes);
  let stoppedBy = await carryRows([sent], carrying);
  for (const account of others) stoppedBy ??= await oneByOne(account, { carrying, context, sent });
  pace.end();
  // What stands there now says what is left, whoever did what.
  session.journal.flush();
  const rows = (await sideBySide(accounts, width, (account) => undoOf(account, context))).flat();
  const already = looked.flat().reduce((sum, { before }) => sum + before, 0);
  const done = sent.filter(({ key }) => isDone(known.undone.get(key)));
  const undo = { ...summary(rows, session, done), already };
  const unprocessed = undo.rows - undo.taken_back - undo.not_taken_back;
  const counts = {
    succeeded: undo.taken_back,
    failed: undo.not_taken_back,
    unknown: tally.unknown,
    unprocessed: Math.max(0, unprocessed),
  };
  const unended = await run.end({ counts });
  const { reason } = runtime.interruption;
  const interrupted = reason instanceof CreditctlError ? reason : undefined;
  return { undo, stoppedBy: interrupted ?? stoppedBy ?? unended, unknown: tally.unknown };
}

interface OneByOne {
  readonly carrying: Carrying;
  readonly context: UndoContext;
  /** Takes each write when it is its turn. */
  readonly sent: RowUndo['writes'][number][];
}

/** Where rows drew on the same blocks, what one takes back changes what the next can. */
async function oneByOne(
  account: UndoAccount,
  { carrying, context, sent }: OneByOne,
): Promise<CreditctlError | undefined> {
  for (const row of account.rows.toReversed()) {
    if (carrying.interruption.aborted) return undefined;
    const [undo] = await undoOf({ ...account, rows: [row] }, context);
    const writes = undo?.writes ?? [];
    sent.push(...writes);
    const stopped = await carryRows([writes], carrying);
    if (stopped !== undefined) return stopped;
  }
  return undefined;
}
