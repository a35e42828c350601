// Stores invoices with the block that each of them charges for, and lists them by date.
import type { Instant } from '../../credits/exact.ts';
import {
  amountIn,
  type Database,
  insertRow,
  integer,
  integerOrNull,
  type Row,
  text,
  textOrNull,
} from '../../database/driver.ts';
import { type Invoice, invoiceNumber } from '../ledger/invoice.ts';
import { latestRows, type PageFilter, rowsInPortions } from './pages.ts';
import { type EventType, noteEvent } from './webhooks.ts';

export interface StoredInvoice {
  /** Counts up over all invoices of the account. */
  readonly ordinal: number;
  /** The ordinal of the customer who is charged. */
  readonly customer: number;
  readonly invoice: Invoice;
  /** The printed invoice number, `JYEFHK-00001`. */
  readonly number: string;
  readonly voidedAt: Instant | null;
}

/**
 * @param place the customer of the block, who owns the invoice even after the block is deleted; and the position in the
 * series of invoice numbers, where `null` is last
 */
export function insertInvoice(
  database: Database,
  { customer, ordinal }: { readonly customer: number; readonly ordinal: number | null },
  invoice: Invoice,
): void {
  const { id, currency, status, quantity, total, memo } = invoice;
  insertRow(database, 'invoices', {
    ...{ ordinal, id, customer, currency, status, quantity, total, memo },
    block: invoice.blockId,
    created_at: invoice.createdAt,
    issued_at: invoice.issuedAt,
    paid_at: invoice.paidAt,
    invoice_at: invoice.invoiceAt,
    due_at: invoice.dueAt,
    unit_price: invoice.unitPrice,
    item_id: invoice.itemId,
    line_item_id: invoice.lineItemId,
    price_id: invoice.priceId,
    auto_collection: Number(invoice.autoCollection),
    top_up: invoice.topUpId,
  });
}

/** Stores an event of an invoice for its customer. */
export function noteInvoice(database: Database, subject: string, type: EventType): void {
  const row = database.prepare('SELECT customer FROM invoices WHERE id = ?').get(subject);
  const customer = row === undefined ? null : integerOrNull(row, 'customer');
  if (customer !== null) noteEvent(database, { type, customer, subject });
}

export function invoiceById(database: Database, id: string): StoredInvoice | undefined {
  const row = database.prepare('SELECT * FROM invoices WHERE id = ?').get(id);
  return row === undefined ? undefined : storedInvoice(row);
}

export const selectOfBlock = 'SELECT * FROM invoices WHERE block = ? ORDER BY ordinal';

/** The invoices that charge for a block, the oldest first. */
export function invoicesOfBlock(database: Database, blockId: string): readonly StoredInvoice[] {
  return database.prepare(selectOfBlock).all(blockId).map(storedInvoice);
}

export const selectUnpaid = `SELECT * FROM invoices WHERE top_up = ? AND status IN ('draft', 'issued') ORDER BY ordinal`;

/** The invoices of a top-up that are not paid yet, the oldest first. */
export function unpaidOfTopUp(database: Database, topUpId: string): readonly StoredInvoice[] {
  return database.prepare(selectUnpaid).all(topUpId).map(storedInvoice);
}

export const selectIssued = `SELECT 1 FROM invoices WHERE customer = ? AND issued_at IS NOT NULL LIMIT 1`;

/** Whether any invoice of a customer was ever issued. */
export function hasIssuedInvoices(database: Database, customer: number): boolean {
  return database.prepare(selectIssued).get(customer) !== undefined;
}

/** Whether a customer has any invoice, or ever had a balance. */
export const hasMoney = (database: Database, customer: number): boolean =>
  database
    .prepare(
      `SELECT 1 FROM invoices WHERE customer = ?1
       UNION ALL SELECT 1 FROM balance_transactions WHERE customer = ?1 LIMIT 1`,
    )
    .get(customer) !== undefined;

export interface InvoiceFilter extends PageFilter {
  /** The customer's ordinal; `null` for all. */
  readonly customer: number | null;
}

/** Restricts a list to one customer; `null` lists the whole account. */
const whose = (customer: number | null): string => (customer === null ? '' : 'customer = ? AND');

export const invoicesTied = (customer: number | null): string => `SELECT * FROM invoices
  WHERE ${whose(customer)} invoice_at = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?`;
export const invoicesBeyond = (customer: number | null): string => `SELECT * FROM invoices
  WHERE ${whose(customer)} invoice_at >= ? AND invoice_at <= ? ORDER BY invoice_at DESC, ordinal DESC LIMIT ?`;

/** @param fits a further condition that a listed invoice meets */
export function latestInvoices(
  database: Database,
  filter: InvoiceFilter,
  fits: (stored: StoredInvoice) => boolean,
): readonly StoredInvoice[] {
  const found: StoredInvoice[] = [];
  const { customer, within } = filter;
  const list = {
    tied: invoicesTied(customer),
    beyond: invoicesBeyond(customer),
    of: customer === null ? [] : [customer],
  };
  const rows = rowsInPortions({
    begin: filter.after,
    pointOf: (row) => ({ at: integer(row, 'invoice_at'), ordinal: integer(row, 'ordinal') }),
    read: (after, limit) => latestRows(database, list, { within, after, limit }),
  });
  for (const row of rows) {
    const stored = storedInvoice(row);
    if (fits(stored)) found.push(stored);
    if (found.length === filter.limit) break;
  }
  return found;
}

function storedInvoice(row: Row): StoredInvoice {
  return {
    ordinal: integer(row, 'ordinal'),
    customer: integer(row, 'customer'),
    number: invoiceNumber(integer(row, 'ordinal')),
    voidedAt: integerOrNull(row, 'voided_at'),
    invoice: {
      id: text(row, 'id'),
      blockId: text(row, 'block'),
      currency: text(row, 'currency'),
      status: text(row, 'status') as Invoice['status'],
      createdAt: integer(row, 'created_at'),
      issuedAt: integerOrNull(row, 'issued_at'),
      paidAt: integerOrNull(row, 'paid_at'),
      invoiceAt: integer(row, 'invoice_at'),
      dueAt: integer(row, 'due_at'),
      quantity: amountIn(row, 'quantity'),
      unitPrice: amountIn(row, 'unit_price'),
      total: amountIn(row, 'total'),
      itemId: text(row, 'item_id'),
      lineItemId: text(row, 'line_item_id'),
      priceId: text(row, 'price_id'),
      memo: textOrNull(row, 'memo'),
      autoCollection: integer(row, 'auto_collection') === 1,
      topUpId: textOrNull(row, 'top_up'),
    },
  };
}
