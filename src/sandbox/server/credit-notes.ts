// Answers the routes of credit notes, list and show, and builds their documents (contract: CreditNote).

import { formatInstant } from '../../credits/exact.ts';
import { type JsonObject, jsonNumber } from '../../wire/json.ts';
import { moneyText } from '../ledger/money.ts';
import { type CreditNote, creditNoteById, newestCreditNotes } from '../store/credit-notes.ts';
import type { StoredCustomer } from '../store/customers.ts';
import type { StoredInvoice } from '../store/invoices.ts';
import { jsonAnswer, notFound } from './answers.ts';
import { minifiedCustomer } from './customer-document.ts';
import { findInvoice } from './find.ts';
import type { RouteHandler, ServerContext } from './route.ts';

/** GET /credit_notes, newest first. */
export const listCreditNotes: RouteHandler = (context, { query }) => {
  const page = query.page('credit_notes', 'by ordinal');
  const within = query.range('created_at');
  query.finish();
  const found = newestCreditNotes(context.database, { within, after: page.after }, page.limit);
  return page.answer(
    found,
    (shown) => shown.map((note) => documentOf(context, note)),
    ({ ordinal }) => [ordinal],
  );
};

/** GET /credit_notes/{credit_note_id} */
export const showCreditNote: RouteHandler = (context, { params, query }) => {
  query.finish();
  const id = params.credit_note_id ?? '';
  const note = creditNoteById(context.database, id);
  if (note === undefined) throw notFound('CreditNote', id);
  return jsonAnswer(200, documentOf(context, note));
};

/** The invoice always exists: a paid invoice is never deleted, nor is a customer with issued invoices. */
function documentOf(context: ServerContext, note: CreditNote): JsonObject {
  const { stored, customer } = findInvoice(context, note.invoice);
  return creditNoteDocument(note, stored, customer);
}

/** @param stored the invoice that the credit note is on */
function creditNoteDocument(note: CreditNote, stored: StoredInvoice, customer: StoredCustomer): JsonObject {
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
    // Model: numbered after its invoice, which has at most one credit note.
    credit_note_number: `${number}-CN1`,
    // Model: the only reason here is that a block was deleted.
    reason: 'Order change',
    total: moneyText(note.total, invoice.currency),
    voided_at: null,
    type: 'refund',
    memo: null,
  };
}
