// Notes a group of rows as begun before the first is sent, and leaves out rows that are done or over a cap.
import { customerName } from '../../../credits/customer.ts';
import { amount as amountOf } from '../../../credits/exact.ts';
import { notApplied } from '../../../errors.ts';
import { notSent } from '../../../record/attempt.ts';
import type { Building, NewFact, Noted, Reservation } from '../../../record/facts.ts';
import type { KeyState } from '../../../record/known-write.ts';
import type { AccountRecord, Appended } from '../../../record/record.ts';
import type { BatchWrite } from '../../plan/plan-lines.ts';
import { type DayCaps, overText, rowsOver } from '../day-caps.ts';
import { isRunHeld, mayBeUnderWay, type RunnerPort } from '../recorded/recorded-runs.ts';
import { type RowLookup, rowStateOf } from '../recorded/row-lookup.ts';
import { overtaken } from './row-outcomes.ts';
import type { RunLease } from './run-lease.ts';

/** A begun run, with what noting its rows needs. */
export interface NotingRun {
  readonly record: Pick<AccountRecord, 'append' | 'apiKey' | 'now'>;
  readonly batch: string;
  readonly run: number;
  readonly lease: RunLease;
  readonly lookup: RowLookup;
  readonly caps: DayCaps;
  readonly self: RunnerPort;
  /** Whether the run sends refused rows again. */
  readonly retriesRefused: boolean;
  /** The embedded ledger's clock, milliseconds since the epoch; `undefined` for another API. */
  readonly ledgerNow: (() => number) | undefined;
}

export interface BegunRow {
  readonly write: BatchWrite;
  readonly attempt: number;
  /** The key's version after the row was noted. */
  readonly version: number;
  /** An earlier attempt may have been applied. */
  readonly inDoubt: boolean;
}

/** A row to be noted. */
interface Candidate {
  readonly key: string;
  readonly write: BatchWrite;
  readonly known: KeyState | undefined;
  readonly reserves: Reservation | undefined;
}

/**
 * Looks up the rows and notes those to send. Throws errors of the record or a lookup; no row may be sent then.
 * `over`: how many rows are over a cap, which are neither sent nor recorded. `underWay`: how many have a request that may
 * still arrive under another API key.
 * @param rows at most 1,024, each key once
 */
export async function noteRows(rows: readonly BatchWrite[], run: NotingRun) {
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
    // Another process took some rows, or a cap has no room for all; the loop retries with the rest.
    if (appended.kind === 'conflict')
      states = new Map([...states, ...(await lookup.recordedStates(appended.keys))]);
    else
      for (const [key, message] of messagesOver(candidates, appended)) {
        over.add(key);
        lookup.over.set(key, message);
      }
  }
}

/** Notes all rows or none: none if a key changed or a cap is exceeded. */
async function appendBegun(candidates: readonly Candidate[], run: NotingRun): Promise<Appended> {
  const caps = await run.caps.checks(candidates.flatMap(({ reserves }) => reserves ?? []));
  const facts = candidates.map((row) => begunFact(row, run));
  try {
    return await run.record.append(facts, { caps });
  } catch (error) {
    throw notSent(error);
  }
}

/** Open rows whose request from another run may still arrive, or that another process undoes by hand. */
async function keysUnderWay(
  states: ReadonlyMap<string, KeyState>,
  { record, lookup, self }: NotingRun,
): Promise<ReadonlySet<string>> {
  const isByHand = ({ run, state }: KeyState): boolean => run === null && state === 'noted';
  const others = [...states].filter(
    ([key, known]) =>
      lookup.rowState(key, known) === 'open' && (known.apiKey !== record.apiKey || isByHand(known)),
  );
  if (others.length === 0) return new Set();
  const now = await record.now();
  const isUnderWay = (known: KeyState): boolean =>
    mayBeUnderWay(known, { record, now }) || (isByHand(known) && isRunHeld(known, now, self));
  return new Set(others.filter(([, known]) => isUnderWay(known)).map(([key]) => key));
}

/** The rows to send: not done, and not refused unless this run retries refused rows. */
async function candidatesOf(
  rows: readonly BatchWrite[],
  states: ReadonlyMap<string, KeyState>,
  { retriesRefused, caps, lookup }: NotingRun,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (const write of rows) {
    const { key } = write;
    const known = states.get(key);
    const rowState = lookup.rowState(key, known);
    if (rowState === 'done' || (rowState === 'refused' && !retriesRefused)) continue;
    const reserves = rowState === 'open' ? undefined : await caps.reservation(write);
    candidates.push({ key, write, known, reserves });
  }
  return candidates;
}

/** An open row keeps its reservation and is only taken over. */
function begunFact({ key, write, known, reserves }: Candidate, run: NotingRun): NewFact {
  const after = known?.version ?? null;
  if (known !== undefined && rowStateOf(known) === 'open') {
    const { attempt } = known;
    return { fact: { kind: 'taken', attempt, key, lease_ms: run.lease.ms, run: run.run }, after };
  }
  const fact = notedFact(write, known, run);
  if (reserves !== undefined) fact.reserves = reserves;
  return { fact, after };
}

/** A new attempt at a row. The run, not the row, records author and process. */
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
  const isOpen = rowStateOf(known) === 'open';
  return {
    write,
    version,
    attempt: isOpen ? (known?.attempt ?? 1) : (known?.attempt ?? 0) + 1,
    inDoubt: isOpen,
  };
}

/** A message for each row that does not fit under the exceeded cap, by key. */
function messagesOver(
  rows: readonly Candidate[],
  { cap, used }: Extract<Appended, { kind: 'over' }>,
): ReadonlyMap<string, string> {
  const over = rowsOver(rows, cap, amountOf(used));
  if (over.size === 0)
    throw notApplied('failure', `The record found no room under ${cap.name}, and no row is over it`);
  const messages = new Map<string, string>();
  for (const { key, write } of rows) {
    const found = over.get(key);
    if (found !== undefined)
      messages.set(key, overText(cap, { ...found, who: customerName(write.customer) }));
  }
  return messages;
}
