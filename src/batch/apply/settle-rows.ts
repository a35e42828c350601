// Settles rows that an earlier run began and whose outcome is unknown: sends them again, or finds them in the ledgers.

import type { LedgerEntry } from '../../credits/entry.ts';
import { CreditctlError } from '../../errors.ts';
import { limiterClock } from '../../platform/rate-limiter.ts';
import { keyLifetime } from '../../record/journal.ts';
import { entryProblem } from '../../requests/entry-answer.ts';
import { marked } from '../../requests/marker.ts';
import { currencyOf, ledgerOf, type PlanRow } from '../plan/plan-lines.ts';
import { openPlan, type Plan } from '../plan/plan-reader.ts';
import { planCopyPath } from './batch-folder.ts';
import { type LedgerName, searchLedgers } from './found-in-ledger.ts';
import { earliest, type OpenRow } from './known-batch.ts';
import { isOpenState } from './plan-scan.ts';
import { rowState } from './row-states.ts';
import type { Session } from './session.ts';
import { type WriteContext, writeRows } from './write-rows.ts';

/**
 * While the API remembers their keys, such rows are sent again as the plan has them that they were sent from. Rows that
 * are older are searched by their mark, and what is not found was never applied. Resolves with why it stopped, if
 * it did.
 */
export async function settleOpenRows(
  plan: Plan,
  context: WriteContext,
  session: Session,
): Promise<CreditctlError | undefined> {
  const { open } = session.known;
  for (const sha256 of new Set([...open.values()].map((row) => row.plan))) {
    const isOwn = sha256 === plan.end.sha256;
    const from = isOwn ? plan : await earlierPlan(sha256, session);
    if (from === undefined) continue;
    try {
      const rows = await openRows(from, sha256, session);
      const differing = await findInLedgers(
        rows.filter(({ key }) => isOld(open.get(key), context)),
        context,
        session,
      );
      if (differing !== undefined) return differing;
      // Before anything else is sent: in the course of a long batch their keys would grow too old.
      const again = rows.filter(({ key }) => isOpenState(context.states.get(key)));
      const stopped = await writeRows([again], context);
      if (stopped !== undefined) return stopped;
    } finally {
      if (!isOwn) await from.close();
    }
  }
  return undefined;
}

const isOld = ({ at }: OpenRow = never, { now }: Pick<WriteContext, 'now'>): boolean =>
  now() - Date.parse(at) >= keyLifetime;

const never: OpenRow = { at: '9999-01-01T00:00:00.000Z', plan: '', row: 0 };

/** Without its copy, its rows are sent as the plan at hand has them; the API compares the two. */
async function earlierPlan(sha256: string, { folder }: Session): Promise<Plan | undefined> {
  try {
    return await openPlan(planCopyPath(folder, sha256));
  } catch (error) {
    if (error instanceof CreditctlError) return undefined;
    throw error;
  }
}

async function openRows(plan: Plan, sha256: string, { known }: Session): Promise<readonly PlanRow[]> {
  const rows: PlanRow[] = [];
  // Those that were found in a ledger just now are open no more.
  for await (const row of plan.rows())
    if (known.open.get(row.key)?.plan === sha256 && isOpenState(known.states.get(row.key))) rows.push(row);
  return rows;
}

/** The rows that other plans of the batch have left open, and that a run will send again. */
export async function rowsOpenInOtherPlans(
  others: ReadonlySet<string>,
  session: Session,
): Promise<readonly PlanRow[]> {
  const { open } = session.known;
  const all: PlanRow[] = [];
  const young = [...others].filter((key) => !isOld(open.get(key), session.connection));
  for (const sha256 of new Set(young.flatMap((key) => open.get(key)?.plan ?? []))) {
    const plan = await earlierPlan(sha256, session);
    if (plan === undefined) continue;
    try {
      all.push(...(await openRows(plan, sha256, session)).filter(({ key }) => young.includes(key)));
    } finally {
      await plan.close();
    }
  }
  return all;
}

/** Resolves with the error for a row whose mark is on a different entry of the ledger, so its outcome is unknown. */
async function findInLedgers(
  rows: readonly PlanRow[],
  context: WriteContext,
  session: Session,
): Promise<CreditctlError | undefined> {
  if (rows.length === 0) return undefined;
  let differing: CreditctlError | undefined;
  const { connection, runtime, known } = session;
  const wanted = new Map(rows.map((row) => [row.key, row]));
  const since = earliest(rows.map(({ key }) => known.open.get(key) ?? never));
  const clock = limiterClock(runtime);
  const found = (key: string, entry: LedgerEntry): void => {
    const row = wanted.get(key);
    if (row === undefined) return;
    wanted.delete(key);
    const problem = entryProblem(marked(row.request, key), entry);
    if (problem === undefined) noteFound({ row: row.row, key }, entry, context);
    else differing ??= differs(row, problem);
  };
  await searchLedgers({ ledgers: ledgersOf(rows), since, onMark: found }, { connection, clock });
  for (const { row, key } of wanted.values()) {
    context.states.set(key, rowState.planned);
    const message = 'no entry of the ledger carries its mark, so it was never applied';
    void context.journal.append({ event: 'unsent', at: timeOf(context), row, key, message });
  }
  return differing;
}

const differs = ({ row, customer }: PlanRow, problem: string): CreditctlError =>
  new CreditctlError('outcome-unknown', `Under the mark of row ${row} the ledger has ${problem}`, {
    applied: 'unknown',
    retrySafe: true,
    next: [`Look at it: creditctl ledger list id:${customer.id}`],
  });

/** Notes that a row is in the ledger already. */
export function noteFound(
  { row, key }: Pick<PlanRow, 'row' | 'key'>,
  { id: entry }: LedgerEntry,
  context: Pick<WriteContext, 'states' | 'journal' | 'now'>,
): void {
  context.states.set(key, rowState.already);
  void context.journal.append({ event: 'settled', at: timeOf(context), row, key, entry, found: true });
}

const timeOf = ({ now }: Pick<WriteContext, 'now'>): string => new Date(now()).toISOString();

function ledgersOf(rows: readonly PlanRow[]): readonly LedgerName[] {
  const all = new Map<string, LedgerName>();
  for (const row of rows) all.set(ledgerOf(row), { customer: row.customer.id, currency: currencyOf(row) });
  return [...all.values()];
}
