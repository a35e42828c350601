// Answers the routes of a customer's money: balance transactions and credit notes (contract: balance_transactions, CreditNote).
import { formatInstant, isNegative, isPositive, negate, subtract } from '../../credits/exact.ts';
import { type JsonObject, jsonNumber } from '../../wire/json.ts';
import { moneyText, payable } from '../ledger/money.ts';
import { isSane } from '../ledger/shape.ts';
import {
  type BalanceTransaction,
  type CreditNote,
  changeBalance,
  creditNoteById,
  newestCreditNotes,
  newestTransactions,
} from '../store/balance.ts';
import type { StoredCustomer } from '../store/customers.ts';
import type { StoredInvoice } from '../store/invoices.ts';
import { invalid, jsonAnswer, notFound } from './answers.ts';
import * as check from './check.ts';
import { decimalField, textField } from './check.ts';
import { balanceCurrency, minifiedCustomer } from './customer-document.ts';
import {
  findInvoice,
  type RouteHandler,
  readSettled,
  type ServerContext,
  settledCustomer,
  unsettledCustomer,
  write,
} from './route.ts';

/** GET /customers/{customer_id}/balance_transactions, newest first. */
export const listBalanceTransactions: RouteHandler = (context, { params, query }) => {
  const page = query.page('balance_transactions', 'by ordinal');
  const within = query.range('operation_time');
  query.finish();
  return readSettled(context, unsettledCustomer(context, params), ({ customer }) => {
    return page.answer(
      newestTransactions(context.database, customer.ordinal, { within, ...page }),
      (shown) => shown.map((each) => transactionDocument(each, balanceCurrency(customer))),
      ({ ordinal }) => [ordinal],
    );
  });
};

const adjustment = check.shape({
  fields: {
    amount: check.decimal,
    type: check.oneOf(['increment', 'decrement']),
    description: check.nullable(check.string),
  },
  required: ['amount', 'type'],
});

/** POST /customers/{customer_id}/balance_transactions (contract: NewCustomerBalanceTransaction). */
export const createBalanceTransaction: RouteHandler = (context, request) => {
  const { database, freshId } = context;
  return write({ context, request, body: check.readBody(request.body, adjustment) }, (fields, now) => {
    const customer = settledCustomer(context, request.params, now);
    const currency = balanceCurrency(customer);
    const amount = decimalField(fields, 'amount');
    // Model: money is whole in the smallest unit of its currency, and the type gives the direction.
    if (amount === null || !isPositive(amount) || !isSane(amount) || payable(amount, currency) !== amount)
      throw invalid([`amount: must be above 0, in whole units of what ${currency} can be paid in`]);
    const by = textField(fields, 'type') === 'increment' ? amount : negate(amount);
    const description = textField(fields, 'description');
    const change = { customer: customer.ordinal, by, action: 'manual_adjustment', description } as const;
    const made = changeBalance(database, change, { now, freshId });
    if (made === undefined) throw new RangeError('a change by an amount above zero changed nothing');
    return jsonAnswer(200, transactionDocument(made, currency));
  });
};

/** @param currency the currency of the balance, ISO 4217 */
export function transactionDocument(transaction: BalanceTransaction, currency: string): JsonObject {
  const { starting, ending, invoice, creditNote } = transaction;
  const change = subtract(ending, starting);
  const isTaken = isNegative(change);
  return {
    id: transaction.id,
    created_at: formatInstant(transaction.createdAt),
    starting_balance: moneyText(starting, currency),
    ending_balance: moneyText(ending, currency),
    amount: moneyText(isTaken ? negate(change) : change, currency),
    action: transaction.action,
    description: transaction.description,
    invoice: invoice === null ? null : { id: invoice },
    type: isTaken ? 'decrement' : 'increment',
    credit_note: creditNote === null ? null : { id: creditNote },
  };
}

/** GET /credit_notes, newest first. */
export const listCreditNotes: RouteHandler = (context, { query }) => {
  const page = query.page('credit_notes', 'by ordinal');
  const within = query.range('created_at');
  query.finish();
  const found = newestCreditNotes(context.database, { within, ...page });
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
