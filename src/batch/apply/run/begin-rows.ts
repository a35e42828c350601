// Notes a group of rows as begun before the first of them is sent. Rows that are done or over a cap stay out.
import { customerName } from '../../../credits/customer.ts';
import { amount as amountOf } from '../../../credits/exact.ts';
import { CreditctlError } from '../../../errors.ts';
import type { Building, NewFact, Noted, Reservation } from '../../../record/facts.ts';
import type { KeyState } from '../../../record/known-write.ts';
import type { AccountRecord, Appended } from '../../../record/record.ts';
import type { BatchWrite } from '../../plan/plan-lines.ts';
import { type DayCaps, overText, rowsOver } from '../day-caps.ts';
import { mayBeUnderWay } from '../recorded/open-rows.ts';
import { type RowLookup, standingOf } from '../recorded/row-lookup.ts';
import { overtaken } from './row-outcomes.ts';
import type { RunLease } from './run-lease.ts';

/** A run that has begun, as its rows are noted with it. */
export interface NotingRun {
  readonly record: Pick<AccountRecord, 'append' | 'apiKey' | 'now'>;
  readonly batch: string;
  readonly run: number;
  readonly lease: RunLease;
  readonly lookup: RowLookup;
  readonly caps: DayCaps;
  /** Whether rows that were refused before are sent again. */
  readonly retriesRefused: boolean;
  /** The embedded ledger's clock, milliseconds since the epoch; `undefined` for another API. */
  readonly ledgerNow: (() => number) | undefined;
}

export interface BegunRow {
  readonly write: BatchWrite;
  readonly attempt: number;
  /** The version of its key by now. */
  readonly version: number;
  /** An earlier attempt may have been applied. */
  readonly inDoubt: boolean;
}

interface NotedRows {
  readonly begun: readonly BegunRow[];
  /** How many are over a cap: nothing is sent of them, and the record does not know them. */
  readonly over: number;
  /** How many may still be under way with another API key. */
  readonly underWay: number;
}

/** A row on its way into the record. */
interface Candidate {
  readonly key: string;
  readonly write: BatchWrite;
  readonly known: KeyState | undefined;
  readonly reserves: Reservation | undefined;
}

/**
 * Looks the rows up and notes those that are to be sent. Throws what the record or a lookup fails with; then none of them
 * may be sent.
 * @param rows at most 1,024, each key once
 */
export async function noteRows(rows: readonly BatchWrite[], run: NotingRun): Promise<NotedRows> {
  const { lookup, lease } = run;
  let states = await lookup.expectedStates(rows.map(({ key }) => key));
  const over = new Set<string>();
  for (;;) {
    const underWay = await keysUnderWay(states, run);
    const free = rows.filter(({ key }) => !underWay.has(key) && !over.has(key));
    const candidates = await candidatesOf(free, states, run);
    const left = { over: over.size, underWay: underWay.size };
    if (candidates.length === 0) return { begun: [], ...left };
    const appended = await appendBegun(candidates, run);
    if (appended.kind === 'appended') {
      for (const { key } of candidates) lease.keys.add(key);
      const begun = candidates.map((row, at) => begunRow(row, appended.versions[at]));
      return { begun, ...left };
    }
    if (appended.kind === 'conflict' && appended.keys.includes(run.batch)) throw overtaken();
    // Another process was quicker with some, or a cap has no room for all of them: the rest is tried again.
    if (appended.kind === 'conflict')
      states = new Map([...states, ...(await lookup.recordedStates(appended.keys))]);
    else
      for (const [key, message] of messagesOver(candidates, appended)) {
        over.add(key);
        lookup.over.set(key, message);
      }
  }
}

/** All of them or none: as the record knew them, and under the caps. */
async function appendBegun(candidates: readonly Candidate[], run: NotingRun): Promise<Appended> {
  const caps = await run.caps.checks(candidates.flatMap(({ reserves }) => reserves ?? []));
  return run.record.append(
    candidates.map((row) => begunFact(row, run)),
    { caps },
  );
}

/** Open rows that another run, alive or dead, may still have on its way. */
async function keysUnderWay(
  states: ReadonlyMap<string, KeyState>,
  { record, lookup }: NotingRun,
): Promise<ReadonlySet<string>> {
  const others = [...states].filter(
    ([key, known]) => lookup.standing(key, known) === 'open' && known.apiKey !== record.apiKey,
  );
  if (others.length === 0) return new Set();
  const now = await record.now();
  return new Set(others.filter(([, known]) => mayBeUnderWay(known, { record, now })).map(([key]) => key));
}

/** Those that are to be sent: neither done nor, unless this run tries them again, refused. */
async function candidatesOf(
  rows: readonly BatchWrite[],
  states: ReadonlyMap<string, KeyState>,
  { retriesRefused, caps, lookup }: NotingRun,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (const write of rows) {
    const { key } = write;
    const known = states.get(key);
    const standing = lookup.standing(key, known);
    if (standing === 'done' || (standing === 'refused' && !retriesRefused)) continue;
    const reserves = standing === 'open' ? undefined : await caps.reservation(write);
    candidates.push({ key, write, known, reserves });
  }
  return candidates;
}

/** What is open keeps what it reserves, and is only taken over. */
function begunFact({ key, write, known, reserves }: Candidate, run: NotingRun): NewFact {
  const after = known?.version ?? null;
  if (known !== undefined && standingOf(known) === 'open') {
    const { attempt } = known;
    return { fact: { kind: 'taken', attempt, key, lease_ms: run.lease.ms, run: run.run }, after };
  }
  const fact = notedFact(write, known, run);
  if (reserves !== undefined) fact.reserves = reserves;
  return { fact, after };
}

/** A new attempt at a row. A batch's rows take author and process from their run. */
export function notedFact(
  { key, row, customer, request, undoes, toFollow = 0 }: BatchWrite,
  known: Pick<KeyState, 'attempt'> | undefined,
  { batch, run, lease, ledgerNow }: Pick<NotingRun, 'batch' | 'run' | 'lease' | 'ledgerNow'>,
): Building<Noted> {
  const fact: Building<Noted> = {
    kind: 'noted',
    key,
    attempt: (known?.attempt ?? 0) + 1,
    method: request.method,
    customer: customerName(customer),
    lease_ms: lease.ms,
    run,
    batch,
    row,
  };
  if (undoes !== undefined) fact.undoes = undoes;
  if (undoes !== undefined) fact.to_follow = toFollow;
  if (ledgerNow !== undefined) fact.ledger_at = new Date(ledgerNow()).toISOString();
  return fact;
}

function begunRow({ write, known }: Candidate, version: number | undefined): BegunRow {
  if (version === undefined) throw new TypeError('the record has to answer with a version for each fact');
  const isOpen = standingOf(known) === 'open';
  return {
    write,
    version,
    attempt: isOpen ? (known?.attempt ?? 1) : (known?.attempt ?? 0) + 1,
    inDoubt: isOpen,
  };
}

/** Why rows do not fit under the cap that has no room for all of them, by their keys. */
function messagesOver(
  rows: readonly Candidate[],
  { cap, used }: Extract<Appended, { kind: 'over' }>,
): ReadonlyMap<string, string> {
  const over = rowsOver(rows, cap, amountOf(used));
  if (over.size === 0)
    throw new CreditctlError('failure', `The record found no room under ${cap.name}, and no row is over it`, {
      applied: 'no',
    });
  const messages = new Map<string, string>();
  for (const { key, write } of rows) {
    const found = over.get(key);
    if (found !== undefined)
      messages.set(key, overText(cap, { ...found, who: customerName(write.customer) }));
  }
  return messages;
}
