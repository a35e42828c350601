// The routes of credit notes, list and show, and a credit note as the API returns it (contract: CreditNote).

import { formatInstant } from '../../credits/exact.ts';
import { type JsonObject, jsonNumber, type WireAnswer } from '../../wire/json.ts';
import { moneyText } from '../ledger/money.ts';
import { type CreditNote, creditNoteById, newestCreditNotes } from '../store/credit-notes.ts';
import type { StoredCustomer } from '../store/customers.ts';
import type { StoredInvoice } from '../store/invoices.ts';
import { minifiedCustomer } from './customer-document.ts';
import { findInvoice } from './find.ts';
import { QueryReader, writeCursor } from './query.ts';
import { firstPage, jsonAnswer, notFound, type RoutedRequest, type ServerContext } from './route.ts';

const cursorKind = 'credit_notes';

/** GET /credit_notes, newest first. */
export function listCreditNotes({ database }: ServerContext, { query }: RoutedRequest): WireAnswer {
  const reader = new QueryReader(query);
  const limit = reader.limit(100);
  const [after = null] = reader.cursor(cursorKind, 1) ?? [];
  const created = reader.range('created_at');
  reader.finish();
  const found = newestCreditNotes(database, { created, after }, limit + 1);
  return firstPage(found, {
    limit,
    documents: (page) => page.map((note) => documentOf({ database }, note)),
    cursor: (last) => writeCursor(cursorKind, last.ordinal),
  });
}

/** GET /credit_notes/{credit_note_id} */
export function showCreditNote({ database }: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  new QueryReader(query).finish();
  const id = params.credit_note_id ?? '';
  const note = creditNoteById(database, id);
  if (note === undefined) throw notFound('CreditNote', id);
  return jsonAnswer(200, documentOf({ database }, note));
}

/** A paid invoice is never deleted, nor is a customer who was sent one. */
function documentOf({ database }: Pick<ServerContext, 'database'>, note: CreditNote) {
  const { stored, customer } = findInvoice({ database }, note.invoice);
  return creditNoteDocument(note, stored, customer);
}

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
