// Reads `--since`, `--until`, `--by` and `--as-of` of a report: whole days of the customer's zone.
import {
  type CalendarDate,
  dateAt,
  dayBefore,
  endOfDay,
  firstDayOf,
  monthOf,
  readDate,
} from '../../credits/calendar.ts';
import type { Instant } from '../../credits/exact.ts';
import { oneOfProblems, type Problem, usageErrorAt } from '../../errors.ts';
import { type PeriodLength, type PeriodPlan, periodLengths } from '../../reports/periods.ts';

export interface AsOfFlags {
  readonly asOf?: string;
}

export interface SpanFlags extends AsOfFlags {
  readonly since?: string;
  readonly until?: string;
  readonly by?: string;
}

/** Problems of the form of the flags, before anything is opened. */
export function spanProblems({ since, until, by, asOf }: SpanFlags, now: Instant): readonly Problem[] {
  return [
    ...dayProblems('--since', since, now),
    ...dayProblems('--until', until, now),
    ...oneOfProblems('--by', by, periodLengths),
    ...asOfProblems({ asOf }, now),
  ];
}

export function asOfProblems(
  { asOf }: { readonly asOf?: string | undefined },
  now: Instant,
): readonly Problem[] {
  const reading = asOf === undefined ? undefined : readDate(asOf, now, 'UTC');
  return reading?.kind === 'problem' ? [{ where: '--as-of', problem: reading.problem }] : [];
}

function dayProblems(where: string, text: string | undefined, now: Instant): readonly Problem[] {
  const reading = text === undefined ? undefined : readDate(text, now, 'UTC');
  if (reading?.kind === 'problem') return [{ where, problem: reading.problem }];
  if (reading?.kind !== 'instant') return [];
  return [{ where, problem: `must be a whole day such as 2026-10-31: "${text}"` }];
}

/** A moment to report from, and the first instant whose entries no longer count. */
export interface AsOf {
  /** The customer's day at that moment; the present day for a future moment. */
  readonly today: CalendarDate;
  /** The first day that was not over at that moment. */
  readonly running: CalendarDate;
  readonly before: Instant | undefined;
}

/** The last day of a report that was over when the report was made; the day before the first if no day was over. */
export const completeUntil = (
  { since, until }: Pick<PeriodPlan, 'since' | 'until'>,
  running: CalendarDate,
) => {
  const newest = dayBefore(running < since ? since : running);
  return newest < until ? newest : until;
};

export interface LocalNow {
  readonly now: Instant;
  /** The customer's IANA time zone. */
  readonly zone: string;
}

/** Reads `--as-of` in a customer's zone. A day means its end, and an instant covers its second. The flag must be valid. */
export function readAsOf({ asOf }: AsOfFlags, { now, zone }: LocalNow): AsOf {
  const reading = asOf === undefined ? undefined : readDate(asOf, now, zone);
  const today = dateAt(now, zone);
  const at = (day: CalendarDate, before: Instant): AsOf => ({
    today: day < today ? day : today,
    running: dateAt(Math.min(before, now), zone),
    before,
  });
  if (reading?.kind === 'date') return at(reading.date, endOfDay(reading.date, zone));
  if (reading?.kind === 'instant') return at(dateAt(reading.at, zone), reading.at + 1000);
  return { today, running: today, before: undefined };
}

/** The day that a flag names; `undefined` without the flag. The flag must be valid. */
export function dayNamed(text: string | undefined, { now, zone }: LocalNow): CalendarDate | undefined {
  const reading = text === undefined ? undefined : readDate(text, now, zone);
  return reading?.kind === 'date' ? reading.date : undefined;
}

export interface SpanDefaults extends LocalNow {
  readonly today: CalendarDate;
}

/**
 * The days of a report: by default the current month up to today, by month. The flags must be valid. Throws a `usage`
 * error if the last day is before the first, which may depend on the zone.
 */
export function readSpan(
  flags: SpanFlags & { readonly all?: boolean },
  { today, now, zone }: SpanDefaults,
): PeriodPlan {
  const { since, until, by, all } = flags;
  const from = dayNamed(since, { now, zone });
  // A day may have begun for some customers only. For the other customers, the day has no movements yet.
  const { today: newest } = readAsOf(flags, { now, zone: earliestZone });
  const isToCome = all === true && from !== undefined && from > today && from <= newest;
  const last = dayNamed(until, { now, zone }) ?? (isToCome ? from : today);
  const first = from ?? firstDayOf(monthOf(last));
  if (last < first) {
    const newestDay = flags.asOf === undefined ? 'today' : '--as-of';
    const problem =
      until === undefined ? `is later than ${newestDay}, ${last}: "${first}"` : 'is later than --until';
    throw usageErrorAt('--since', problem);
  }
  return { since: first, until: last, by: lengthOf(by), zone };
}

/** The time zone in which each day begins first. */
const earliestZone = 'Pacific/Kiritimati';

const lengthOf = (by: string | undefined): PeriodLength =>
  periodLengths.find((each) => each === by) ?? 'month';
