// Lists invoices of the account or of one customer, the latest invoice date first.
import type { Database } from '../../database/driver.ts';
import { type StoredInvoice, storedInvoice } from './invoices.ts';
import { latestRows, type PageFilter } from './pages.ts';

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

/** Rows loaded into memory at once. */
const portion = 256;

/** @param fits a further condition that a listed invoice meets */
export function latestInvoices(
  database: Database,
  filter: InvoiceFilter,
  { fits, limit }: { readonly fits: (stored: StoredInvoice) => boolean; readonly limit: number },
): readonly StoredInvoice[] {
  const found: StoredInvoice[] = [];
  const { customer, within } = filter;
  const list = {
    tied: invoicesTied(customer),
    beyond: invoicesBeyond(customer),
    of: customer === null ? [] : [customer],
  };
  for (let { after } = filter; found.length < limit; ) {
    const some = latestRows(database, list, { within, after }, portion).map(storedInvoice);
    found.push(...some.filter(fits));
    const last = some.at(-1);
    if (last === undefined || some.length < portion) break;
    after = { at: last.invoice.invoiceAt, ordinal: last.ordinal };
  }
  return found.slice(0, limit);
}
