// Reads dates in a body: an instant, or a calendar day that begins at midnight in the customer's zone.
import { type Instant, parseInstant, wholeSeconds } from '../../credits/exact.ts';

/** The module of calendar arithmetic, loaded only for requests that need it, because loading takes longer than most requests. */
export type Calendar = typeof import('../../credits/calendar.ts');

export function loadCalendar(): Promise<Calendar> {
  loading ??= import('../../credits/calendar.ts');
  return loading;
}

let loading: Promise<Calendar> | undefined;

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && parseInstant(`${text}T00:00:00Z`) !== undefined;
}

/** Whether a text is a day or an instant of the years 1 to 9999. */
export const isDateText = (text: string): boolean => isDay(text) || parseInstant(text) !== undefined;

/** The customer's zone, and the calendar if the request needs it. */
export interface Zone {
  readonly timezone: string;
  readonly calendar: Calendar | undefined;
}

/** The start of a day (Orb docs: time zones), or an instant without its fraction of a second; `undefined` for another text. */
export function readDateText(text: string, zone: Zone): Instant | undefined {
  if (isDay(text)) {
    const { calendar, date } = calendarDay(text, zone);
    return calendar.startOfDay(date, zone.timezone);
  }
  const at = parseInstant(text);
  return at === undefined ? undefined : wholeSeconds(at);
}

/** The start of a day, and of the day after it. */
export function resolveDay(
  day: string,
  zone: Zone,
): { readonly startsAt: Instant; readonly endsAt: Instant } {
  const { calendar, date } = calendarDay(day, zone);
  return {
    startsAt: calendar.startOfDay(date, zone.timezone),
    endsAt: calendar.endOfDay(date, zone.timezone),
  };
}

/** The start of the day that is `days` days after the day of an instant; `undefined` past the year 9999. */
export function startOfDayAfter(at: Instant, days: number, zone: Zone): Instant | undefined {
  const calendar = needed(zone);
  const reading = calendar.readDate(`+${days}d`, at, zone.timezone);
  return reading.kind === 'date' ? calendar.startOfDay(reading.date, zone.timezone) : undefined;
}

function calendarDay(day: string, zone: Zone) {
  const calendar = needed(zone);
  const date = calendar.parseDate(day);
  if (date === undefined) throw new RangeError(`not a day of the calendar: ${day}`);
  return { calendar, date };
}

function needed({ calendar }: Zone): Calendar {
  if (calendar === undefined) throw new TypeError('a calendar date was read without loading the calendar');
  return calendar;
}
