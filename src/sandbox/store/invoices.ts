// Stores invoices with the block that each of them charges for.
import type { Instant } from '../../credits/exact.ts';
import {
  amountIn,
  type Database,
  integer,
  integerOrNull,
  type Row,
  text,
  textOrNull,
} from '../../database/driver.ts';
import { type Invoice, invoiceNumber } from '../ledger/invoice.ts';
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
 * @param place the ledger of the block, whose customer owns the invoice even after the block is deleted; and the
 * position in the series of invoice numbers, where `null` is last
 */
export function insertInvoice(
  database: Database,
  { ledger, ordinal }: { readonly ledger: number; readonly ordinal: number | null },
  invoice: Invoice,
): void {
  database
    .prepare(
      `INSERT INTO invoices (ordinal, id, block, currency, status, created_at, issued_at, paid_at, invoice_at, due_at, quantity, unit_price, total, item_id, line_item_id, price_id, memo, auto_collection, top_up, customer)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT customer FROM ledgers WHERE ordinal = ?))`,
    )
    .run(
      ordinal,
      invoice.id,
      invoice.blockId,
      invoice.currency,
      invoice.status,
      invoice.createdAt,
      invoice.issuedAt,
      invoice.paidAt,
      invoice.invoiceAt,
      invoice.dueAt,
      invoice.quantity,
      invoice.unitPrice,
      invoice.total,
      invoice.itemId,
      invoice.lineItemId,
      invoice.priceId,
      invoice.memo,
      invoice.autoCollection ? 1 : 0,
      invoice.topUpId,
      ledger,
    );
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

export function storedInvoice(row: Row): StoredInvoice {
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
