// Where a calendar day begins in a time zone, found by looking at the zone's clock again and again.

const quarterOfAnHour = 900_000;
export const day = 86_400_000;
const clocks = new Map<string, Intl.DateTimeFormat>();
const found = new Map<string, number>();

/** The date on the wall of a zone at an instant, as `YYYY-MM-DD`. */
export function dateAt(instant: number, zone: string): string {
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  clocks.set(zone, clock);
  return clock.format(instant);
}

/** The first instant of a day; where the clocks skip midnight, that is later than 00:00. */
export function dayBegins(date: string, zone: string): number {
  const known = found.get(`${date} ${zone}`);
  if (known !== undefined) return known;
  // No zone is further from UTC than 14 hours, and no clock changes but at a quarter of an hour.
  let instant = Date.parse(date) - 15 * 3_600_000;
  while (dateAt(instant, zone) < date) instant += quarterOfAnHour;
  found.set(`${date} ${zone}`, instant);
  return instant;
}

export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * day).toISOString().slice(0, 10);
}
