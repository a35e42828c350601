// Describes writes and batch runs as a record answers them, and computes what each counts against the daily caps. Pure.

import { type Amount, amount, negate } from '../credits/exact.ts';
import { type CurrentRun, type CurrentWrite, stillReserves } from './current-write.ts';
import type { Decimal, FactAuthor, FactRunner, Reservation } from './facts.ts';

/** The latest attempt under one key. Instants are RFC 3339, UTC, with milliseconds. */
export interface Write extends Omit<CurrentWrite, keyof Shown | 'ended' | 'notedRun' | 'reserves'>, Shown {
  readonly currency: string | null;
  /** Credits that the write reserves or moved; only increments and amendments have any. */
  readonly reserved: Decimal | null;
  readonly day: string | null;
  /** The key of the write that undid the last part of this write. */
  readonly undoneBy: string | null;
}

/** Fields that a row of a batch takes from its run, and instants as text. */
interface Shown {
  readonly author: FactAuthor;
  /** The process that works on the write, or was the last to do so. */
  readonly runner: FactRunner;
  /** The time when this attempt was noted, by the record's clock. */
  readonly notedAt: string;
  /** End of the lease, by the record's clock: until then no other process takes the write over. */
  readonly leaseUntil: string;
  readonly approvedBy: readonly string[];
  readonly endedAt: string | null;
  /** `null` until the outcome was reported. */
  readonly acknowledgedAt: string | null;
}

/** The part of a write that applying a group of rows reads. */
export interface KeyState
  extends Pick<Write, 'state' | 'attempt' | 'version' | 'notedAt' | 'ledgerAt' | 'leaseUntil' | 'runner'>,
    Pick<Write, 'row' | 'apiKey' | 'amount'> {
  /** The run that noted the row or took it over last; `null` for a write by hand. */
  readonly run: number | null;
  readonly plan: string | null;
  /** Credits that count against the daily caps; `null` once the write is refused, absent or unsent. */
  readonly reserves: Reservation | null;
}

/** A run of a batch, with its texts; instants are RFC 3339. */
export interface BatchRunRow extends Omit<CurrentRun, 'apiKey' | 'begunAt' | 'leaseUntil' | 'endedAt'> {
  readonly command: string | null;
  /** The common prefix of the paths of the result files, on the machine of the run. */
  readonly results: string | null;
  /** The signatures of the plan, in the form of its `.sigs` file; `null` if none were needed. */
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

/** The batch runs of a row: the run that noted the row, and the run that works on the row. */
export interface RunsOfRow {
  readonly noting: CurrentRun | undefined;
  readonly working: CurrentRun | undefined;
}

/** @param undoneBy the key of the write that undid the last part of this write */
export function writeOf(current: CurrentWrite, runs: RunsOfRow, undoneBy: string | null): Write {
  const { ended, notedRun, reserves, ...shown } = current;
  return {
    ...shown,
    author: current.author ?? runs.noting?.author ?? unknownAuthor,
    runner: runnerOf(current, runs.working),
    apiKey: apiKeyOf(current, runs.noting),
    notedAt: instantText(current.notedAt),
    leaseUntil: instantText(leaseOf(current, runs.working)),
    currency: reserves?.currency ?? null,
    reserved: stillReserves(current.state) ? (reserves?.amount ?? null) : null,
    day: reserves?.day ?? null,
    undoneBy,
    approvedBy: current.approvedBy ?? runs.noting?.approvedBy ?? [],
    endedAt: instantOrNull(current.endedAt),
    acknowledgedAt: instantOrNull(current.acknowledgedAt),
  };
}

export const runnerOf = ({ runner }: Pick<CurrentWrite, 'runner'>, working?: CurrentRun): FactRunner =>
  runner ?? working?.runner ?? noRunner;

export const apiKeyOf = ({ apiKey }: Pick<CurrentWrite, 'apiKey'>, noting?: CurrentRun): string | null =>
  apiKey ?? noting?.apiKey ?? null;

type Leased = Pick<CurrentWrite, 'runner' | 'leaseUntil'>;

/** While a batch run works, its lease also holds its rows. */
export function leaseOf({ runner, leaseUntil }: Leased, working: CurrentRun | undefined): number {
  const isOfRun = runner === null && working !== undefined && working.endedAt === null;
  return isOfRun ? Math.max(leaseUntil, working.leaseUntil) : leaseUntil;
}

export const batchRunOf = (
  { apiKey, begunAt, leaseUntil, endedAt, ...run }: CurrentRun,
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
  /** `2026-11-27`, UTC: by the embedded ledger's clock if the fact has its time, otherwise by the record's clock. */
  readonly day: string;
  readonly currency: string;
  readonly who: string;
  readonly amount: Amount;
}

/** The credits that a write counts now; `undefined` if it reserves none, or failed and released them. */
export function countedOf(current: CurrentWrite | undefined): Counted | undefined {
  if (current?.reserves == null || !stillReserves(current.state)) return undefined;
  const { reserves, ledgerAt, notedAt, who } = current;
  const day = ledgerAt === null ? utcDay(notedAt) : utcDay(Date.parse(ledgerAt));
  return { day, currency: reserves.currency, who, amount: amount(reserves.amount) };
}

/** The changes of the counters between two states of a write. */
export function countedChanges(before: CurrentWrite | undefined, after: CurrentWrite): readonly Counted[] {
  if (before?.attempt === after.attempt && stillReserves(before.state) && stillReserves(after.state))
    return [];
  const [was, is] = [countedOf(before), countedOf(after)];
  const given = was === undefined ? [] : [{ ...was, amount: negate(was.amount) }];
  return is === undefined ? given : [...given, is];
}

/** @param at milliseconds since the epoch */
export function utcDay(at: number): string {
  // Consecutive calls mostly ask for the same day, so the latest day is cached.
  if (at < latestDay.begins || at >= latestDay.begins + dayLength) {
    const day = new Date(at).toISOString().slice(0, 10);
    latestDay = { day, begins: Date.parse(day) };
  }
  return latestDay.day;
}

const dayLength = 86_400_000;
let latestDay = { day: '1970-01-01', begins: 0 };
