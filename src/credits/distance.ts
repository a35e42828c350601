// How far an instant is from now, in whole days as people count them, or hours under a day.
import type { Instant } from './instant.ts';

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
