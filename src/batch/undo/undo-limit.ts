// How far an account may be taken back: as far as was shown and agreed to, and no further.
import { type Amount, compare, zero } from '../../credits/amount.ts';
import { addMoved, type MovedCredits, movements, noneMoved } from '../../requests/moved-credits.ts';
import type { RowUndo } from './inverse-rows.ts';

/** What the writes of one account come to. */
export interface Extent extends Omit<MovedCredits, 'currency'> {
  readonly largest: Amount;
}

export const noExtent: Extent = { ...noneMoved, largest: zero };

/** An extent and more writes of the same account, which are all of one currency. */
export function extended(extent: Extent, writes: RowUndo['writes']): Extent {
  if (writes.length === 0) return extent;
  const sums = new Map<string, MovedCredits>();
  let { largest } = extent;
  for (const { request } of writes) {
    const { currency } = request.body ?? {};
    if (sums.size === 0) sums.set(String(currency), { ...extent, currency: String(currency) });
    largest = addMoved(request, sums, largest);
  }
  const [sum] = sums.values();
  return { ...noneMoved, ...sum, largest };
}

export const isWithin = (extent: Extent, agreed: Extent): boolean =>
  extent.rows <= agreed.rows &&
  compare(extent.largest, agreed.largest) <= 0 &&
  movements.every((name) => compare(extent[name], agreed[name]) <= 0);
