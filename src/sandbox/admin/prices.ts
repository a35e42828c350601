// What usage costs, as an operator lists it and sets it.
import { type Amount, isPositive, wholeSeconds } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import type { FreshId } from '../ledger/account.ts';
import { givenUnit, realCurrencies } from '../ledger/currency.ts';
import { pricedEvent } from '../server/charges.ts';
import { allPrices, deletePrice, insertPrice, type Price } from '../store/prices.ts';
import { addedUnits } from '../store/units.ts';
import type { LedgerClock } from './clock.ts';

export interface NewPrice {
  readonly event: string;
  /** The event's name if not said. */
  readonly itemId?: string | undefined;
  /** What one unit costs; above 0. */
  readonly credits: Amount;
  readonly property?: string | undefined;
  /** `credits` if not said. */
  readonly currency?: string | undefined;
}

export interface PriceSettings {
  /** By the name of their event. */
  readonly list: () => readonly Price[];
  /** Sets the price of an event; `undefined` where it has one already. @param price one that `problemOf` finds nothing wrong with */
  readonly add: (price: NewPrice) => Price | undefined;
  /** Takes the price of an event away; false where it has none. */
  readonly remove: (event: string) => boolean;
  /** What is wrong with a new price, as the end of a sentence, and where; `undefined` if nothing is. */
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
    add: ({ event, itemId = event, credits, property = null, currency = givenUnit }) => {
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

/** The longest name of an event, item or property. */
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
  const { currency = givenUnit } = price;
  if (currency === givenUnit || realCurrencies.has(currency) || addedUnits(database).includes(currency))
    return undefined;
  return { where: 'currency', problem: `is no known unit; see sandbox units: "${currency}"` };
}
