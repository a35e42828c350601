// Lists, sets and removes the prices of usage for an operator.
import { defaultCurrency, realCurrencies } from '../../credits/customer.ts';
import { type Amount, isPositive, wholeSeconds } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import type { FreshId } from '../ledger/posting.ts';
import { pricedEvent } from '../server/charges.ts';
import { allPrices, deletePrice, insertPrice, type Price } from '../store/prices.ts';
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

export interface PriceSettings {
  /** All prices, ordered by event name. */
  readonly list: () => readonly Price[];
  /** Sets the price of an event; `undefined` if the event already has one. @param price a price that `problemOf` accepts */
  readonly add: (price: NewPrice) => Price | undefined;
  /** Deletes the price of an event; false if the event has none. */
  readonly remove: (event: string) => boolean;
  /** The invalid field of a new price and its problem, as the end of a sentence; `undefined` if the price is valid. */
  readonly problemOf: (
    price: NewPrice,
  ) => { readonly where: keyof NewPrice; readonly problem: string } | undefined;
}

export interface PriceContext {
  readonly clock: LedgerClock;
  readonly freshId: FreshId;
}

export function priceSettings(database: Database, { clock, freshId }: PriceContext): PriceSettings {
  return {
    list: () => allPrices(database),
    add: ({ event, itemId = event, credits, property = null, currency = defaultCurrency }) => {
      const price = {
        id: freshId(),
        event,
        itemId,
        credits,
        property,
        currency,
        createdAt: wholeSeconds(clock.now()),
      };
      return insertPrice(database, price) ? price : undefined;
    },
    remove: (event) => deletePrice(database, event),
    problemOf: (price) => problemOf(database, price),
  };
}

/** The longest name of an event, item or property, in characters. */
const lengthMax = 100;

function problemOf(database: Database, price: NewPrice): ReturnType<PriceSettings['problemOf']> {
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
