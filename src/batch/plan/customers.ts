// Looks up the customers of a batch, each once: who they are, their zone, their blocks and their newest entry.

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
import { dateResolver, type ResolveDate, remembering } from '../../requests/draft-reader.ts';
import { draftType, type EntryDraft } from '../../requests/entry-draft.ts';
import { blocksQuery, ledgerQuery } from '../../requests/ledger-query.ts';
import { SimulatedAccount } from './account.ts';

/** What rows want to know of a customer's credits in one currency. */
interface Wish {
  /** Some row draws on blocks, or changes one. */
  drawsOnBlocks: boolean;
  /** Some row names a block, which may be depleted or expired. */
  namesBlock: boolean;
}

/** Whom and what the rows of a batch are about, gathered before anything is asked. */
export class Wanted {
  readonly customers = new Map<string, { readonly ref: CustomerRef; readonly wishes: Map<string, Wish> }>();

  add(ref: CustomerRef, draft: EntryDraft): void {
    const name = customerRefKey(ref);
    const customer = this.customers.get(name) ?? { ref, wishes: new Map<string, Wish>() };
    this.customers.set(name, customer);
    const currency = draft.currency ?? defaultCurrency;
    const wish = customer.wishes.get(currency) ?? { drawsOnBlocks: false, namesBlock: false };
    customer.wishes.set(currency, wish);
    wish.drawsOnBlocks ||= draftType(draft) !== 'increment';
    wish.namesBlock ||= draft.block !== undefined;
  }
}

/** A customer and what the batch does to each of their currencies. */
export interface BatchCustomer {
  readonly id: string;
  readonly external_customer_id: string | null;
  /** In which invoices and revenue are shown; `null` until it is first needed. */
  readonly invoicing_currency: string | null;
  readonly zone: string;
  readonly resolve: ResolveDate;
  readonly accounts: Map<string, CustomerAccount>;
}

interface CustomerAccount {
  readonly account: SimulatedAccount;
  /** The newest entry when the plan was made; `null` if there was none. */
  readonly newest: { readonly id: string; readonly sequence: number } | null;
}

/** The customers by how rows name them; or what is wrong with one, to be reported for each of its rows. */
export type KnownCustomers = ReadonlyMap<string, Found>;

/** Requests under way at a time. */
const width = 4;

/**
 * Looks up every customer once, then the credits of each, and says by which time dates count from. Throws what the API
 * fails with; a 404 is the row's problem.
 */
export async function lookUp(
  { customers }: Wanted,
  connection: Connection,
): Promise<{ readonly known: KnownCustomers; readonly now: Instant }> {
  const lookup = new LookUp(connection);
  const named = [...customers.values()];
  const found = await mapConcurrently(named, width, ({ ref }) => lookup.customer(ref));
  const wishes = lookup.wishes(found.map((customer, index) => [customer, named[index]?.wishes]));
  const accounts = await mapConcurrently(wishes, width, (wish) => lookup.account(wish));
  // Answers come in any order; a plan of the same file is the same plan.
  for (const [index, { customer, currency }] of wishes.entries()) {
    const account = accounts[index];
    if (account !== undefined) customer.accounts.set(currency, account);
  }
  const known = new Map([...customers.keys()].map((name, index) => [name, found[index] ?? unknown]));
  return { known, now: lookup.now };
}

type Found = BatchCustomer | { readonly problem: string };

const unknown = { problem: 'was not looked up' };

interface AccountWish extends Wish {
  readonly customer: BatchCustomer;
  readonly currency: string;
}

class LookUp {
  readonly #connection: Connection;
  #now: Instant | undefined;
  /** Two names may mean one customer, whose credits are looked up, and changed, only once. */
  readonly #byId = new Map<string, BatchCustomer>();
  readonly #zones = new Map<string, ResolveDate>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** One time for all rows, once there was an answer: an embedded ledger over HTTP gives its own in each. */
  get now(): Instant {
    this.#now ??= this.#connection.now();
    return this.#now;
  }

  /** What is wanted of the customers that were found, each account once. */
  wishes(
    found: readonly (readonly [Found, ReadonlyMap<string, Wish> | undefined])[],
  ): readonly AccountWish[] {
    const all = new Map<string, AccountWish>();
    for (const [customer, wishes = new Map()] of found) {
      if ('problem' in customer) continue;
      for (const [currency, wish] of wishes as ReadonlyMap<string, Wish>) {
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
    // First the newest entry, then the balance: what comes between the two is seen as drift, and not missed.
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
    const account = new SimulatedAccount({ blocks, now: this.now, startOfDay, drawsOnBlocks });
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

  /** Customers of one zone share what is known of its dates. */
  #resolverOf(zone: string): ResolveDate {
    const resolve = this.#zones.get(zone) ?? remembering(dateResolver(this.now, zone));
    this.#zones.set(zone, resolve);
    return resolve;
  }
}
