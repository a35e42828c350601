// Defines the invoice that an increment raises: the requested terms, and the record stored with the block.
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
  /** `void` once the invoice was voided, or its block was deleted or its top-up ended before the payment. */
  readonly status: 'draft' | 'issued' | 'paid' | 'void';
  readonly createdAt: Instant;
  /** `null` while the invoice is a draft. */
  readonly issuedAt: Instant | null;
  /** When the money was received; `null` until the invoice is paid. */
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
  /** The top-up that bought the credits; `null` if a person bought them. */
  readonly topUpId: string | null;
}

/** Model: the account invoices in dollars if a customer has no currency yet (contract: NewCustomer.currency). */
export const accountCurrency = 'USD';

/** Model: one prefix and one series of numbers for the whole account, as in the contract's example. */
export function invoiceNumber(ordinal: number): string {
  return `JYEFHK-${String(ordinal).padStart(5, '0')}`;
}

/** The price of credits. @param unitPrice money per credit @param currency ISO 4217; `null` before the customer has one */
export function invoiceTotal(
  { quantity, unitPrice }: Pick<Invoice, 'quantity' | 'unitPrice'>,
  currency: string | null,
): Amount {
  return payable(multiply(quantity, unitPrice), currency ?? accountCurrency);
}
