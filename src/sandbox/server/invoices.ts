// Answers the routes of invoices: list, show, issue, mark as paid, pay, void.
import type { Instant } from '../../credits/exact.ts';
import type { JsonObject } from '../../wire/json.ts';
import { dueLedgerOf } from '../store/account.ts';
import { customerByOrdinal } from '../store/customers.ts';
import { latestInvoices, noteInvoice, type StoredInvoice } from '../store/invoices.ts';
import { dueLedgerWithTopUp } from '../store/ledgers.ts';
import { issueDraft, receivePayment, withdraw } from '../store/purchase.ts';
import { invalid, jsonAnswer, notFound, violation } from './answers.ts';
import * as check from './check.ts';
import { textField } from './check.ts';
import { loadCalendar, resolveDay } from './date-text.ts';
import { eligibleAt, invoiceDocument } from './invoice-document.ts';
import { readInvoiceQuery } from './invoice-query.ts';
import {
  type FoundInvoice,
  findCustomer,
  findInvoice,
  type RoutedRequest,
  type RouteHandler,
  readSettled,
  type ServerContext,
  settleFirst,
  type WriteRequest,
  write,
} from './route.ts';

/** GET /invoices, the latest invoice date first. Due top-ups raise their invoices first. */
export const listInvoices: RouteHandler = async (context, { query }) => {
  const { page, ...asked } = await readInvoiceQuery(query);
  const { database } = context;
  // This ledger has no plans, so no id of a subscription is known.
  if (asked.subscription !== null) throw notFound('Subscription', asked.subscription);
  const find = (now: Instant) => {
    if (asked.whose === null) return { customer: null, ledger: dueLedgerWithTopUp(database, now) };
    const customer = findCustomer(context, asked.whose).ordinal;
    return { customer, ledger: dueLedgerOf(database, customer, now) };
  };
  return readSettled(context, find, ({ customer }, now) => {
    const fits = (stored: StoredInvoice): boolean => {
      const charged = customerByOrdinal(database, stored.customer);
      return charged !== undefined && asked.fits(stored, charged.timezone, now);
    };
    return page.answer(
      latestInvoices(database, { customer, within: asked.dated, ...page }, fits),
      (shown) => shown.map((stored) => documentOf(context, stored.invoice.id)),
      ({ invoice, ordinal }) => [invoice.invoiceAt, ordinal],
    );
  });
};

/** GET /invoices/{invoice_id} */
export const showInvoice: RouteHandler = (context, { params, query }) => {
  query.finish();
  return jsonAnswer(200, documentOf(context, params.invoice_id ?? ''));
};

const issuing = check.shape({ fields: { synchronous: check.boolean }, required: [] });

/** POST /invoices/{invoice_id}/issue. Model: done at once, whether the request asks for synchronous work or not. */
export const issueInvoice: RouteHandler = (context, request) => {
  const body = isEmpty(request) ? {} : check.readBody(request.body, issuing);
  return changeInvoice({ context, request, body }, (_, { stored }, now) => {
    requireStatus(stored.invoice, 'draft', 'issued');
    const eligible = eligibleAt(stored.invoice);
    if (eligible > now)
      throw violation(`Invoice ${stored.invoice.id} cannot be issued before its eligible_to_issue_at.`);
    issueDraft(context.database, stored, { now, freshId: context.freshId });
  });
};

const payment = check.shape({
  fields: {
    payment_received_date: check.day,
    external_id: check.nullable(check.string),
    notes: check.nullable(check.string),
  },
  required: ['payment_received_date'],
});

/**
 * POST /invoices/{invoice_id}/mark_paid. Model: the invoice is paid since the start of the named day, in the customer's
 * zone; a future day is refused; `external_id` and `notes` are not stored, because an invoice has no fields for them.
 */
export const markInvoicePaid: RouteHandler = async (context, request) => {
  const calendar = await loadCalendar();
  const body = check.readBody(request.body, payment);
  return changeInvoice({ context, request, body }, (fields, { stored, customer }, now) => {
    requireStatus(stored.invoice, 'issued', 'marked as paid');
    const received = textField(fields, 'payment_received_date') ?? '';
    const { startsAt } = resolveDay(received, { timezone: customer.timezone, calendar });
    if (startsAt > now) throw invalid([`payment_received_date: ${received} is in the future`]);
    const event = 'invoice.manually_marked_as_paid';
    receivePayment(context.database, stored, { receivedAt: startsAt, event, now, freshId: context.freshId });
  });
};

const collecting = check.shape({
  fields: { shared_payment_token_id: check.string },
  required: ['shared_payment_token_id'],
});

/** The prefix of a payment token that is refused. */
const declined = 'declined';

/**
 * POST /invoices/{invoice_id}/pay. Model: a payment token pays at once, but a token that begins with `declined` fails:
 * the invoice stays issued. Without a token nothing can be collected, because no customer has a payment method here.
 */
export const payInvoice: RouteHandler = (context, request) => {
  const body = isEmpty(request) ? {} : check.readBody(request.body, collecting);
  const { database, freshId } = context;
  return changeInvoice({ context, request, body }, (fields, { stored, customer }, now) => {
    const token = textField(fields, 'shared_payment_token_id');
    requireStatus(stored.invoice, 'issued', 'paid');
    if (token === null)
      throw violation(
        `Customer ${customer.id} has no payment method. Pay with a shared_payment_token_id, or mark the invoice as paid.`,
      );
    if (token.startsWith(declined)) noteInvoice(database, stored.invoice.id, 'invoice.payment_failed');
    else {
      const event = 'invoice.payment_succeeded';
      receivePayment(database, stored, { receivedAt: now, event, now, freshId });
    }
  });
};

/**
 * POST /invoices/{invoice_id}/void: also voids the credits and ends the top-up that bought them (contract: void).
 * Model: credits that were used already stay used.
 */
export const voidInvoice: RouteHandler = (context, request) =>
  changeInvoice({ context, request, body: {} }, (_, { stored, customer }, now) => {
    requireStatus(stored.invoice, 'issued', 'voided');
    const description = 'Invoice voided before it was paid';
    withdraw(context.database, { stored, customer, description }, { now, freshId: context.freshId });
  });

function documentOf(context: ServerContext, id: string) {
  const { stored, customer } = findInvoice(context, id);
  return invoiceDocument(context.database, stored, customer);
}

const isEmpty = ({ body = '' }: RoutedRequest): boolean => body === '';

/** Changes an invoice once, and answers with the changed invoice. @param body as of `write` */
function changeInvoice(
  { context, request, body }: WriteRequest<JsonObject>,
  change: (fields: JsonObject, found: FoundInvoice, now: Instant) => void,
) {
  const id = request.params.invoice_id ?? '';
  return write({ context, request, body }, (fields, now) => {
    settleFirst(context, findInvoice(context, id).customer, now);
    change(fields, findInvoice(context, id), now);
    return jsonAnswer(200, documentOf(context, id));
  });
}

function requireStatus(
  { id, status }: StoredInvoice['invoice'],
  needed: StoredInvoice['invoice']['status'],
  become: string,
): void {
  if (status !== needed)
    throw violation(`Invoice ${id} has the status ${status}: only one with ${needed} can be ${become}.`);
}
