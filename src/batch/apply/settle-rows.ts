// Settles rows that an earlier run began and whose outcome is unknown: finds them in the ledgers, or sends them again.

import { CreditctlError, unlessGone } from '../../errors.ts';
import { embeddedClock } from '../../orb/connection.ts';
import type { NewFact } from '../../record/facts.ts';
import { entryProblem } from '../../requests/answer.ts';
import { mayTakeMoreThanLeft } from '../../requests/prediction.ts';
import { clockSlack, marked, markerName } from '../../requests/request.ts';
import { leaseMs } from '../../writes/deliver.ts';
import { checkNothingLeftOut } from '../../writes/search.ts';
import { currencyOf, ledgerOf, type Plan, type PlanRow } from '../plan/plan-lines.ts';
import { type Drift, type LedgerName, searchLedgers } from './in-ledgers.ts';
import { withKeptPlan } from './kept-plans.ts';
import { earliest, isOld, mayBeUnderWay, type OpenRow } from './open-rows.ts';
import { isRunHeld } from './recorded-runs.ts';
import { appendWhatFits } from './row-outcomes.ts';
import type { Session } from './session.ts';
import { type RowWriteContext, writeRows } from './write-rows.ts';

/**
 * Such rows are searched by their mark. What is not found is sent again while the API remembers its key, as the plan has
 * it that it was sent from, under the API key that began it; but no row of another plan that takes credits, because that
 * plan's ledgers may have moved since. Anything else was never applied; that can be said once it is not on its way any
 * more. Resolves with why it stopped, if it did.
 * @param ownRows the open rows that the plan at hand has
 */
export async function settleOpenRows(
  plan: Plan,
  { ownRows, context }: { readonly ownRows: readonly PlanRow[]; readonly context: RowWriteContext },
  session: Session,
): Promise<CreditctlError | undefined> {
  const { record } = session;
  const now = await record.now();
  const open = settleable(session, now);
  const writes = [...open.values()].map(({ write }) => write);
  const underWay = writes.filter((write) => mayBeUnderWay(write, { record, now }));
  if (underWay.length > 0) return stillUnderWay(underWay);
  const own = new Set(ownRows.map(({ key }) => key));
  for (const sha256 of new Set([...open.values()].map((row) => row.plan))) {
    const all = await rowsOf(sha256, { plan, ownRows, open }, session);
    const rows = all.filter((row) => !waits(row, { open, own, now }));
    // Also those with a young key: a clock that was ahead makes a key look younger than it is.
    const { toSend, differing } = await findRows(rows, { open, own, context }, session);
    if (differing !== undefined) return differing;
    // Before anything else is sent: in the course of a long batch their keys would grow too old.
    const stopped = await writeRows([toSend], context);
    if (stopped !== undefined) return stopped;
  }
  return undefined;
}

type OpenRows = ReadonlyMap<string, OpenRow>;

/** What is known of rows of unknown outcome. */
interface OpenKeys {
  readonly open: OpenRows;
  /** The keys of those that the plan at hand has. */
  readonly own: ReadonlySet<string>;
}

/** Whether a row that is not to be sent again may still be on its way. */
const waits = (row: PlanRow, { open, own, now }: OpenKeys & { readonly now: number }): boolean =>
  takesForOther(row, own) && Date.parse(open.get(row.key)?.write.leaseUntil ?? '') > now;

/** Whether a row of another plan takes credits: the API takes more than is left, and no sum of this plan shows it. */
const takesForOther = ({ key, request }: PlanRow, own: OpenKeys['own']): boolean =>
  !own.has(key) && mayTakeMoreThanLeft(request.body);

/** Rows that were found in a ledger just now are open no more, and what another process has taken is left to it. */
function settleable({ open, lookup, runtime }: Session, now: number): OpenRows {
  const left = new Map<string, OpenRow>();
  for (const [key, row] of open)
    if (!lookup.found.has(key) && !isRunHeld(row.write, now, runtime.parts.process)) left.set(key, row);
  return left;
}

const stillUnderWay = (writes: readonly OpenRow['write'][]): CreditctlError =>
  new CreditctlError(
    'outcome-unknown',
    `Rows that may be on their way under another API key: ${writes.length}. Nothing was sent`,
    {
      applied: 'unknown',
      retrySafe: true,
      next: [
        `Go on with the batch after ${writes
          .map(({ leaseUntil }) => leaseUntil)
          .sort()
          .at(-1)}: creditctl batch resume`,
      ],
    },
  );

interface RowSources {
  readonly plan: Plan;
  readonly ownRows: readonly PlanRow[];
  readonly open: OpenRows;
}

/** Without the plan that they were sent from, rows are sent as the plan at hand has them; the API compares the two. */
async function rowsOf(
  sha256: string,
  { plan, ownRows, open }: RowSources,
  session: Session,
): Promise<readonly PlanRow[]> {
  const isWanted = ({ key }: PlanRow): boolean => open.get(key)?.plan === sha256;
  if (sha256 === plan.end.sha256 || !(await session.record.hasPlan(sha256))) return ownRows.filter(isWanted);
  const rows: PlanRow[] = [];
  await withKeptPlan(session.record, sha256, {
    space: session.runtime,
    act: async (kept) => {
      for await (const row of kept.rows()) if (isWanted(row)) rows.push(row);
    },
  });
  return rows;
}

/** The rows that other plans of the batch have left open, and that a run will send again. */
export async function rowsOpenInOtherPlans(
  others: ReadonlySet<string>,
  plan: Plan,
  session: Session,
): Promise<readonly PlanRow[]> {
  const open = new Map([...session.open].filter(([key]) => others.has(key)));
  const all: PlanRow[] = [];
  for (const sha256 of new Set([...open.values()].map((row) => row.plan)))
    all.push(...(await rowsOf(sha256, { plan, ownRows: [], open }, session)));
  const [, toSend] = await partedRows(all, { open, own: new Set() }, session);
  return toSend;
}

/** Those that cannot be sent again, and those that can. */
async function partedRows(
  rows: readonly PlanRow[],
  { open, own }: OpenKeys,
  { record, connection }: Session,
): Promise<readonly [readonly PlanRow[], readonly PlanRow[]]> {
  const clocks = { record: await record.now(), ledger: embeddedClock(connection)?.() };
  const mayResend = (row: PlanRow): boolean => {
    const write = open.get(row.key)?.write;
    if (write === undefined || takesForOther(row, own)) return false;
    // Whether the API keeps keys for each API key or for all of an account is not documented.
    return write.apiKey === record.apiKey && !isOld(write, clocks);
  };
  return [rows.filter((row) => !mayResend(row)), rows.filter(mayResend)];
}

interface Looked {
  /** Rows that are in no ledger, and that may be sent again. */
  readonly toSend: readonly PlanRow[];
  /** The error for a row whose mark is on a different entry of the ledger, so its outcome is unknown. */
  readonly differing: CreditctlError | undefined;
}

/** Notes what is found, and what was never applied. Throws what a search fails with; nothing is to be sent then. */
async function findRows(
  rows: readonly PlanRow[],
  { open, own, context }: OpenKeys & { readonly context: RowWriteContext },
  session: Session,
): Promise<Looked> {
  if (rows.length === 0) return { toSend: [], differing: undefined };
  const versions = await taken(rows, { open, context });
  let differing: CreditctlError | undefined;
  const wanted = new Map(rows.filter(({ key }) => versions.has(key)).map((row) => [row.key, row]));
  const found = new Map<string, Drift['entry']>();
  const onMark = (key: string, entry: Drift['entry']): void => {
    const row = wanted.get(key);
    if (row === undefined) return;
    wanted.delete(key);
    const problem = entryProblem(marked(row.request, key), entry);
    if (problem === undefined) found.set(key, entry);
    else differing ??= differs(row, problem);
  };
  const since = earliest(rows.flatMap(({ key }) => open.get(key)?.write ?? []));
  await searchLedgers({ ledgers: ledgersOf(rows), since, onMark }, session.connection);
  const [gone, toSend] = await partedRows([...wanted.values()], { open, own }, session);
  await checkGone(gone, since, session);
  const attempt = (key: string) => ({ key, attempt: open.get(key)?.write.attempt ?? 1 });
  const after = (key: string) => versions.get(key) ?? null;
  const facts: NewFact[] = [
    ...[...found].map(([key, { id: entry, credit_block, amount }]): NewFact => {
      const made = { entry, block: credit_block.id, amount, found: true } as const;
      return { fact: { kind: 'ended', ...attempt(key), state: 'settled', ...made }, after: after(key) };
    }),
    ...gone.map(
      ({ key }): NewFact => ({
        fact: { kind: 'ended', ...attempt(key), state: 'absent' },
        texts: { message: 'no entry of the ledger has its key, so it was never applied' },
        after: after(key),
      }),
    ),
  ];
  await appendWhatFits(context.noting.record, facts);
  for (const key of [...found.keys(), ...gone.map((row) => row.key)]) context.noting.lease.keys.delete(key);
  // They were in the ledger before this run.
  for (const [key, entry] of found)
    session.lookup.found.set(key, { entry, known: undefined, planned: undefined });
  return { toSend, differing };
}

/** Throws an `outcome-unknown` error if a ledger that has none of these rows may not be whole. A deleted customer has none. */
async function checkGone(
  gone: readonly PlanRow[],
  since: number,
  { connection }: Pick<Session, 'connection'>,
): Promise<void> {
  const keys = new Set(gone.map(({ key }) => key));
  const isWanted = ({ metadata }: Drift['entry']): boolean => keys.has(metadata[markerName] ?? '');
  for (const { customer: id, currency } of ledgersOf(gone))
    await unlessGone(() =>
      checkNothingLeftOut(
        { customer: { by: 'id', id }, currency, since: since - clockSlack, isWanted },
        connection,
      ),
    );
}

/** Takes the rows for this run; returns the versions of those that no other process has taken meanwhile. */
async function taken(
  rows: readonly PlanRow[],
  { open, context }: { readonly open: OpenRows; readonly context: RowWriteContext },
): Promise<ReadonlyMap<string, number>> {
  const { record, run, lease } = context.noting;
  const facts = rows.flatMap(({ key }): readonly NewFact[] => {
    const write = open.get(key)?.write;
    if (write === undefined) return [];
    const { attempt, version: after } = write;
    return [{ fact: { kind: 'taken', key, attempt, lease_ms: leaseMs, run }, after }];
  });
  const versions = await appendWhatFits(record, facts);
  for (const key of versions.keys()) lease.keys.add(key);
  return versions;
}

const differs = ({ row, customer }: PlanRow, problem: string): CreditctlError =>
  new CreditctlError('outcome-unknown', `Under the key of row ${row} the ledger has ${problem}`, {
    applied: 'unknown',
    retrySafe: true,
    next: [`Look at it: creditctl ledger list id:${customer.id}`],
  });

function ledgersOf(rows: readonly PlanRow[]): readonly LedgerName[] {
  const all = new Map<string, LedgerName>();
  for (const row of rows) all.set(ledgerOf(row), { customer: row.customer.id, currency: currencyOf(row) });
  return [...all.values()];
}
