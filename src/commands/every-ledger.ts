// Opens the ledgers that a command reads, of one customer or of all: one ledger per currency.

import {
  type CreditBlock,
  type Customer,
  type CustomerRef,
  customerName,
  defaultCurrency,
  type EntryType,
  type LedgerEntry,
} from '../credits/customer.ts';
import type { Instant } from '../credits/exact.ts';
import { type WaitingBlocks, WaitingCredits, waitingMoves } from '../credits/waiting-credits.ts';
import { type Problem, usageError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import type { Decoded } from '../orb/decode/records.ts';
import type { ListOptions } from '../orb/pages.ts';
import { streamConcurrently } from '../platform/concurrency.ts';
import { type CustomerFlags, readCustomerArgument } from '../requests/command-args.ts';
import {
  blocksQuery,
  ledgerPageSizeMax,
  ledgerQuery,
  ledgerQueryProblems,
  pageSizeMax,
  type TimeRange,
} from '../requests/ledger-query.ts';
import type { Invocation, SwitchFlags, TextFlags } from '../runtime/show.ts';
import { openForCustomer } from './open-customer.ts';

/** Connection, customer and currency of a request for entries or blocks. */
export interface LedgerPlace {
  readonly connection: Connection;
  readonly ref: CustomerRef;
  readonly currency: string;
}

export interface Ledger extends LedgerPlace {
  readonly customer: Customer;
  /** Name of the customer in reports: the external id, or `id:…`. */
  readonly name: string;
}

export type LedgerFlags = CustomerFlags & SwitchFlags<'all'> & TextFlags<'currency'>;

export interface OpenLedgers {
  readonly connection: Connection;
  readonly customers: AsyncIterable<Customer> | Iterable<Customer>;
}

/**
 * Opens the ledgers that `<customer>` or `--all` names. Throws a `usage` error with every problem before it connects,
 * and a `not-found` error for an unknown customer.
 * @param isOfOne the command has no `--all`
 */
export async function openLedgers(
  args: readonly string[],
  problems: readonly Problem[],
  { flags, runtime, isOfOne }: Invocation<LedgerFlags> & { readonly isOfOne?: true },
): Promise<OpenLedgers> {
  const wrong = [...problems, ...ledgerQueryProblems({ currency: flags.currency })];
  if (flags.all !== true) {
    const orElse =
      isOfOne === true ? {} : { problem: 'is missing: name a customer, or add --all for every one' };
    const { connection, customer } = await openForCustomer(args, wrong, { flags, runtime, orElse });
    return { connection, customers: [(await connection.api.customer(customer)).record] };
  }
  const argument = readCustomerArgument(args, flags);
  const both: readonly Problem[] =
    argument.customer === undefined ? [] : [{ where: '--all', problem: 'cannot be used with a customer' }];
  const all = [...argument.problems, ...both, ...wrong];
  if (all.length > 0) throw usageError(all);
  const connection = await runtime.connect(flags);
  return { connection, customers: everyCustomer(connection) };
}

/** Every customer, newest first. */
export async function* everyCustomer({ api }: Connection): AsyncGenerator<Customer> {
  for await (const { record } of api.customers({ pageSize: pageSizeMax })) yield record;
}

/**
 * Customers read concurrently. An answer takes longer than the rate limiter's wait; a customer holds two pages in
 * memory.
 */
const customersAtATime = 6;

/** Reads customers concurrently and yields results in their order. A failure is thrown at its customer's turn. */
export const readEach = <Item, Result>(
  customers: AsyncIterable<Item> | Iterable<Item>,
  read: (customer: Item) => Promise<Result>,
): AsyncGenerator<Result> => streamConcurrently(customers, customersAtATime, read);

/**
 * Does the same as `readEach`, with progress on stderr.
 * @param read calls `step` with each entry that it has read
 */
export async function* readEachShown<Item, Result>(
  customers: AsyncIterable<Item> | Iterable<Item>,
  read: (customer: Item, step: () => void) => Promise<Result>,
  runtime: Pick<Invocation['runtime'], 'reading'>,
): AsyncGenerator<Result> {
  const progress = await runtime.reading();
  for await (const result of readEach(customers, (customer) => read(customer, progress.step))) {
    progress.customer();
    yield result;
  }
  progress.clear();
}

/** @param currency the only currency; by default `credits` and the customer's own currency */
export function ledgersOf(
  customer: Customer,
  currency: string | undefined,
  connection: Connection,
): readonly Ledger[] {
  const ref: CustomerRef = { by: 'id', id: customer.id };
  const name = customerName(customer);
  const own = customer.currency === null ? [] : [customer.currency];
  const currencies = currency === undefined ? [...new Set([defaultCurrency, ...own])] : [currency];
  return currencies.map((each) => ({ connection, customer, ref, name, currency: each }));
}

export interface EntriesOptions extends ListOptions {
  /** Only entries of this type. */
  readonly type?: string;
  /** Only entries created in this span of time. */
  readonly range?: TimeRange;
}

/** The whole ledger, or the entries that the options select, newest first. */
export const entriesOf = (
  { connection: { api }, ref, currency }: LedgerPlace,
  { type, range = {}, ...options }: EntriesOptions = {},
): AsyncIterable<Decoded<LedgerEntry>> =>
  api.entries(ledgerQuery(ref, { currency, type }, range), {
    ...(options.limit === undefined ? { pageSize: ledgerPageSizeMax } : {}),
    ...options,
  });

/** The newest entry that the options select; `undefined` if there is none. */
export async function newestEntry(
  ledger: LedgerPlace,
  options: EntriesOptions = {},
): Promise<LedgerEntry | undefined> {
  for await (const { record } of entriesOf(ledger, { ...options, limit: 1 })) return record;
  return undefined;
}

/** All blocks of a ledger, expired and depleted ones too, or only open blocks. */
export const blocksOf = (
  { connection: { api }, ref, currency }: LedgerPlace,
  { all }: { readonly all: boolean } = { all: true },
): AsyncIterable<Decoded<CreditBlock>> =>
  api.blocks(blocksQuery(ref, { currency, all }), { pageSize: pageSizeMax });

/** Whether credits were used before an instant. */
export const wasUsedBefore = async (ledger: LedgerPlace, before: Instant): Promise<boolean> =>
  (await newestEntry(ledger, { type: 'decrement', range: { before } })) !== undefined;

/** Blocks whose credits became usable some time after the grant. */
export async function waitingBlocks(ledger: LedgerPlace): Promise<WaitingBlocks> {
  const waiting = new WaitingCredits();
  const read = async (type: EntryType): Promise<void> => {
    for await (const { record } of entriesOf(ledger, { type })) waiting.add(record);
  };
  await read('increment');
  if (waiting.hasWaiting()) for (const type of waitingMoves) await read(type);
  return waiting.blocks();
}

/** Most attempts to read the blocks while new entries arrive. */
const attemptsMax = 5;

/**
 * Reads the blocks as they were right after the newest entry: no newer entry came meanwhile, nor did that entry grow.
 * `last` is its number, minus infinity for an empty ledger. `isMoving`: new entries kept coming, so the blocks may be
 * younger than the entry.
 */
export async function blocksAtAnEntry(ledger: LedgerPlace, which: { readonly all: boolean } = { all: true }) {
  let entry = await newestEntry(ledger);
  for (let attempt = 1; ; attempt += 1) {
    const decoded: Decoded<CreditBlock>[] = [];
    for await (const block of blocksOf(ledger, which)) decoded.push(block);
    const after = await newestEntry(ledger);
    const isMoving = after?.id !== entry?.id || after?.ending_balance !== entry?.ending_balance;
    const last = after?.ledger_sequence_number ?? Number.NEGATIVE_INFINITY;
    if (!isMoving || attempt === attemptsMax)
      return { last, blocks: decoded.map(({ record }) => record), decoded, isMoving };
    entry = after;
  }
}
