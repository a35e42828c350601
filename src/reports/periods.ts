// Cuts a span of whole days into days, ISO weeks or months of a customer's zone.
import {
  type CalendarDate,
  dateAt,
  daysAfter,
  endOfDay,
  firstDayOf,
  lastDayOf,
  monthOf,
  parseDate,
  parseMonth,
  startOfDay,
  weekOf,
} from '../credits/calendar.ts';
import type { Instant } from '../credits/exact.ts';

export const periodLengths = ['day', 'week', 'month', 'total'] as const;
export type PeriodLength = (typeof periodLengths)[number];

/** A range of days in one zone, both ends included, and the length of the periods in the range. */
export interface PeriodPlan {
  readonly since: CalendarDate;
  readonly until: CalendarDate;
  readonly by: PeriodLength;
  /** IANA zone. */
  readonly zone: string;
}

/** A day, an ISO week, a month, or all of the days. */
export interface Period {
  /** `2026-10-31`, `2026-W44`, `2026-10` or `2026-01-01/2026-10-31`; names of one kind sort in order of time. */
  readonly name: string;
  /** The days of the period, also those outside the plan. */
  readonly first: CalendarDate;
  readonly last: CalendarDate;
}

/** Finds the period of an instant. Entries come in order of time, so the period found last is tried first. */
export class Periods {
  readonly #plan: PeriodPlan;
  readonly #from: Instant;
  readonly #before: Instant;
  #found: { readonly period: Period; readonly from: Instant; readonly before: Instant } | undefined;

  constructor(plan: PeriodPlan) {
    this.#plan = plan;
    this.#from = startOfDay(plan.since, plan.zone);
    this.#before = endOfDay(plan.until, plan.zone);
  }

  /** `earlier` and `later` are outside the days of the plan. */
  of(at: Instant): Period | 'earlier' | 'later' {
    if (at < this.#from) return 'earlier';
    if (at >= this.#before) return 'later';
    const known = this.#found;
    if (known !== undefined && known.from <= at && at < known.before) return known.period;
    const { zone } = this.#plan;
    const period = periodOf(dateAt(at, zone), this.#plan);
    const from = startOfDay(period.first, zone);
    this.#found = { period, from, before: endOfDay(period.last, zone) };
    return period;
  }
}

function periodOf(day: CalendarDate, { by, since, until }: PeriodPlan): Period {
  switch (by) {
    case 'day':
      return { name: day, first: day, last: day };
    case 'week': {
      const { name, monday } = weekOf(day);
      return { name, first: monday, last: daysAfter(monday, 6) };
    }
    case 'month': {
      const month = monthOf(day);
      return { name: month, first: firstDayOf(month), last: lastDayOf(month) };
    }
    case 'total':
      return { name: `${since}/${until}`, first: since, last: until };
  }
}

export interface NamedPeriod extends Period {
  readonly by: PeriodLength;
}

/** The period with this name; `undefined` for an invalid name. */
export function readPeriod(name: string): NamedPeriod | undefined {
  const day = parseDate(name);
  if (day !== undefined) return { by: 'day', name, first: day, last: day };
  const month = parseMonth(name);
  if (month !== undefined) return { by: 'month', name, first: firstDayOf(month), last: lastDayOf(month) };
  const week = /^(\d{4})-W\d{2}$/.exec(name);
  if (week !== null) return readWeek(name, Number(week[1]));
  const [first, last] = name.split('/').map(parseDate);
  if (first === undefined || last === undefined || name.split('/').length !== 2) return undefined;
  return first <= last ? { by: 'total', name, first, last } : undefined;
}

/** The 4th of January is in the first week of its year (ISO 8601). */
function readWeek(name: string, year: number): NamedPeriod | undefined {
  const fourth = parseDate(`${String(year).padStart(4, '0')}-01-04`);
  if (fourth === undefined) return undefined;
  const first = daysAfter(weekOf(fourth).monday, (Number(name.slice(-2)) - 1) * 7);
  return weekOf(first).name === name ? { by: 'week', name, first, last: daysAfter(first, 6) } : undefined;
}
