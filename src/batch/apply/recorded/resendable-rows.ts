// The rows of earlier plans of a batch: those of unknown outcome as they were sent, and which of them may be sent again.
import { isDeepStrictEqual } from 'node:util';
import { embeddedClock } from '../../../orb/connection.ts';
import { isForgotten } from '../../../record/decide.ts';
import { mayTakeMoreThanLeft } from '../../../requests/prediction.ts';
import type { Plan, PlanRow } from '../../plan/plan-lines.ts';
import type { Session } from '../session.ts';
import { withKeptPlan } from './kept-plans.ts';
import type { OpenRow } from './open-rows.ts';

/** Rows of unknown outcome, by their keys. */
export type OpenRows = ReadonlyMap<string, OpenRow>;

/** The hashes of the plans that they were sent from. */
export const plansOf = (open: OpenRows): ReadonlySet<string> =>
  new Set([...open.values()].map(({ plan }) => plan));

interface RowSources {
  /** The plan at hand, and its own open rows. */
  readonly plan: Plan;
  readonly ownRows: readonly PlanRow[];
  readonly open: OpenRows;
}

/**
 * The open rows of one plan. Without the plan that they were sent from, rows are sent as the plan at hand has them; the
 * API compares the two.
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
    act: async (kept) => {
      for await (const row of kept.rows()) if (isWanted(row)) rows.push(row);
    },
  });
  return rows;
}

/**
 * The rows that a run will send again as other plans of the batch have them: those that the plan at hand lacks, and those
 * that it has otherwise. From the key of a row no one can tell what it asks for.
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

/** Whether a plan that was applied under the name of the batch has any of these rows; one without erased rows is read. */
export async function werePlanned(
  keys: ReadonlySet<string>,
  { record, runtime, runs }: Session,
): Promise<boolean> {
  const act = async (kept: Plan): Promise<boolean> => {
    for await (const { key } of kept.rows()) if (keys.has(key)) return true;
    return false;
  };
  for (const sha256 of runs.plans)
    if ((await record.hasPlan(sha256)) && (await withKeptPlan(record, sha256, { space: runtime, act })))
      return true;
  return false;
}

/** What is known of rows of unknown outcome. */
export interface OpenKeys {
  readonly open: OpenRows;
  /** The keys of those that the plan at hand has. */
  readonly own: ReadonlySet<string>;
}

/**
 * A test of whether a row may be sent again: while the API remembers its key, under the API key that began it; but no row
 * of another plan that takes credits, because that plan's ledgers may have moved since.
 */
export async function resendable(
  { open, own }: OpenKeys,
  { record, connection }: Session,
): Promise<(row: PlanRow) => boolean> {
  const clocks = { now: await record.now(), ledgerNow: embeddedClock(connection)?.() };
  return (row) => {
    const write = open.get(row.key)?.write;
    if (write === undefined || takesForOther(row, own)) return false;
    // Whether the API keeps keys for each API key or for all of an account is not documented.
    return write.apiKey === record.apiKey && !isForgotten(write, clocks);
  };
}

/** Whether a row that is not to be sent again may still be on its way. */
export const isWaitedFor = (row: PlanRow, { open, own }: OpenKeys, now: number): boolean =>
  takesForOther(row, own) && Date.parse(open.get(row.key)?.write.leaseUntil ?? '') > now;

/** Whether a row of another plan takes credits: the API takes more than is left, and no sum of this plan shows it. */
const takesForOther = ({ key, request }: PlanRow, own: OpenKeys['own']): boolean =>
  !own.has(key) && mayTakeMoreThanLeft(request.body);
