// Shows dates and times in one time zone, for people to read. Loads no calendar.
import { counted, distance, type Instant } from './exact.ts';

export type LocalTime = NonNullable<ReturnType<typeof localTime>>;

const day = 24 * 3_600_000;
const second = 1000;

/** `undefined` for a zone that this Node does not know. @param zone the customer's IANA time zone */
export function localTime(zone: string) {
  const format = formatIn(zone);
  if (format === undefined) return undefined;
  const clock = (at: Instant): string => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const { year = '', month, day: date, hour, minute, second } = parts;
    return `${year.padStart(4, '0')}-${month}-${date} ${hour}:${minute}:${second}`;
  };
  const dayNumber = (at: Instant): number => Date.parse(clock(at).slice(0, 10)) / day;
  return {
    /** The IANA name. */
    zone,
    /** `2026-12-31` for the instant at which that day begins by the clock, `2026-12-31 15:00` for any other. */
    text: (at: Instant): string => {
      const shown = clock(at);
      // Where clocks go back to midnight, 00:00:00 comes twice, and the day begins at the first one.
      const isDay = shown.endsWith(' 00:00:00') && dayNumber(at - second) < dayNumber(at);
      return isDay ? shown.slice(0, 10) : shown.slice(0, 16);
    },
    /** `in 30 days`, counted in calendar days of the zone; within 24 hours, or one long day, in units of time. */
    distance: (at: Instant, now: Instant): string => {
      const days = Math.abs(dayNumber(at) - dayNumber(now));
      if (days === 0 || Math.abs(at - now) < day) return distance(at, now);
      const text = counted(days, 'day');
      return at > now ? `in ${text}` : `${text} ago`;
    },
  };
}

/** `in 30 days`, in calendar days of the zone; in whole days of 24 hours for a zone that this Node does not know. */
export const distanceIn = (zone: string, at: Instant, now: Instant): string =>
  localTime(zone)?.distance(at, now) ?? distance(at, now);

function formatIn(zone: string): Intl.DateTimeFormat | undefined {
  // `Intl` accepts an offset such as `+02:00` as a zone, but the API never returns one.
  if (!/^[A-Za-z]/.test(zone)) return undefined;
  const two = '2-digit';
  try {
    return new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: two, day: two },
      ...{ hour: two, minute: two, second: two },
    });
  } catch {
    return undefined;
  }
}
