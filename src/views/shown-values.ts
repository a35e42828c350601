// Formats values for a terminal: instants, expiries and balances.
import { type Amount, isNegative, isZero } from '../credits/amount.ts';
import { distance, type Instant, parseInstant } from '../credits/instant.ts';
import type { ShowContext, Shown } from '../output/view.ts';

/** Credits that expire within this time are highlighted. */
const soon = 30 * 24 * 3_600_000;

/** In the customer's own clock, `2027-01-31` or `2027-01-31 15:00`; without one `2027-01-31 08:00Z`. Another text stays. */
export function shownInstant(text: string, { local }: Pick<ShowContext, 'local'> = {}): string {
  const at = parseInstant(text);
  if (at === undefined) return text;
  return local?.text(at) ?? `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

/** An expiry with its distance: `2027-01-31, in 12 days`; `never` without one. */
export function shownExpiry(text: string | null, context: ShowContext): Shown {
  if (text === null) return { text: 'never', meaning: 'muted' };
  const { now } = context;
  const at = parseInstant(text);
  if (at === undefined) return { text };
  const far = farText(at, context);
  if (at <= now) return { text: `${shownInstant(text, context)}, expired ${far}`, meaning: 'bad' };
  const shown = { text: `${shownInstant(text, context)}, ${far}` };
  return at - now <= soon ? { ...shown, meaning: 'warning' } : shown;
}

/** The instant from which credits can be drawn; one that has come is of no more interest. */
export function shownEffective(text: string | null, context: ShowContext): Shown {
  if (text === null) return { text: 'always', meaning: 'muted' };
  const at = parseInstant(text);
  if (at === undefined || at <= context.now) return { text: shownInstant(text, context) };
  return { text: `${shownInstant(text, context)}, ${farText(at, context)}`, meaning: 'warning' };
}

const farText = (at: Instant, { now, local }: ShowContext): string =>
  local?.distance(at, now) ?? distance(at, now);

export function shownBalance(balance: Amount): Shown {
  if (isNegative(balance)) return { text: balance, meaning: 'bad' };
  return isZero(balance) ? { text: balance, meaning: 'muted' } : { text: balance };
}
