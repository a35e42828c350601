// Invoices of the account or of one customer, the latest invoice date first.
import type { Database } from '../../database/driver.ts';
import { type StoredInvoice, storedInvoice } from './invoices.ts';
import { rowsAfter } from './rows-after.ts';
import { isWithin, type TimeRange, timeBounds } from './time-range.ts';

/** Where a page of invoices ended. */
export interface InvoicePlace {
  readonly invoiceAt: StoredInvoice['invoice']['invoiceAt'];
  readonly ordinal: number;
}

export interface InvoiceFilter {
  /** The customer's ordinal; `null` for all. */
  readonly customer: number | null;
  readonly dated: TimeRange;
  readonly after: InvoicePlace | null;
}

/** Restricts a list to one customer; `null` lists the whole account. */
const whose = (customer: number | null): string => (customer === null ? '' : 'customer = ? AND');

export const invoicesTied = (customer: number | null): string => `SELECT * FROM invoices
  WHERE ${whose(customer)} invoice_at = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?`;
export const invoicesBeyond = (customer: number | null): string => `SELECT * FROM invoices
  WHERE ${whose(customer)} invoice_at >= ? AND invoice_at <= ? ORDER BY invoice_at DESC, ordinal DESC LIMIT ?`;

/** How many rows are held in memory at a time. */
const portion = 256;

/** @param fits what else an invoice must be to be listed */
export function latestInvoices(
  database: Database,
  filter: InvoiceFilter,
  { fits, limit }: { readonly fits: (stored: StoredInvoice) => boolean; readonly limit: number },
): readonly StoredInvoice[] {
  const found: StoredInvoice[] = [];
  for (let { after } = filter; found.length < limit; ) {
    const some = portionAfter(database, { ...filter, after });
    found.push(...some.filter(fits));
    const last = some.at(-1);
    if (last === undefined || some.length < portion) break;
    after = { invoiceAt: last.invoice.invoiceAt, ordinal: last.ordinal };
  }
  return found.slice(0, limit);
}

function portionAfter(
  database: Database,
  { customer, dated, after }: InvoiceFilter,
): readonly StoredInvoice[] {
  const { from, until } = timeBounds(dated);
  const place = after ?? { invoiceAt: Number.MAX_SAFE_INTEGER, ordinal: Number.MAX_SAFE_INTEGER };
  const own = customer === null ? [] : [customer];
  const rows = rowsAfter(
    portion,
    (most) =>
      isWithin(dated, place.invoiceAt)
        ? database.prepare(invoicesTied(customer)).all(...own, place.invoiceAt, place.ordinal, most)
        : [],
    (most) =>
      database
        .prepare(invoicesBeyond(customer))
        .all(...own, from, Math.min(until, place.invoiceAt - 1), most),
  );
  return rows.map(storedInvoice);
}
