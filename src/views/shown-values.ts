// Formats values for a terminal: instants, expiries and balances.
import { type Amount, isNegative, isZero } from '../credits/amount.ts';
import { distance, parseInstant } from '../credits/instant.ts';
import type { ShowContext, Shown } from '../output/view.ts';

/** Credits that expire within this time are highlighted. */
const soon = 30 * 24 * 3_600_000;

/** `2027-01-31 08:00Z`, in UTC as the API tells it and to the minute; a text that is no instant stays as it is. */
export function shownInstant(text: string): string {
  const at = parseInstant(text);
  return at === undefined ? text : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

/** An expiry with its distance: `2027-01-31 08:00Z, in 12 days`; `never` without one. */
export function shownExpiry(text: string | null, { now }: ShowContext): Shown {
  if (text === null) return { text: 'never', meaning: 'muted' };
  const at = parseInstant(text);
  if (at === undefined) return { text };
  const far = distance(at, now);
  if (at <= now) return { text: `${shownInstant(text)}, expired ${far}`, meaning: 'bad' };
  const shown = { text: `${shownInstant(text)}, ${far}` };
  return at - now <= soon ? { ...shown, meaning: 'warning' } : shown;
}

/** The instant from which credits can be drawn; one that has come is of no more interest. */
export function shownEffective(text: string | null, { now }: ShowContext): Shown {
  if (text === null) return { text: 'always', meaning: 'muted' };
  const at = parseInstant(text);
  if (at === undefined || at <= now) return { text: shownInstant(text) };
  return { text: `${shownInstant(text)}, ${distance(at, now)}`, meaning: 'warning' };
}

export function shownBalance(balance: Amount): Shown {
  if (isNegative(balance)) return { text: balance, meaning: 'bad' };
  return isZero(balance) ? { text: balance, meaning: 'muted' } : { text: balance };
}
