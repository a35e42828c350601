// The route that lists a customer's ledger, newest entry first.
import { defaultCurrency, entryStatuses, entryTypes } from '../../credits/entry.ts';
import type { Database } from '../../database/driver.ts';
import type { JsonObject } from '../../wire/json.ts';
import type { WireAnswer } from '../../wire/message.ts';
import { committedUntil } from '../ledger/entry.ts';
import type { UsageKind } from '../ledger/usage.ts';
import type { StoredCustomer } from '../store/customers.ts';
import { newestEntries, type StoredEntry, statusRange } from '../store/entries.ts';
import { invoiceById } from '../store/invoices.ts';
import { ledgerOf } from '../store/ledgers.ts';
import { usageBetween } from '../store/usage.ts';
import { pageAnswer } from './answer.ts';
import type { RoutedRequest, ServerContext } from './context.ts';
import { writeCursor } from './cursor.ts';
import { entryDocument } from './entry-document.ts';
import { findCustomer } from './find-customer.ts';
import { invoiceDocument } from './invoice-document.ts';
import { QueryReader } from './query.ts';
import { readSettled } from './settled.ts';

const cursorKind = 'entries';

/** GET {customer}/credits/ledger (contract: paths, §10). */
export function listEntries(context: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  const reader = new QueryReader(query);
  const limit = reader.limit(1000);
  const [before] = reader.cursor(cursorKind, 1) ?? [];
  const currency = reader.text('currency') ?? defaultCurrency;
  const type = reader.oneOf('entry_type', entryTypes);
  const status = reader.oneOf('entry_status', entryStatuses);
  // Model: at least this much, by the entry's amount (a choice of ours, see docs/embedded-ledger.md).
  const minimum = reader.decimal('minimum_amount');
  const created = reader.range('created_at');
  reader.finish();
  const { database } = context;
  const find = () => {
    const customer = findCustomer(database, params);
    return { customer, ledger: ledgerOf(database, customer.ordinal, currency) };
  };
  return readSettled(context, find, ({ customer, ledger }, now) => {
    if (ledger === undefined) return pageAnswer([], null);
    const range = statusRange(created, status, committedUntil(now));
    const filters = { ledger: ledger.ordinal, before: before ?? null, type, created: range, minimum };
    const found = newestEntries(database, filters, limit + 1);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const usage = usageAmong(database, ledger.ordinal, page);
    const setting = { customer, currency, now, invoice: invoiceFinder(database, customer), usage };
    return pageAnswer(
      page.map((stored) => entryDocument(stored, setting)),
      found.length > limit && last !== undefined ? writeCursor(cursorKind, last.entry.sequence) : null,
    );
  });
}

function usageAmong(
  database: Database,
  ledger: number,
  page: readonly StoredEntry[],
): ReadonlyMap<number, UsageKind> {
  const sequences = page.filter(({ entry }) => entry.type === 'decrement').map(({ entry }) => entry.sequence);
  const [last] = sequences;
  const first = sequences.at(-1);
  return first === undefined || last === undefined
    ? new Map()
    : usageBetween(database, ledger, { first, last });
}

/** Finds the document of an invoice of the customer by its id. */
export function invoiceFinder(
  database: Database,
  customer: StoredCustomer,
): (id: string) => JsonObject | undefined {
  return (id) => {
    const stored = invoiceById(database, id);
    return stored === undefined ? undefined : invoiceDocument(database, stored, customer);
  };
}
