// Looks up each customer of a batch once: ids, zone, blocks and newest entry.

import { startOfDayIn } from '../../credits/calendar.ts';
import {
  type CreditBlock,
  type CustomerRef,
  customerRefKey,
  defaultCurrency,
} from '../../credits/customer.ts';
import type { Instant } from '../../credits/exact.ts';
import { visible } from '../../credits/text.ts';
import { isAbsent } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { mapConcurrently } from '../../platform/concurrency.ts';
import { cachedResolver, dateResolver, type ResolveDate } from '../../requests/draft-reader.ts';
import { draftType, type EntryDraft } from '../../requests/entry-draft.ts';
import { blocksQuery, ledgerQuery } from '../../requests/ledger-query.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { SimulatedAccount } from './account.ts';

/** What the rows need from a customer's ledger in one currency. */
interface AccountNeeds {
  /** Some row draws from a block or changes one. */
  drawsOnBlocks: boolean;
  /** Some row names a block, which may be depleted or expired. */
  namesBlock: boolean;
}

/** The customers and currencies of a batch's rows, collected before the first request. */
export class CustomerNeeds {
  readonly customers = new Map<
    string,
    { readonly ref: CustomerRef; readonly wishes: Map<string, AccountNeeds> }
  >();

  add(ref: CustomerRef, draft: EntryDraft): void {
    const name = customerRefKey(ref);
    const customer = this.customers.get(name) ?? { ref, wishes: new Map<string, AccountNeeds>() };
    this.customers.set(name, customer);
    const currency = draft.currency ?? defaultCurrency;
    const wish = customer.wishes.get(currency) ?? { drawsOnBlocks: false, namesBlock: false };
    customer.wishes.set(currency, wish);
    wish.drawsOnBlocks ||= draftType(draft) !== 'increment';
    wish.namesBlock ||= draft.block !== undefined;
  }
}

/** A customer with a simulated account for each currency. */
export interface BatchCustomer {
  readonly id: string;
  readonly external_customer_id: string | null;
  /** Currency of the customer's invoices and revenue; `null` until the customer first needs one. */
  readonly invoicing_currency: string | null;
  readonly zone: string;
  readonly resolve: ResolveDate;
  readonly accounts: Map<string, CustomerAccount>;
}

interface CustomerAccount {
  readonly account: SimulatedAccount;
  /** The newest entry at planning time; `null` for an empty ledger. */
  readonly newest: { readonly id: string; readonly sequence: number } | null;
}

/** The customers by the reference in the rows. A problem is reported for each row with that reference. */
export type KnownCustomers = ReadonlyMap<string, Found>;

/** Most requests in flight. */
const width = 4;

/**
 * Looks up every customer once, then each account. `now` is the time from which relative dates count. Throws API errors,
 * except that a 404 becomes the row's problem.
 */
export async function lookUp(
  { customers }: CustomerNeeds,
  connection: Connection,
  { reading }: Pick<Runtime, 'reading'>,
): Promise<{ readonly known: KnownCustomers; readonly now: Instant }> {
  const lookup = new LookUp(connection);
  // At the API's rate limit, many customers take minutes.
  const each = async <Item, Result>(
    noun: 'customers' | 'ledgers',
    items: readonly Item[],
    look: (item: Item) => Promise<Result>,
  ): Promise<readonly Result[]> => {
    const progress = await reading(noun);
    const results = await mapConcurrently(items, width, async (item) => {
      const result = await look(item);
      progress.step();
      return result;
    });
    progress.clear();
    return results;
  };
  const named = [...customers.values()];
  const found = await each('customers', named, ({ ref }) => lookup.customer(ref));
  const wishes = lookup.wishes(found.map((customer, index) => [customer, named[index]?.wishes]));
  const accounts = await each('ledgers', wishes, (wish) => lookup.account(wish));
  // Answers arrive in any order, but the same file must give the same plan.
  for (const [index, { customer, currency }] of wishes.entries()) {
    const account = accounts[index];
    if (account !== undefined) customer.accounts.set(currency, account);
  }
  const known = new Map([...customers.keys()].map((name, index) => [name, found[index] ?? unknown]));
  return { known, now: lookup.now };
}

type Found = BatchCustomer | { readonly problem: string };

const unknown = { problem: 'was not looked up' };

interface AccountWish extends AccountNeeds {
  readonly customer: BatchCustomer;
  readonly currency: string;
}

class LookUp {
  readonly #connection: Connection;
  #now: Instant | undefined;
  /** Two references may name one customer, whose account must be looked up and simulated only once. */
  readonly #byId = new Map<string, BatchCustomer>();
  readonly #zones = new Map<string, ResolveDate>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** One time for all rows, taken after the first answer: an embedded ledger over HTTP sends its time in answers. */
  get now(): Instant {
    this.#now ??= this.#connection.now();
    return this.#now;
  }

  /** The accounts to look up for the customers that were found, each account once. */
  wishes(
    found: readonly (readonly [Found, ReadonlyMap<string, AccountNeeds> | undefined])[],
  ): readonly AccountWish[] {
    const all = new Map<string, AccountWish>();
    for (const [customer, wishes = new Map()] of found) {
      if ('problem' in customer) continue;
      for (const [currency, wish] of wishes as ReadonlyMap<string, AccountNeeds>) {
        const name = JSON.stringify([customer.id, currency]);
        const earlier = all.get(name) ?? { ...wish, customer, currency };
        earlier.drawsOnBlocks ||= wish.drawsOnBlocks;
        earlier.namesBlock ||= wish.namesBlock;
        all.set(name, earlier);
      }
    }
    return [...all.values()];
  }

  async account({ customer, currency, drawsOnBlocks, namesBlock }: AccountWish): Promise<CustomerAccount> {
    const ref: CustomerRef = { by: 'id', id: customer.id };
    const { api } = this.#connection;
    // The newest entry is read before the balance, so that a write in between shows as drift.
    let newest: CustomerAccount['newest'] = null;
    for await (const { record } of api.entries(ledgerQuery(ref, { currency }, {}), { limit: 1 }))
      newest = { id: record.id, sequence: record.ledger_sequence_number };
    const blocks: CreditBlock[] = [];
    for await (const { record } of api.blocks(blocksQuery(ref, { currency, all: namesBlock }), {}))
      blocks.push(record);
    const unread = startOfDayIn(customer.zone);
    const startOfDay = (text: string): Instant => {
      const resolved = customer.resolve(text);
      return resolved.kind === 'problem' ? unread(text) : resolved.at;
    };
    const { invoicing_currency: money } = customer;
    const account = new SimulatedAccount({ blocks, now: this.now, startOfDay, money, drawsOnBlocks });
    return { account, newest };
  }

  async customer(ref: CustomerRef): Promise<Found> {
    try {
      const { record } = await this.#connection.api.customer(ref);
      const { id, external_customer_id, timezone: zone, currency } = record;
      const resolve = this.#resolverOf(zone);
      const accounts = new Map<string, CustomerAccount>();
      const made = { id, external_customer_id, invoicing_currency: currency, zone, resolve, accounts };
      const customer = this.#byId.get(id) ?? made;
      this.#byId.set(id, customer);
      return customer;
    } catch (error) {
      if (!isAbsent(error)) throw error;
      return { problem: `is not the id of a customer: "${visible(ref.id)}"` };
    }
  }

  /** Customers in the same zone share one cache of dates. */
  #resolverOf(zone: string): ResolveDate {
    const resolve = this.#zones.get(zone) ?? cachedResolver(dateResolver(this.now, zone));
    this.#zones.set(zone, resolve);
    return resolve;
  }
}
