// Instants as whole milliseconds since the epoch (UTC), and the one text form in which the API writes them.

/** Milliseconds since 1970-01-01T00:00:00Z; an integer, so arithmetic on it is exact. */
export type Instant = number;

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Instants whose day is in every month need no calendar, and a ledger has millions of them. */
const onAnyMonthsDay =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\+00:00|Z)$/;

/** Reads an RFC 3339 instant (with `Z` or an offset). `undefined` if it is malformed or names a day or hour that does not exist. */
export function parseInstant(text: string): Instant | undefined {
  if (onAnyMonthsDay.test(text)) return Date.parse(text);
  const match = rfc3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number) as number[];
  if (!isCalendarDay(year ?? 0, month ?? 0, day ?? 0)) return undefined;
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second || 0) > 59) return undefined;
  const at = Date.parse(text.replace(' ', 'T').toUpperCase());
  return Number.isNaN(at) ? undefined : at;
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The API's text form: seconds, `+00:00` and not `Z` (Orb docs: API reference). */
export function formatInstant(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}+00:00`;
}

const hour = 3_600_000;
const day = 24 * hour;

/** `in 12 days`, `3 days ago`; whole units that have fully passed, so that "in 1 day" is never less than one. */
export function distance(at: Instant, now: Instant): string {
  const far = Math.abs(at - now);
  const length = far >= day ? count(far / day, 'day') : far >= hour ? count(far / hour, 'hour') : shortly;
  return at > now ? `in ${length}` : `${length} ago`;
}

const shortly = 'under an hour';

function count(units: number, unit: string): string {
  const whole = Math.floor(units);
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`;
}
