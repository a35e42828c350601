// Settles rows of unknown outcome from earlier runs: finds them in the ledgers or sends them again.

import type { LedgerEntry } from '../../../credits/customer.ts';
import { counted } from '../../../credits/exact.ts';
import { CreditctlError, mayBeApplied, unlessAbsent, valueArgs } from '../../../errors.ts';
import type { NewFact } from '../../../record/facts.ts';
import { entryProblem } from '../../../requests/answer.ts';
import { clockSlack, marked, markerName } from '../../../requests/request.ts';
import { checkNothingLeftOut } from '../../../writes/search.ts';
import { currencyOf, ledgerOf, type Plan, type PlanRow } from '../../plan/plan-lines.ts';
import { type LedgerName, searchLedgers } from '../in-ledgers.ts';
import { earliest, isRunHeld, mayBeUnderWay, type OpenRow } from '../recorded/recorded-runs.ts';
import {
  isWaitedFor,
  type OpenKeys,
  type OpenRows,
  openRowsIn,
  plansOf,
  resendable,
} from '../recorded/resendable-rows.ts';
import type { Session } from '../session.ts';
import type { NotingRun } from './begin-rows.ts';
import { appendWhatFits, type RowEnd } from './row-outcomes.ts';
import { type RowWriteContext, writeRows } from './write-rows.ts';

/**
 * Searches for the rows by their mark. A missing row is sent again, with the request of its own plan, if it may be sent
 * again. Any other missing row is noted as never applied, once it can no longer arrive. Resolves with the error that
 * stopped it, if any.
 * @param ownRows open rows of the current plan
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
  for (const sha256 of plansOf(open)) {
    const rows = await openRowsIn(sha256, { plan, ownRows, open }, session);
    const due = rows.filter((row) => !isWaitedFor(row, { open, own }, now));
    const stopped = await settleRows(due, { open, own, context, session });
    if (stopped !== undefined) return stopped;
  }
  return undefined;
}

/** Leaves out rows that were just found in a ledger, and rows that another process has taken. */
function settleable({ open, lookup, runtime }: Session, now: number): OpenRows {
  const left = new Map<string, OpenRow>();
  for (const [key, row] of open)
    if (!lookup.found.has(key) && !isRunHeld(row.write, now, runtime.system.process)) left.set(key, row);
  return left;
}

const stillUnderWay = (writes: readonly OpenRow['write'][]): CreditctlError => {
  const until = writes
    .map(({ leaseUntil }) => leaseUntil)
    .sort()
    .at(-1);
  const message = `Until ${until}, ${counted(writes.length, 'row')} may be on the way under another API key. Nothing was sent`;
  return mayBeApplied(message);
};

interface Settling extends OpenKeys {
  readonly context: RowWriteContext;
  readonly session: Session;
}

/** Throws errors of the search; no row may be sent then. */
async function settleRows(rows: readonly PlanRow[], settling: Settling): Promise<CreditctlError | undefined> {
  const { open, context, session } = settling;
  const versions = await takenOver(rows, settling);
  const taken = rows.filter(({ key }) => versions.has(key));
  if (taken.length === 0) return undefined;
  const since = earliest(taken.flatMap(({ key }) => open.get(key)?.write ?? []));
  // The search includes recent keys, because a clock that was ahead makes a key look younger.
  const { found, missing, differing } = await searchFor(taken, since, session);
  const mayResend = await resendable(settling, session);
  const absent = missing.filter((row) => !mayResend(row));
  await checkWhole(absent, since, session);
  await noteEnds({ found, absent, versions }, { open, noting: context.noting, session });
  if (differing !== undefined) return differing;
  // These rows are sent first, because their keys could expire during a long batch.
  return writeRows([missing.filter(mayResend)], context);
}

/** Takes over the rows for this run; returns the versions of rows that no other process took meanwhile. */
async function takenOver(
  rows: readonly PlanRow[],
  { open, context }: Settling,
): Promise<ReadonlyMap<string, number>> {
  const { record, run, lease } = context.noting;
  const facts = rows.flatMap(({ key }): readonly NewFact[] => {
    const write = open.get(key)?.write;
    if (write === undefined) return [];
    const { attempt, version: after } = write;
    return [{ fact: { kind: 'taken', key, attempt, lease_ms: lease.ms, run }, after }];
  });
  const versions = await appendWhatFits(record, facts);
  for (const key of versions.keys()) lease.keys.add(key);
  return versions;
}

interface Searched {
  /** Entries of the rows, by the rows' keys. */
  readonly found: ReadonlyMap<string, LedgerEntry>;
  /** Rows whose mark no entry has. */
  readonly missing: readonly PlanRow[];
  /** The error for a row whose mark is on an entry that differs from the request, so that its outcome is unknown. */
  readonly differing: CreditctlError | undefined;
}

/** Searches the rows' ledgers for their marks. @param since start of the first row, milliseconds since the epoch */
export async function searchFor(
  rows: readonly PlanRow[],
  since: number,
  session: Session,
): Promise<Searched> {
  const missing = new Map(rows.map((row) => [row.key, row]));
  const found = new Map<string, LedgerEntry>();
  let differing: CreditctlError | undefined;
  const onMark = (key: string, entry: LedgerEntry): void => {
    const row = missing.get(key);
    if (row === undefined) return;
    missing.delete(key);
    const problem = entryProblem(marked(row.request, key), entry);
    if (problem === undefined) found.set(key, entry);
    else differing ??= differs(row, problem);
  };
  await searchLedgers({ ledgers: ledgersOf(rows), since, onMark }, session.connection);
  return { found, missing: [...missing.values()], differing };
}

const differs = ({ key, row, customer }: PlanRow, problem: string): CreditctlError =>
  mayBeApplied(`Under the key of row ${row} the ledger has ${problem}`, {
    next: [`Look at it: creditctl ledger list ${valueArgs(`id:${customer.id}`)}`, wayToSay(key)],
  });

const wayToSay = (key: string): string =>
  `Note what you find yourself: creditctl history settle --found <what> ${valueArgs(key)}`;

/** Throws an `outcome-unknown` error if a ledger without these rows may be incomplete. A deleted customer has no ledger. */
export async function checkWhole(
  absent: readonly PlanRow[],
  since: number,
  { connection }: Session,
): Promise<void> {
  const keys = new Set(absent.map(({ key }) => key));
  const isWanted = ({ metadata }: LedgerEntry): boolean => keys.has(metadata[markerName] ?? '');
  for (const { customer: id, currency } of ledgersOf(absent)) {
    const searched = { customer: { by: 'id', id } as const, currency, since: since - clockSlack, isWanted };
    await unlessAbsent(() => checkNothingLeftOut(searched, connection)).catch((error: unknown) => {
      if (!(error instanceof CreditctlError) || error.kind !== 'outcome-unknown') throw error;
      const { message, facts } = error;
      const rows = absent.filter((row) => row.customer.id === id && currencyOf(row) === currency);
      const ways = rows.map(({ key }) => wayToSay(key));
      throw new CreditctlError('outcome-unknown', message, {
        ...facts,
        next: [...(facts.next ?? []), ...ways.slice(0, 1)],
      });
    });
  }
}

function ledgersOf(rows: readonly PlanRow[]): readonly LedgerName[] {
  const all = new Map<string, LedgerName>();
  for (const row of rows) all.set(ledgerOf(row), { customer: row.customer.id, currency: currencyOf(row) });
  return [...all.values()];
}

export interface Ends extends Pick<Searched, 'found'> {
  readonly absent: readonly PlanRow[];
  /** Versions of the rows that this run may end, by key. */
  readonly versions: ReadonlyMap<string, number>;
}

/** Notes found rows as settled and absent rows as never applied. */
export async function noteEnds(
  { found, absent, versions }: Ends,
  { open, noting, session }: Pick<Settling, 'open' | 'session'> & { readonly noting: NotingRun },
): Promise<void> {
  const { record, lease } = noting;
  const ended = (key: string) =>
    ({ kind: 'ended', key, attempt: open.get(key)?.write.attempt ?? 1 }) as const;
  const after = (key: string) => versions.get(key) ?? null;
  const facts: RowEnd[] = [];
  for (const [key, { id: entry, credit_block, amount }] of found) {
    const made = { entry, block: credit_block.id, amount, found: true } as const;
    facts.push({ fact: { ...ended(key), state: 'settled', ...made }, after: after(key) });
  }
  for (const { key } of absent)
    facts.push({
      fact: { ...ended(key), state: 'absent' },
      texts: { message: 'no entry of the ledger has its key, so it was never applied' },
      after: after(key),
    });
  await appendWhatFits(record, facts);
  for (const { fact } of facts) lease.keys.delete(fact.key);
  // Results count these rows as in the ledger before this run.
  for (const [key, entry] of found)
    session.lookup.found.set(key, { entry, known: undefined, planned: undefined });
}
