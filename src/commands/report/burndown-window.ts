// Reads `--since`, `--until` and `--as-of` of a burndown: the days whose usage counts, and the day of the report.
import { type CalendarDate, dateAt, daysAfter } from '../../credits/calendar.ts';
import type { Instant } from '../../credits/exact.ts';
import { usageErrorAt } from '../../errors.ts';
import { type DaySpan, defaultBasisDays, type LookBack, usualSpan } from '../../reports/burndown.ts';
import { type AsOfFlags, dayNamed, type LocalNow, readAsOf } from './span-flags.ts';

export interface WindowFlags extends AsOfFlags {
  readonly since?: string;
  readonly until?: string;
}

/** The moment of a report, with its day in the customer's zone. */
export interface Moment {
  readonly today: CalendarDate;
  /** The last instant whose entries count. */
  readonly at: Instant;
  /** Whether the moment is earlier than now. */
  readonly isPast: boolean;
  /** Whether the day has ended at the moment. */
  readonly isOver: boolean;
}

/** Checks only for a future day, which throws a `usage` error. The form of the flags must be valid. */
export function readMoment(flags: WindowFlags, { now, zone }: LocalNow): Moment {
  const { today, running, before } = readAsOf(flags, { now, zone });
  if (before !== undefined && dateAt(before - 1000, zone) > today)
    throw usageErrorAt('--as-of', `is in the future: "${flags.asOf}"`);
  // A time later today means now.
  if (before === undefined || before > now) return { today, at: now, isPast: false, isOver: false };
  return { today, at: before - 1, isPast: true, isOver: today < running };
}

export interface Window {
  /** The first day to read. */
  readonly from: CalendarDate;
  /** The days whose usage counts. @param firstUse as in `LookBack` */
  readonly span: (firstUse: LookBack['firstUse']) => DaySpan;
  /** Whether the span depends on the first use. */
  readonly needsFirstUse: boolean;
}

/** Takes days of the flags unchanged. Throws a `usage` error if the last day is before the first, or in the future. */
export function readWindow({ since, until }: WindowFlags, { today, isOver }: Moment, of: LocalNow): Window {
  const [first, last] = [dayNamed(since, of), dayNamed(until, of)];
  if (last !== undefined && last > today) throw usageErrorAt('--until', `is later than ${today}: "${last}"`);
  if (first !== undefined && first > (last ?? today)) {
    const problem = last === undefined ? `is later than ${today}: "${first}"` : 'is later than --until';
    throw usageErrorAt('--since', problem);
  }
  const base = last ?? today;
  const isWhole = last !== undefined || isOver;
  const span = (firstUse: LookBack['firstUse']): DaySpan => {
    if (first === undefined) return usualSpan(base, { isOver: isWhole, firstUse });
    return { first, last: isWhole || first === base ? base : daysAfter(base, -1) };
  };
  return { from: first ?? daysAfter(base, -defaultBasisDays), span, needsFirstUse: first === undefined };
}
