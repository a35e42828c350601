// The ledgers that a command reads: of one customer or of all, a currency at a time.
import type { CreditBlock } from '../credits/block.ts';
import type { Customer } from '../credits/customer.ts';
import { type CustomerRef, customerRefText } from '../credits/customer-ref.ts';
import { defaultCurrency, type LedgerEntry } from '../credits/entry.ts';
import { type Problem, usageError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import type { Decoded } from '../orb/decode/records.ts';
import type { ListOptions } from '../orb/pages.ts';
import { type CustomerFlags, readCustomerArgument } from '../requests/customer-argument.ts';
import { blocksQuery, ledgerQuery, ledgerQueryProblems } from '../requests/ledger-query.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { openForCustomer } from './for-customer.ts';

/** The entries of one customer in one currency. */
export interface Ledger {
  readonly customer: Customer;
  readonly ref: CustomerRef;
  /** The external id, or `id:…`: as reports name the customer. */
  readonly name: string;
  readonly currency: string;
}

export interface LedgerFlags extends GlobalFlags, CustomerFlags {
  /** Every customer in place of one. */
  readonly all?: boolean;
  readonly currency?: string;
}

export interface OpenLedgers {
  readonly connection: Connection;
  readonly customers: AsyncIterable<Customer> | Iterable<Customer>;
}

/**
 * Opens what `<customer>` or `--all` names. Throws a `usage` error with every problem before it connects, and a
 * `not-found` error for a customer that there is not.
 */
export async function openLedgers(
  words: readonly string[],
  problems: readonly Problem[],
  { flags, runtime }: { readonly flags: LedgerFlags; readonly runtime: Runtime },
): Promise<OpenLedgers> {
  const argument = readCustomerArgument(words, flags);
  const wrong = [...problems, ...ledgerQueryProblems(currencyOf(flags))];
  if (flags.all !== true) {
    const { connection, customer } = await openForCustomer(argument, wrong, { flags, runtime });
    return { connection, customers: [(await connection.api.customer(customer)).record] };
  }
  const both: readonly Problem[] =
    argument.customer === undefined ? [] : [{ where: '--all', problem: 'does not go with a customer' }];
  const all = [...argument.problems, ...both, ...wrong];
  if (all.length > 0) throw usageError(all);
  const connection = await runtime.connect(flags);
  return { connection, customers: everyCustomer(connection) };
}

/** Newest first. */
export async function* everyCustomer({ api }: Connection): AsyncGenerator<Customer> {
  for await (const { record } of api.customers({})) yield record;
}

/** @param currency the only one; by default `credits` and the customer's own */
export function ledgersOf(customer: Customer, currency: string | undefined): readonly Ledger[] {
  const { id, external_customer_id: external } = customer;
  const ref: CustomerRef = { by: 'id', id };
  const name = customerRefText(external === null ? ref : { by: 'external', id: external });
  const own = customer.currency === null ? [] : [customer.currency];
  const currencies = currency === undefined ? [...new Set([defaultCurrency, ...own])] : [currency];
  return currencies.map((each) => ({ customer, ref, name, currency: each }));
}

const currencyOf = ({ currency }: LedgerFlags) => (currency === undefined ? {} : { currency });

/** The whole ledger, newest first. @param type only entries of this type */
export const entriesOf = (
  { ref, currency }: Ledger,
  { api }: Connection,
  { type, ...options }: ListOptions & { readonly type?: string } = {},
): AsyncIterable<Decoded<LedgerEntry>> =>
  api.entries(ledgerQuery(ref, { currency, ...(type === undefined ? {} : { type }) }, {}), options);

/** All its blocks, expired and used up ones too, or only those that are open. */
export const blocksOf = (
  { ref, currency }: Ledger,
  { api }: Connection,
  { all }: { readonly all: boolean } = { all: true },
): AsyncIterable<Decoded<CreditBlock>> => api.blocks(blocksQuery(ref, { currency, all }), {});
