// Reads rows of unknown outcome from earlier plans of a batch, and decides which may be sent again.
import { isDeepStrictEqual } from 'node:util';
import { embeddedClock } from '../../../orb/connection.ts';
import { isForgotten } from '../../../record/decide.ts';
import { mayTakeMoreThanLeft } from '../../../requests/prediction.ts';
import type { Plan, PlanRow } from '../../plan/plan-lines.ts';
import type { Session } from '../session.ts';
import { withKeptPlan } from './kept-plans.ts';
import type { OpenRow } from './recorded-runs.ts';

/** Rows of unknown outcome, by key. */
export type OpenRows = ReadonlyMap<string, OpenRow>;

/** Hashes of the plans from which the rows were sent. */
export const plansOf = (open: OpenRows): ReadonlySet<string> =>
  new Set([...open.values()].map(({ plan }) => plan));

interface RowSources {
  /** The current plan; `ownRows` are its open rows. */
  readonly plan: Plan;
  readonly ownRows: readonly PlanRow[];
  readonly open: OpenRows;
}

/**
 * The open rows of one plan. If the record lacks that plan, the current plan's rows stand in; the API refuses a request
 * that differs under the same key.
 */
export async function openRowsIn(
  sha256: string,
  { plan, ownRows, open }: RowSources,
  { record, runtime }: Session,
): Promise<readonly PlanRow[]> {
  const isWanted = ({ key }: PlanRow): boolean => open.get(key)?.plan === sha256;
  if (sha256 === plan.end.sha256 || !(await record.hasPlan(sha256))) return ownRows.filter(isWanted);
  const rows: PlanRow[] = [];
  await withKeptPlan(record, sha256, {
    space: runtime,
    use: async (kept) => {
      for await (const row of kept.rows()) if (isWanted(row)) rows.push(row);
    },
  });
  return rows;
}

/**
 * Rows that a run will send again from other plans of the batch: rows that the current plan lacks, or has with another
 * request. A row's key alone does not show its request.
 */
export async function rowsOpenInOtherPlans(
  plan: Plan,
  ownRows: readonly PlanRow[],
  session: Session,
): Promise<readonly PlanRow[]> {
  const open = new Map([...session.open].filter(([key]) => !session.lookup.found.has(key)));
  const own = new Map(ownRows.map(({ key, request }) => [key, request]));
  const rows: PlanRow[] = [];
  for (const sha256 of plansOf(open))
    if (sha256 !== plan.end.sha256)
      rows.push(...(await openRowsIn(sha256, { plan, ownRows, open }, session)));
  const mayResend = await resendable({ open, own: new Set(own.keys()) }, session);
  return rows.filter((row) => mayResend(row) && !isDeepStrictEqual(own.get(row.key), row.request));
}

/** Whether an applied plan of the batch has any of these rows. A plan with erased rows is not searched. */
export async function werePlanned(
  keys: ReadonlySet<string>,
  { record, runtime, runs }: Session,
): Promise<boolean> {
  const use = async (kept: Plan): Promise<boolean> => {
    for await (const { key } of kept.rows()) if (keys.has(key)) return true;
    return false;
  };
  for (const sha256 of runs.plans)
    if ((await record.hasPlan(sha256)) && (await withKeptPlan(record, sha256, { space: runtime, use })))
      return true;
  return false;
}

/** Keys of rows of unknown outcome. */
export interface OpenKeys {
  readonly open: OpenRows;
  /** Keys of open rows that the current plan has. */
  readonly own: ReadonlySet<string>;
}

/**
 * Returns a test of whether a row may be sent again: the API still remembers its key, and the same API key began it. A row
 * of another plan that takes credits may not, because that plan's ledgers may have changed.
 */
export async function resendable(
  { open, own }: OpenKeys,
  { record, connection }: Session,
): Promise<(row: PlanRow) => boolean> {
  const clocks = { now: await record.now(), ledgerNow: embeddedClock(connection)?.() };
  return (row) => {
    const write = open.get(row.key)?.write;
    if (write === undefined || takesForOther(row, own)) return false;
    // It is not documented whether the API keeps keys for each API key or for the whole account.
    return write.apiKey === record.apiKey && !isForgotten(write, clocks);
  };
}

/** Whether a row that must not be sent again may still arrive. */
export const isWaitedFor = (row: PlanRow, { open, own }: OpenKeys, now: number): boolean =>
  takesForOther(row, own) && Date.parse(open.get(row.key)?.write.leaseUntil ?? '') > now;

/** Whether a row of another plan takes credits: the API takes more than is left, and this plan's sums do not show it. */
const takesForOther = ({ key, request }: PlanRow, own: OpenKeys['own']): boolean =>
  !own.has(key) && mayTakeMoreThanLeft(request.body);
