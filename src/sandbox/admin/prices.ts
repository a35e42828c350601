// Lists, sets and removes the prices of usage for an operator.
import { defaultCurrency } from '../../credits/customer.ts';
import { type Amount, isPositive, wholeSeconds } from '../../credits/exact.ts';
import { realCurrencies } from '../../credits/real-money.ts';
import type { Database } from '../../database/driver.ts';
import type { FreshId } from '../ledger/posting.ts';
import { pricedEvent } from '../server/charges.ts';
import { allPrices, deletePrice, insertPrice } from '../store/prices.ts';
import { addedUnits } from '../store/units.ts';
import type { LedgerClock } from './clock.ts';

export interface NewPrice {
  readonly event: string;
  /** Default: the event's name. */
  readonly itemId?: string | undefined;
  /** Credits per unit; above 0. */
  readonly credits: Amount;
  readonly property?: string | undefined;
  /** Default: `credits`. */
  readonly currency?: string | undefined;
}

export interface PriceContext {
  readonly clock: LedgerClock;
  readonly freshId: FreshId;
}

export function priceSettings(database: Database, { clock, freshId }: PriceContext) {
  return {
    /** All prices, ordered by event name. */
    list: () => allPrices(database),
    /** Sets the price of an event; `undefined` if the event already has one. The price is one that `problemOf` accepts. */
    add: ({ event, itemId = event, credits, property, currency = defaultCurrency }: NewPrice) => {
      const price = {
        id: freshId(),
        event,
        itemId,
        credits,
        property: property ?? null,
        currency,
        createdAt: wholeSeconds(clock.now()),
      };
      return insertPrice(database, price) ? price : undefined;
    },
    /** Deletes the price of an event; false if the event has none. */
    remove: (event: string): boolean => deletePrice(database, event),
    problemOf: (price: NewPrice) => problemOf(database, price),
  };
}

/** The longest name of an event, item or property, in characters. */
const lengthMax = 100;

/** The invalid field of a new price and its problem, as the end of a sentence; `undefined` if the price is valid. */
function problemOf(
  database: Database,
  price: NewPrice,
): { readonly where: keyof NewPrice; readonly problem: string } | undefined {
  for (const where of ['event', 'itemId', 'property'] as const) {
    const name = price[where];
    if (name === undefined) continue;
    if (name.trim() === '' || name.length > lengthMax)
      return { where, problem: `must have 1 to ${lengthMax} characters` };
  }
  if (price.event === pricedEvent) return { where: 'event', problem: 'says itself what it costs' };
  if (!isPositive(price.credits)) return { where: 'credits', problem: 'must be above 0' };
  const { currency = defaultCurrency } = price;
  if (currency === defaultCurrency || realCurrencies.has(currency) || addedUnits(database).includes(currency))
    return undefined;
  return { where: 'currency', problem: `is no known unit; see sandbox units: "${currency}"` };
}
