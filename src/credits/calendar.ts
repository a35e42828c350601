// Reads dates as a person types them, and finds when a day begins in a customer's time zone.
import { Temporal } from 'temporal-polyfill';
import { type Instant, parseInstant, timeOf } from './exact.ts';

/** A calendar date, `YYYY-MM-DD`, meaningful only together with a time zone. */
export type CalendarDate = string & { readonly __date: unique symbol };

/** A typed date: a calendar date, an exact instant, or the sentence fragment that says what is wrong. */
export type DateReading =
  | { readonly kind: 'date'; readonly date: CalendarDate }
  | { readonly kind: 'instant'; readonly at: Instant }
  | DateProblem;

export interface DateProblem {
  readonly kind: 'problem';
  readonly problem: string;
  /** The typed text, if it has no known form. */
  readonly typed?: string;
}

const forms =
  '2027-01-31, an RFC 3339 time, +30d, +6w, +3m, +1y, -7d, today, tomorrow, yesterday, eom, eoq or eoy';

/** The forms for a future date, and for a past date. */
export const formsAhead = '2027-01-31, an RFC 3339 time, +30d, +6w, +3m, +1y, tomorrow, eom, eoq or eoy';
export const formsBack = '2026-10-31, an RFC 3339 time, -7d, -6w, -3m, -1y, today or yesterday';

/** Replaces the list of forms in the problem of a text that has no known form. */
export const withForms = (reading: DateReading, asked: string): DateReading =>
  reading.kind === 'problem' ? problemWithForms(reading, asked) : reading;

export const problemWithForms = (problem: DateProblem, asked: string): DateProblem =>
  problem.typed === undefined ? problem : noDate(problem.typed, asked);

const noDate = (typed: string, asked: string): DateProblem => ({
  kind: 'problem',
  problem: `is not a date: "${typed}"; write ${suggestedDates(typed) ?? suggestedSpan(typed, asked) ?? asked}`,
  typed,
});

/** `+30d` for `30d`, `30 days` or `in 30 days`; `-30d` where a past date is asked for. */
function suggestedSpan(typed: string, asked: string): string | undefined {
  const span = /^(?:in |\+ ?)?(\d{1,5}) ?([dwmy])(?:ays?|eeks?|onths?|ears?)?$/i.exec(typed);
  if (span === null || ![forms, formsAhead, formsBack].includes(asked)) return undefined;
  return `${asked === formsBack ? '-' : '+'}${span[1]}${span[2]?.toLowerCase()}`;
}
/** The dates, as `YYYY-MM-DD`, that a text such as `31/12/2026`, `12/31/2026`, `2026.12.31` or `2026-12` may mean. */
function suggestedDates(typed: string): string | undefined {
  if (parseDate(`${typed}-01`) !== undefined) return `a day, such as ${typed}-01`;
  const [, mark, ...parts] = /^(?=\d+([-./]))(\d{1,4})\1(\d{1,2})\1(\d{1,4})$/.exec(typed) ?? [];
  const [first = '', middle = '', last = ''] = parts;
  if (mark === undefined) return undefined;
  const orders =
    first.length === 4
      ? [[first, middle, last]]
      : [
          [last, middle, first],
          [last, first, middle],
        ];
  const texts = orders.map(([year = '', month = '', date = '']) =>
    parseDate(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`),
  );
  const known = new Set(texts.filter((text) => text !== undefined));
  return known.size === 0 ? undefined : [...known].join(' or ');
}
const units = { d: 'days', w: 'weeks', m: 'months', y: 'years' } as const;

/**
 * Reads a date as a person types it, relative forms counted from the customer's today.
 * `eom`, `eoq` and `eoy` are the last day of the running month, quarter and year.
 * @param zone the customer's IANA time zone
 */
export function readDate(text: string, now: Instant, zone: string): DateReading {
  const typed = text.trim();
  const at = parseInstant(typed);
  if (at !== undefined) return { kind: 'instant', at };
  const reading = readDay(typed, dateAt(now, zone));
  if (reading.kind === 'problem' || isTimeZone(zone)) return reading;
  const wayOut = `${parseDate(typed) ?? '2027-01-31'}T00:00:00-08:00`;
  return {
    kind: 'problem',
    problem: `needs the time zone ${zone}, which this Node does not know: write a time such as ${wayOut}, or use a newer Node`,
  };
}

function readDay(typed: string, today: CalendarDate): DateReading {
  const day = plainDate(today);
  const [, count, unit] = /^([+-]\d{1,5})([dwmy])$/.exec(typed) ?? [];
  if (count !== undefined) return date(day.add({ [units[unit as keyof typeof units]]: Number(count) }));
  const near = ['yesterday', 'today', 'tomorrow'].indexOf(typed);
  if (near >= 0) return date(day.add({ days: near - 1 }));
  switch (typed) {
    case 'eom':
      return date(lastDayOfMonth(day));
    case 'eoq':
      return date(lastDayOfMonth(day.with({ month: Math.ceil(day.month / 3) * 3 })));
    case 'eoy':
      return date(day.with({ month: 12, day: 31 }));
  }
  const known = parseDate(typed);
  if (known !== undefined) return { kind: 'date', date: known };
  if (!/^\d{4}-\d{2}-\d{2}$/.test(typed)) return noDate(typed, forms);
  return { kind: 'problem', problem: `is not a day of the calendar: "${typed}"` };
}

/** Whether a typed date is relative to today. */
export const isRelativeDate = (typed: string): boolean =>
  /^\s*(?:[+-]|today|tomorrow|yesterday|eo[mqy])/.test(typed);

/** Reads `YYYY-MM-DD`; `undefined` if it is malformed, no day of the calendar or before the year 1. */
export function parseDate(text: string): CalendarDate | undefined {
  if (!/^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return plainDate(text as CalendarDate).toString() as CalendarDate;
  } catch {
    return undefined;
  }
}

/**
 * The instant at which a date begins in a zone: midnight, or the first moment after it where clocks skip midnight.
 * In UTC for a zone that this Node does not know: good enough for a prediction, but not to send.
 */
export const startOfDay = (day: CalendarDate, zone: string): Instant =>
  plainDate(day).toZonedDateTime(zoneOrUtc(zone)).epochMilliseconds;

/** Makes a `startOfDay` for texts in one zone; the result is +Infinity for a text that is not a date. */
export const startOfDayIn =
  (zone: string) =>
  (text: string): Instant => {
    const day = parseDate(text);
    return day === undefined ? Number.POSITIVE_INFINITY : startOfDay(day, zone);
  };

/** The first instant after a date in a zone. */
export const endOfDay = (day: CalendarDate, zone: string): Instant => startOfDay(dayAfter(day), zone);

/** The date that begins at this instant in a zone; `undefined` if no date does, or if the zone is not known. */
export function dayBeginningAt(at: Instant, zone: string): CalendarDate | undefined {
  if (!isTimeZone(zone)) return undefined;
  const day = dateAt(at, zone);
  return startOfDay(day, zone) === at ? day : undefined;
}

/** The calendar date at an instant in a zone; in UTC for a zone that this Node does not know. */
export const dateAt = (at: Instant, zone: string): CalendarDate =>
  zonedAt(at, zone).toPlainDate().toString() as CalendarDate;

/** The calendar date of a field that holds a time; `undefined` for a missing or invalid time. */
export function dayOf(field: unknown, zone: string): CalendarDate | undefined {
  const at = timeOf(field);
  return at === undefined ? undefined : dateAt(at, zone);
}

/** The instant in the zone's local time, with its offset: `2027-01-31T00:00:00-08:00`. In UTC for an unknown zone. */
export const zonedText = (at: Instant, zone: string): string =>
  zonedAt(at, zone).toString({ timeZoneName: 'never', smallestUnit: 'second' });

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

export const weekdayOf = (day: CalendarDate): string => weekdays[plainDate(day).dayOfWeek - 1] ?? '';

export const dayAfter = (day: CalendarDate): CalendarDate => daysAfter(day, 1);

/** A month of the calendar, `YYYY-MM`. */
export type CalendarMonth = string & { readonly __month: unique symbol };

/** Reads `YYYY-MM`; `undefined` if it is malformed, no month of the calendar or before the year 1. */
export const parseMonth = (text: string): CalendarMonth | undefined =>
  /^(?!0000)\d{4}-(0[1-9]|1[0-2])$/.test(text) ? (text as CalendarMonth) : undefined;

export const monthOf = (day: CalendarDate): CalendarMonth => day.slice(0, 7) as CalendarMonth;

export const firstDayOf = (month: CalendarMonth): CalendarDate => `${month}-01` as CalendarDate;

export const lastDayOf = (month: CalendarMonth): CalendarDate =>
  lastDayOfMonth(plainDate(firstDayOf(month))).toString() as CalendarDate;

export const dayBefore = (day: CalendarDate): CalendarDate => daysAfter(day, -1);

/** The ISO 8601 week of a day: `2026-W44`, and the Monday it begins on. */
export function weekOf(day: CalendarDate): { readonly name: string; readonly monday: CalendarDate } {
  const { yearOfWeek = 0, weekOfYear = 0, dayOfWeek } = plainDate(day);
  const monday = plainDate(day).subtract({ days: dayOfWeek - 1 });
  const [year, week] = [String(yearOfWeek).padStart(4, '0'), String(weekOfYear).padStart(2, '0')];
  return { name: `${year}-W${week}`, monday: monday.toString() as CalendarDate };
}

/** Milliseconds of a day in UTC, where all days are equally long; fast, because reports walk through years of days. */
const dayLength = 86_400_000;

/** Adds a number of days to a date. */
export const daysAfter = (day: CalendarDate, days: number): CalendarDate =>
  new Date(Date.parse(day) + days * dayLength).toISOString().split('T')[0] as CalendarDate;

/** How many days later the second date is; negative where it is earlier. */
export const daysBetween = (from: CalendarDate, to: CalendarDate): number =>
  (Date.parse(to) - Date.parse(from)) / dayLength;

export type DayFinder = (at: Instant) => CalendarDate;

/** Makes a `dateAt` that caches the last day: fast for a ledger, where most entries share the day of the one before. */
export function dayFinder(zone: string): DayFinder {
  let known: { readonly day: CalendarDate; readonly from: Instant; readonly before: Instant } | undefined;
  return (at) => {
    if (known === undefined || at < known.from || at >= known.before) {
      const day = dateAt(at, zone);
      known = { day, from: startOfDay(day, zone), before: endOfDay(day, zone) };
    }
    return known.day;
  };
}

/** Whether a text is an IANA time zone that this Node knows. */
export const isTimeZone = (zone: string): boolean => zoneName(zone) !== undefined;

/** The zone's name as the IANA database spells it; `undefined` for an unknown zone. */
export function zoneName(zone: string): string | undefined {
  const known = zones.has(zone) ? zones.get(zone) : foundZone(zone);
  if (zones.size < zonesMax) zones.set(zone, known);
  return known;
}

/** The cache of zones: a file asks about the same few zones for each of its dates. */
const zones = new Map<string, string | undefined>();
const zonesMax = 1000;

const zoneOrUtc = (zone: string): string => (isTimeZone(zone) ? zone : 'UTC');
const zonedAt = (at: Instant, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zoneOrUtc(zone));

function foundZone(zone: string): string | undefined {
  if (!/^[A-Za-z]/.test(zone)) return undefined;
  try {
    // Node's own Temporal also takes the zone out of a time: `T00:00Z` is UTC.
    const { timeZoneId } = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return timeZoneId.toLowerCase() === zone.toLowerCase() ? timeZoneId : undefined;
  } catch {
    return undefined;
  }
}

const plainDate = (day: CalendarDate): Temporal.PlainDate => Temporal.PlainDate.from(day);
const lastDayOfMonth = (day: Temporal.PlainDate): Temporal.PlainDate => day.with({ day: day.daysInMonth });

function date(value: Temporal.PlainDate): DateReading {
  if (value.year > 9999) return { kind: 'problem', problem: 'is later than the year 9999' };
  if (value.year < 1) return { kind: 'problem', problem: 'is earlier than the year 1' };
  return { kind: 'date', date: value.toString() as CalendarDate };
}
