// Answers the routes of a customer's credits: its blocks and its ledger, newest entry first, with the documents of entries.
import { defaultCurrency, entryStatuses, entryTypes } from '../../credits/customer.ts';
import { formatInstant, type Instant } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import { type Json, type JsonObject, jsonNumber } from '../../wire/json.ts';
import { committedUntil, type Entry, entryStatus } from '../ledger/model.ts';
import type { UsageKind } from '../ledger/usage.ts';
import { metadataOfBlocks } from '../store/block-metadata.ts';
import { newestBlocks, type StoredBlock } from '../store/blocks.ts';
import type { StoredCustomer } from '../store/customers.ts';
import { deleteBlock } from '../store/delete-block.ts';
import { newestEntries, type StoredEntry, statusRange } from '../store/entries.ts';
import { invoiceById, invoicesOfBlock } from '../store/invoices.ts';
import { ledgerOf } from '../store/ledgers.ts';
import { usageBetween } from '../store/usage.ts';
import { jsonAnswer } from './answers.ts';
import { affectedBlockDocument, blockDocument, instantOrNull } from './block-document.ts';
import { invoiceDocument, minifiedInvoice } from './invoice-document.ts';
import {
  findBlock,
  findCustomer,
  type RouteHandler,
  readSettled,
  removal,
  type ServerContext,
} from './route.ts';

/** GET {customer}/credits: unexpired blocks that are not empty, or all blocks, newest first (contract: CreditBlock). */
export const listBlocks: RouteHandler = (context, { params, query }) => {
  const page = query.page('blocks', 'by time');
  const currency = query.text('currency') ?? defaultCurrency;
  const all = query.boolean('include_all_blocks');
  const within = query.range('effective_date');
  query.finish();
  const { database } = context;
  const find = () => ({ ledger: ledgerOf(database, findCustomer(context, params).ordinal, currency) });
  return readSettled(context, find, ({ ledger }) => {
    return page.answer(
      newestBlocks(database, { ledger: ledger?.ordinal ?? 0, all, within, ...page }),
      (shown) => blockDocuments(context, shown),
      ({ block, ordinal }) => [block.effectiveAt, ordinal],
    );
  });
};

/** GET /credit_blocks/{block_id} */
export const showBlock: RouteHandler = (context, { params, query }) => {
  query.finish();
  const find = () => findBlock(context, params);
  return readSettled(context, find, ({ stored }) => {
    const [document = {}] = blockDocuments(context, [stored]);
    return jsonAnswer(200, document);
  });
};

/** GET /credit_blocks/{block_id}/invoices: the invoices that charge for the block itself; none if it was not bought. */
export const listBlockInvoices: RouteHandler = (context, { params, query }) => {
  query.finish();
  const find = () => findBlock(context, params);
  return readSettled(context, find, ({ stored, customer }) => {
    const [block = {}] = blockDocuments(context, [stored]);
    const invoices = invoicesOfBlock(context.database, stored.block.id);
    return jsonAnswer(200, {
      block,
      invoices: invoices.map((invoice) => minifiedInvoice(invoice, customer)),
    });
  });
};

function blockDocuments({ database }: ServerContext, stored: readonly StoredBlock[]) {
  const metadata = metadataOfBlocks(
    database,
    stored.map(({ block }) => block.id),
  );
  return stored.map(({ block }) => blockDocument(block, metadata.get(block.id)));
}

/** DELETE /credit_blocks/{block_id}: rewrites the ledger as if the block had never existed (contract: DELETE /credit_blocks). */
export const removeBlock = removal((context, params, now) => {
  const { database, freshId } = context;
  deleteBlock(database, findBlock(context, params), { now, freshId });
});

/** GET {customer}/credits/ledger (contract: paths). */
export const listEntries: RouteHandler = (context, { params, query }) => {
  const page = query.page('entries', 'by ordinal', 1000);
  const currency = query.text('currency') ?? defaultCurrency;
  const type = query.oneOf('entry_type', entryTypes);
  const status = query.oneOf('entry_status', entryStatuses);
  // Model: the smallest amount of a listed entry (a choice of ours, see docs/embedded-ledger.md).
  const minimum = query.decimal('minimum_amount');
  const range = query.range('created_at');
  query.finish();
  const { database } = context;
  const find = () => {
    const customer = findCustomer(context, params);
    return { customer, ledger: ledgerOf(database, customer.ordinal, currency) };
  };
  return readSettled(context, find, ({ customer, ledger: { ordinal: ledger } = { ordinal: 0 } }, now) => {
    const created = statusRange(range, status, committedUntil(now));
    const filters = { ledger, before: page.after.ordinal, type, created, minimum };
    return page.answer(
      newestEntries(database, filters, page.limit),
      (shown) => {
        const usage = usageAmong(context, ledger, shown);
        return shown.map((stored) => entryDocument(stored, { database, customer, currency, now, usage }));
      },
      ({ entry }) => [entry.sequence],
    );
  });
};

function usageAmong(
  { database }: ServerContext,
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

export interface EntrySetting {
  readonly database: Database;
  readonly customer: StoredCustomer;
  readonly currency: string;
  readonly now: Instant;
  /** The usage behind the automatic deductions among the entries, by sequence number. */
  readonly usage?: ReadonlyMap<number, UsageKind>;
}

export function entryDocument({ entry, block }: StoredEntry, setting: EntrySetting): JsonObject {
  const { customer, currency, now } = setting;
  return {
    metadata: entry.metadata,
    id: entry.id,
    ledger_sequence_number: entry.sequence,
    entry_status: entryStatus(entry.createdAt, now),
    customer: { id: customer.id, external_customer_id: customer.externalId },
    starting_balance: jsonNumber(entry.starting),
    ending_balance: jsonNumber(entry.ending),
    amount: jsonNumber(entry.amount),
    currency,
    created_at: formatInstant(entry.createdAt),
    description: entry.description,
    credit_block: affectedBlockDocument(block),
    entry_type: entry.type,
    ...typeFields(entry, setting),
  };
}

function typeFields(entry: Entry, setting: EntrySetting): Record<string, Json> {
  switch (entry.type) {
    case 'increment':
      return { created_invoices: createdInvoices(entry, setting) };
    case 'decrement':
      return usageFields(setting.usage?.get(entry.sequence));
    case 'expiration_change':
      return { new_block_expiry_date: instantOrNull(entry.newBlockExpiresAt) };
    case 'void_initiated':
      return { new_block_expiry_date: instantOrNull(entry.newBlockExpiresAt), ...voidFields(entry) };
    case 'void':
      return voidFields(entry);
    default:
      return {};
  }
}

/** A decrement made by hand has none of these fields; the event id has been null for all entries since 2026-03 (contract: CreditLedgerEntry). */
function usageFields(facts: UsageKind | undefined): Record<string, Json> {
  return { price_id: facts?.priceId ?? null, invoice_id: facts?.invoiceId ?? null, event_id: null };
}

function voidFields(entry: Entry): Record<string, Json> {
  return { void_reason: entry.voidReason, void_amount: jsonNumber(entry.voidAmount ?? entry.amount) };
}

function createdInvoices({ invoiceId }: Entry, { database, customer }: EntrySetting): Json {
  const stored = invoiceId === null ? undefined : invoiceById(database, invoiceId);
  return stored === undefined ? null : [invoiceDocument(database, stored, customer)];
}
