// The invoice that an increment raises: its terms as asked for, and the record that is kept with its block.
import { type Amount, type Instant, multiply } from '../../credits/exact.ts';
import { payable } from './money.ts';

/** `invoice_settings` with its dates resolved in the customer's zone (contract: IncrementCreditLedgerEntryInvoiceSettings). */
export interface InvoiceTerms {
  readonly autoCollection: boolean;
  readonly invoiceAt: Instant;
  readonly dueAt: Instant;
  readonly itemId: string | null;
  readonly markAsPaid: boolean;
  readonly memo: string | null;
  readonly requirePayment: boolean;
}

export interface Invoice {
  readonly id: string;
  readonly blockId: string;
  /** ISO 4217. */
  readonly currency: string;
  /** `void` once it was voided, or its block was deleted, or its top-up ended, before it was paid. */
  readonly status: 'draft' | 'issued' | 'paid' | 'void';
  readonly createdAt: Instant;
  /** `null` while it is a draft. */
  readonly issuedAt: Instant | null;
  /** When the money was received; `null` until it is paid. */
  readonly paidAt: Instant | null;
  readonly invoiceAt: Instant;
  readonly dueAt: Instant;
  /** Credits sold. */
  readonly quantity: Amount;
  /** Money per credit. */
  readonly unitPrice: Amount;
  /** `quantity` times `unitPrice`, in the smallest unit of the currency (contract: AddCreditLedgerEntryRequestParams rule c). */
  readonly total: Amount;
  readonly itemId: string;
  readonly lineItemId: string;
  readonly priceId: string;
  readonly memo: string | null;
  readonly autoCollection: boolean;
  /** The top-up that bought the credits; `null` where a person did. */
  readonly topUpId: string | null;
}

/** Model: the account invoices in dollars where a customer has no currency yet (contract: NewCustomer.currency). */
export const accountCurrency = 'USD';

/** Model: one prefix and one series of numbers for the whole account, as in the contract's example. */
export function invoiceNumber(ordinal: number): string {
  return `JYEFHK-${String(ordinal).padStart(5, '0')}`;
}

/** What credits cost. @param unitPrice money per credit @param currency ISO 4217; `null` before the customer has one */
export function invoiceTotal(
  { quantity, unitPrice }: Pick<Invoice, 'quantity' | 'unitPrice'>,
  currency: string | null,
): Amount {
  return payable(multiply(quantity, unitPrice), currency ?? accountCurrency);
}
