// Defines the invoice as the API returns it (contract: Invoice).
import type { Amount } from './exact.ts';

export const invoiceStatuses = ['draft', 'issued', 'paid', 'synced', 'void'] as const;

/** Field names are the API's; times are RFC 3339 text, money is in `currency`. */
export interface Invoice {
  readonly id: string;
  /** The number as printed on the invoice. */
  readonly invoice_number: string;
  /** One of `invoiceStatuses`; another system collects a `synced` invoice. */
  readonly status: string;
  readonly customer: { readonly id: string; readonly external_customer_id: string | null };
  /** ISO 4217, or `credits`. */
  readonly currency: string;
  readonly total: Amount;
  /** `total` less the part that the customer's balance of money has paid. */
  readonly amount_due: Amount;
  readonly invoice_date: string;
  /** `null` for a draft; each of the next three is `null` until its event has happened. */
  readonly due_date: string | null;
  readonly issued_at: string | null;
  readonly paid_at: string | null;
  readonly voided_at: string | null;
  readonly memo: string | null;
}
