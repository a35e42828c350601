// What a record answers about writes and runs of batches: how they stand, and what they count for against the caps of a day. Pure.

import { type Amount, amount, negate } from '../credits/exact.ts';
import type { Decimal, FactAuthor, FactRunner, Reservation } from './facts.ts';
import { holds, type RunStanding, type Standing } from './standing.ts';

/** All that is known of one key by now: of its latest attempt. Instants are RFC 3339, UTC, with milliseconds. */
export interface Write extends Omit<Standing, keyof Shown | 'ended' | 'notedRun' | 'reserves'>, Shown {
  readonly currency: string | null;
  /** What it reserves, or moved: increments and amendments only. */
  readonly reserved: Decimal | null;
  readonly day: string | null;
  /** The key of the write that took the last part of this one back. */
  readonly undoneBy: string | null;
}

/** What a row of a batch has of its run, and instants as text. */
interface Shown {
  readonly author: FactAuthor;
  /** Who works on it, or did last. */
  readonly runner: FactRunner;
  /** When this attempt was first noted, by the record's clock. */
  readonly notedAt: string;
  /** Until then no other process takes it over; by the record's clock. */
  readonly leaseUntil: string;
  readonly approvedBy: readonly string[];
  readonly endedAt: string | null;
  /** `null` until the outcome was reported. */
  readonly acknowledgedAt: string | null;
}

/** What a group of rows needs to know of its keys. */
export interface KeyState
  extends Pick<Write, 'state' | 'attempt' | 'version' | 'notedAt' | 'ledgerAt' | 'leaseUntil' | 'runner'>,
    Pick<Write, 'row' | 'apiKey' | 'amount'> {
  /** Whether an earlier run, and not the given one, settled it. */
  readonly run: number | null;
  readonly plan: string | null;
  /** What it counts for against the caps of a day; `null` once it is refused, absent or unsent. */
  readonly reserves: Reservation | null;
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
