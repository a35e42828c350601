// Prices events by their name, and adds up the events of one customer, day and price into one deduction.

import { defaultCurrency } from '../../credits/customer.ts';
import {
  type Amount,
  add,
  amountFromText,
  type Instant,
  isNegative,
  isPositive,
  multiply,
  zero,
} from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import { numberText } from '../../wire/json.ts';
import { customerByExternalId, customerById, type StoredCustomer } from '../store/customers.ts';
import type { Charge } from '../store/post-usage.ts';
import { type Price, priceOf } from '../store/prices.ts';
import { textField } from './check.ts';
import { type Calendar, resolveDay } from './date-text.ts';
import type { UsageEvent } from './event-body.ts';

/** Model: an event of this name states its own price, so that usage can be reported without setting a price. */
export const pricedEvent = 'sandbox.usage';

export interface ChargeContext {
  readonly database: Database;
  readonly calendar: Calendar;
  /** Returns the same id for the same name. */
  readonly derivedId: (name: string) => string;
}

interface Day {
  readonly day: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

/** The price of one event in credits. `undefined` if the event is free. */
type Cost = { readonly price: CostedPrice; readonly credits: Amount } | undefined;

interface CostedPrice extends Pick<Price, 'id' | 'currency'> {
  /** `null` if the event names no item. */
  readonly itemId: string | null;
}

/** Collects the charges of a request. */
export class Charges {
  readonly #context: ChargeContext;
  readonly #charges = new Map<string, Charge>();
  readonly #prices = new Map<string, Price | undefined>();
  readonly #customers = new Map<string, StoredCustomer | undefined>();
  readonly #days = new Map<number, Day>();

  constructor(context: ChargeContext) {
    this.#context = context;
  }

  /** The problems of an event, whether or not it was ingested before. */
  problems(event: UsageEvent): readonly string[] {
    const { customerId } = event;
    // Model: there are no subscriptions here, so an event for an unknown external id belongs to no customer.
    if (customerId !== null && this.#customer(event) === undefined)
      return [`customer_id: There is no customer ${customerId}`];
    const cost = this.#costOf(event);
    return typeof cost === 'string' ? [cost] : [];
  }

  /** Adds an event without problems to the charges. */
  add(event: UsageEvent): void {
    const customer = this.#customer(event);
    const cost = this.#costOf(event);
    if (customer === undefined || cost === undefined || typeof cost === 'string') return;
    const { price, credits } = cost;
    const { day, startsAt } = this.#dayOf(customer, event.occurredAt);
    const place = JSON.stringify([customer.ordinal, price.currency, price.id, price.itemId, day]);
    const known = this.#charges.get(place);
    const usage = {
      amount: add(known?.usage.amount ?? zero, credits),
      itemId: price.itemId,
      priceId: price.id,
      // Model: usage is invoiced by the customer's calendar month.
      invoiceId: this.#context.derivedId(`invoice ${customer.id} ${price.currency} ${day.slice(0, 7)}`),
      day,
      dayStartsAt: startsAt,
    };
    this.#charges.set(place, { customer, currency: price.currency, usage });
  }

  /** The charges above 0, in the order of their first events. */
  all(): readonly Charge[] {
    return [...this.#charges.values()].filter(({ usage }) => isPositive(usage.amount));
  }

  #costOf({ name, properties }: UsageEvent): Cost | string {
    const price = name === pricedEvent ? undefined : this.#priceOf(name);
    if (price !== undefined) {
      if (price.property === null) return { price, credits: price.credits };
      const units = amountFromText(numberText(properties[price.property]) ?? '') ?? zero;
      // Model: usage is never taken back.
      if (isNegative(units)) return `properties.${price.property}: ${units} is less than 0`;
      return { price, credits: multiply(price.credits, units) };
    }
    // Model: an event without a price costs nothing.
    if (name !== pricedEvent) return undefined;
    const credits = amountFromText(numberText(properties.credits) ?? '');
    if (credits === undefined || !isPositive(credits)) return 'properties.credits: must be a number above 0';
    const itemId = textField(properties, 'item_id');
    // Model: an item without a named price has a price of its own.
    const id = textField(properties, 'price_id') ?? this.#context.derivedId(`price of ${itemId ?? 'usage'}`);
    return { price: { id, itemId, currency: textField(properties, 'currency') ?? defaultCurrency }, credits };
  }

  #priceOf(name: string): Price | undefined {
    if (!this.#prices.has(name)) this.#prices.set(name, priceOf(this.#context.database, name));
    return this.#prices.get(name);
  }

  #customer({ customerId, externalCustomerId }: UsageEvent): StoredCustomer | undefined {
    const place = `${customerId === null ? 'external' : 'id'} ${customerId ?? externalCustomerId}`;
    if (!this.#customers.has(place)) {
      const { database } = this.#context;
      const found =
        customerId === null
          ? customerByExternalId(database, externalCustomerId ?? '')
          : customerById(database, customerId);
      this.#customers.set(place, found);
    }
    return this.#customers.get(place);
  }

  /** The day of an event. Caches a customer's last day, because consecutive events mostly share it and computing days is slow. */
  #dayOf({ ordinal, timezone }: StoredCustomer, at: Instant): Day {
    const known = this.#days.get(ordinal);
    if (known !== undefined && known.startsAt <= at && at < known.endsAt) return known;
    const { calendar } = this.#context;
    const day = calendar.dateAt(at, timezone);
    const found = { day, ...resolveDay(day, { timezone, calendar }) };
    this.#days.set(ordinal, found);
    return found;
  }
}
