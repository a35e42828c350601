// A credit note as the API tells it, whole and in short (contract: CreditNote, CreditNoteSummary).
import { formatInstant } from '../../credits/instant.ts';
import { type JsonObject, jsonNumber } from '../../wire/json.ts';
import { moneyText } from '../ledger/money.ts';
import type { CreditNote } from '../store/credit-notes.ts';
import type { StoredCustomer } from '../store/customers.ts';
import type { StoredInvoice } from '../store/invoices.ts';
import { minifiedCustomer } from './customer-document.ts';

/** @param stored the invoice that it is on */
export function creditNoteDocument(
  note: CreditNote,
  stored: StoredInvoice,
  customer: StoredCustomer,
): JsonObject {
  const { invoice } = stored;
  const total = moneyText(note.total, invoice.currency);
  return {
    ...creditNoteSummary(note, stored),
    created_at: formatInstant(note.createdAt),
    invoice_id: invoice.id,
    subtotal: total,
    customer: minifiedCustomer(customer),
    credit_note_pdf: null,
    minimum_amount_refunded: null,
    discounts: [],
    maximum_amount_adjustment: null,
    line_items: [
      {
        id: invoice.lineItemId,
        name: 'Credits',
        subtotal: total,
        amount: total,
        quantity: jsonNumber(invoice.quantity),
        discounts: [],
        tax_amounts: [],
        item_id: invoice.itemId,
        start_time_inclusive: null,
        end_time_exclusive: null,
      },
    ],
  };
}

export function creditNoteSummary(note: CreditNote, { invoice, number }: StoredInvoice): JsonObject {
  return {
    id: note.id,
    // Model: numbered after its invoice, which has one at most.
    credit_note_number: `${number}-CN1`,
    // Model: the only reason there is here, a block that was deleted.
    reason: 'Order change',
    total: moneyText(note.total, invoice.currency),
    voided_at: null,
    type: 'refund',
    memo: null,
  };
}
