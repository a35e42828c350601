// What a record answers about writes and runs of batches: how they stand, and what they count for against the caps of a day. Pure.

import { type Amount, amount, negate } from '../credits/exact.ts';
import type { Decimal, FactAuthor, FactRunner, Reservation, WriteState } from './facts.ts';
import { holds, type RunStanding, type Standing } from './standing.ts';

/** All that is known of one key by now: of its latest attempt. */
export interface Write {
  /** The sequence number of the event that noted it: what came first, whatever the clocks said. */
  readonly noted: number;
  readonly key: string;
  readonly attempt: number;
  readonly state: WriteState;
  /** The sequence number of its latest event: what `NewFact.after` compares. */
  readonly version: number;
  readonly fingerprint: string;
  readonly isNamed: boolean;
  readonly method: string;
  /** The person, as the record stamped it: the database role, or the OS user. */
  readonly who: string;
  readonly author: FactAuthor;
  /** Who works on it, or did last. */
  readonly runner: FactRunner;
  /** When this attempt was first noted, by the record's clock; RFC 3339, UTC, ms. */
  readonly notedAt: string;
  /** The same by the embedded ledger's clock. */
  readonly ledgerAt: string | null;
  /** Until then no other process takes it over; by the record's clock. */
  readonly leaseUntil: string;
  readonly customer: string | null;
  readonly currency: string | null;
  /** What it reserves, or moved: increments and amendments only. */
  readonly reserved: Decimal | null;
  readonly day: string | null;
  readonly batch: string | null;
  readonly run: number | null;
  readonly row: number | null;
  readonly undoes: string | null;
  readonly toFollow: number;
  /** The key of the write that took the last part of this one back. */
  readonly undoneBy: string | null;
  readonly approvedBy: readonly string[];
  /** The hash of the API key that began it; of a row, its run's. */
  readonly apiKey: string | null;
  readonly endedAt: string | null;
  /** Who noted the end, as the record stamped it: another person may have settled it. */
  readonly endedBy: string | null;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly isReplayed: boolean;
  readonly isFound: boolean;
  readonly entry: string | null;
  readonly block: string | null;
  readonly amount: Decimal | null;
  /** `null` until the outcome was reported. */
  readonly acknowledgedAt: string | null;
}

/** What a group of rows needs to know of its keys. */
export interface KeyState {
  readonly state: WriteState;
  readonly attempt: number;
  readonly version: number;
  readonly notedAt: string;
  readonly ledgerAt: string | null;
  readonly leaseUntil: string;
  readonly runner: FactRunner;
  /** Whether an earlier run, and not the given one, settled it. */
  readonly run: number | null;
  readonly plan: string | null;
  readonly row: number | null;
  readonly apiKey: string | null;
  /** What it counts for against the caps of a day; `null` once it is refused, absent or unsent. */
  readonly reserves: Reservation | null;
  /** Of the entry that was made, as the API said; `null` until then. */
  readonly amount: Decimal | null;
}

/** A run of a batch, with its texts; instants are RFC 3339. */
export interface BatchRunRow extends Omit<RunStanding, 'apiKey' | 'begunAt' | 'leaseUntil' | 'endedAt'> {
  readonly command: string | null;
  /** The path with which the files of the outcomes begin, on the machine of the run. */
  readonly results: string | null;
  /** Of the plan, one after the other as in its file of signatures; `null` where none were needed. */
  readonly signatures: string | null;
  readonly begunAt: string;
  readonly leaseUntil: string;
  readonly endedAt: string | null;
}

/** RFC 3339, UTC, with milliseconds. @param at milliseconds since the epoch */
export const instantText = (at: number): string => new Date(at).toISOString();
const instantOrNull = (at: number | null): string | null => (at === null ? null : instantText(at));

const unknownAuthor: FactAuthor = { os_user: '', host: '' };
const noRunner: FactRunner = { machine: '', pid: 0 };

/** The runs of a row of a batch: the one that noted it, and the one that works on it. */
export interface RunsOfRow {
  readonly noting: RunStanding | undefined;
  readonly working: RunStanding | undefined;
}

/** @param undoneBy the key of the write that took the last part of it back */
export function writeOf(standing: Standing, runs: RunsOfRow, undoneBy: string | null): Write {
  const { author, notedAt, reserves, approvedBy, endedAt, acknowledgedAt } = standing;
  return {
    noted: standing.noted,
    key: standing.key,
    attempt: standing.attempt,
    state: standing.state,
    version: standing.version,
    fingerprint: standing.fingerprint,
    isNamed: standing.isNamed,
    method: standing.method,
    who: standing.who,
    author: author ?? runs.noting?.author ?? unknownAuthor,
    runner: runnerOf(standing, runs.working),
    apiKey: apiKeyOf(standing, runs.noting),
    notedAt: instantText(notedAt),
    ledgerAt: standing.ledgerAt,
    leaseUntil: instantText(leaseOf(standing, runs.working)),
    customer: standing.customer,
    currency: reserves?.currency ?? null,
    reserved: holds(standing.state) ? (reserves?.amount ?? null) : null,
    day: reserves?.day ?? null,
    batch: standing.batch,
    run: standing.run,
    row: standing.row,
    undoes: standing.undoes,
    toFollow: standing.toFollow,
    undoneBy,
    approvedBy: approvedBy ?? runs.noting?.approvedBy ?? [],
    endedAt: instantOrNull(endedAt),
    endedBy: standing.endedBy,
    status: standing.status,
    requestId: standing.requestId,
    isReplayed: standing.isReplayed,
    isFound: standing.isFound,
    entry: standing.entry,
    block: standing.block,
    amount: standing.amount,
    acknowledgedAt: instantOrNull(acknowledgedAt),
  };
}

export const runnerOf = ({ runner }: Pick<Standing, 'runner'>, working?: RunStanding): FactRunner =>
  runner ?? working?.runner ?? noRunner;

export const apiKeyOf = ({ apiKey }: Pick<Standing, 'apiKey'>, noting?: RunStanding): string | null =>
  apiKey ?? noting?.apiKey ?? null;

type Leased = Pick<Standing, 'runner' | 'leaseUntil'>;

/** A run that goes on keeps its rows: its lease is theirs. */
export function leaseOf({ runner, leaseUntil }: Leased, working: RunStanding | undefined): number {
  const isOfRun = runner === null && working !== undefined && working.endedAt === null;
  return isOfRun ? Math.max(leaseUntil, working.leaseUntil) : leaseUntil;
}

export const batchRunOf = (
  { apiKey, begunAt, leaseUntil, endedAt, ...run }: RunStanding,
  texts: Pick<BatchRunRow, 'command' | 'results' | 'signatures'>,
): BatchRunRow => ({
  ...run,
  ...texts,
  begunAt: instantText(begunAt),
  leaseUntil: instantText(leaseUntil),
  endedAt: instantOrNull(endedAt),
});

/** Credits that count against the caps of persons and of the team on one UTC day. */
export interface Counted {
  /** `2026-11-27`, UTC: by the record's clock, or by the embedded ledger's own where the fact says it. */
  readonly day: string;
  readonly currency: string;
  readonly who: string;
  readonly amount: Amount;
}

/** What a write counts for by now; `undefined` if it reserves nothing, or gave it back. */
export function countedOf(standing: Standing | undefined): Counted | undefined {
  if (standing?.reserves == null || !holds(standing.state)) return undefined;
  const { reserves, ledgerAt, notedAt, who } = standing;
  const day = ledgerAt === null ? utcDay(notedAt) : utcDay(Date.parse(ledgerAt));
  return { day, currency: reserves.currency, who, amount: amount(reserves.amount) };
}

/** By how much the counters change from one standing to the next. */
export function countedChanges(before: Standing | undefined, after: Standing): readonly Counted[] {
  if (before?.attempt === after.attempt && holds(before.state) && holds(after.state)) return [];
  const [was, is] = [countedOf(before), countedOf(after)];
  const given = was === undefined ? [] : [{ ...was, amount: negate(was.amount) }];
  return is === undefined ? given : [...given, is];
}

/** @param at milliseconds since the epoch */
export function utcDay(at: number): string {
  // Those that follow each other are mostly of one day.
  if (at < latestDay.begins || at >= latestDay.begins + dayLength) {
    const day = new Date(at).toISOString().slice(0, 10);
    latestDay = { day, begins: Date.parse(day) };
  }
  return latestDay.day;
}

const dayLength = 86_400_000;
let latestDay = { day: '1970-01-01', begins: 0 };
