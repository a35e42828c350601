// The routes of invoices: list, show, issue, mark as paid, pay, void.
import type { Instant } from '../../credits/exact.ts';
import type { WireAnswer } from '../../wire/json.ts';
import { dueLedgerOf, toppedUpAndDue } from '../store/account.ts';
import { customerByOrdinal } from '../store/customers.ts';
import { latestInvoices } from '../store/invoice-list.ts';
import { noteInvoice, type StoredInvoice } from '../store/invoices.ts';
import { issueDraft, receivePayment, withdraw } from '../store/purchase.ts';
import * as check from './check.ts';
import { textField } from './check.ts';
import { loadCalendar, resolveDay } from './date-text.ts';
import { type FoundInvoice, findCustomer, findInvoice } from './find.ts';
import { day } from './formats.ts';
import { eligibleAt, invoiceDocument } from './invoice-document.ts';
import { invoiceCursor, readInvoiceQuery } from './invoice-query.ts';
import { QueryReader, writeCursor } from './query.ts';
import {
  idempotently,
  invalid,
  jsonAnswer,
  notFound,
  Problem,
  pageAnswer,
  type RoutedRequest,
  type ServerContext,
} from './route.ts';
import { readSettled, settleFirst } from './settled.ts';

/** GET /invoices, the latest invoice date first. Top-ups that are due raise their invoices before. */
export async function listInvoices(context: ServerContext, { query }: RoutedRequest): Promise<WireAnswer> {
  const asked = await readInvoiceQuery(query);
  const { database } = context;
  // There are no plans, so there is no subscription of any id.
  if (asked.subscription !== null) throw notFound('Subscription', asked.subscription);
  const [invoiceAt = 0, ordinal = 0] = asked.place ?? [];
  const after = asked.place === null ? null : { invoiceAt, ordinal };
  const find = (now: Instant) => {
    if (asked.whose === null) return { customer: null, ledger: toppedUpAndDue(database, now) };
    const customer = findCustomer(database, asked.whose).ordinal;
    return { customer, ledger: dueLedgerOf(database, customer, now) };
  };
  return readSettled(context, find, ({ customer }, now) => {
    const fits = (stored: StoredInvoice): boolean => {
      const charged = customerByOrdinal(database, stored.customer);
      return charged !== undefined && asked.fits(stored, charged.timezone, now);
    };
    const filter = { customer, dated: asked.dated, after };
    const found = latestInvoices(database, filter, { fits, limit: asked.limit + 1 });
    const page = found.slice(0, asked.limit);
    const last = page.at(-1);
    const more = found.length > asked.limit && last !== undefined;
    return pageAnswer(
      page.map((stored) => documentOf(context, stored.invoice.id)),
      more ? writeCursor(invoiceCursor, last.invoice.invoiceAt, last.ordinal) : null,
    );
  });
}

/** GET /invoices/{invoice_id} */
export function showInvoice(context: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  new QueryReader(query).finish();
  return jsonAnswer(200, documentOf(context, params.invoice_id ?? ''));
}

const issuing = check.shape({ fields: { synchronous: check.boolean }, required: [] });

/** POST /invoices/{invoice_id}/issue. Model: done at once, whether it is asked to be synchronous or not. */
export function issueInvoice(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  if ((request.body ?? '') !== '') checkedBody(request, issuing);
  return changeInvoice(context, request, ({ stored }, now) => {
    requireStatus(stored.invoice, 'draft', 'issued');
    const eligible = eligibleAt(stored.invoice);
    if (eligible > now)
      throw constraint(`Invoice ${stored.invoice.id} cannot be issued before its eligible_to_issue_at.`);
    issueDraft(context.database, stored, { now, freshId: context.freshId });
  });
}

const payment = check.shape({
  fields: {
    payment_received_date: day,
    external_id: check.nullable(check.string),
    notes: check.nullable(check.string),
  },
  required: ['payment_received_date'],
});

/**
 * POST /invoices/{invoice_id}/mark_paid. Model: it is paid since the beginning of the day named, in the customer's
 * zone; a day to come is refused; `external_id` and `notes` are not kept, for an invoice has no fields for them.
 */
export async function markInvoicePaid(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  const fields = checkedBody(request, payment);
  const calendar = await loadCalendar();
  return changeInvoice(context, request, ({ stored, customer }, now) => {
    requireStatus(stored.invoice, 'issued', 'marked as paid');
    const received = textField(fields, 'payment_received_date') ?? '';
    const { startsAt } = resolveDay(received, { timezone: customer.timezone, calendar });
    if (startsAt > now) throw invalid([`payment_received_date: ${received} is in the future`]);
    const event = 'invoice.manually_marked_as_paid';
    receivePayment(context.database, stored, { receivedAt: startsAt, event, now, freshId: context.freshId });
  });
}

const collecting = check.shape({
  fields: { shared_payment_token_id: check.string },
  required: ['shared_payment_token_id'],
});

/** How a payment token begins that is refused. */
const declined = 'declined';

/**
 * POST /invoices/{invoice_id}/pay. Model: a payment token pays at once, and one that begins with `declined` does not:
 * the invoice stays issued. Without a token nothing can be collected, because no customer has a payment method here.
 */
export function payInvoice(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  const isEmpty = (request.body ?? '') === '';
  const token = isEmpty ? null : textField(checkedBody(request, collecting), 'shared_payment_token_id');
  const { database, freshId } = context;
  return changeInvoice(context, request, ({ stored, customer }, now) => {
    requireStatus(stored.invoice, 'issued', 'paid');
    if (token === null)
      throw constraint(
        `Customer ${customer.id} has no payment method. Pay with a shared_payment_token_id, or mark the invoice as paid.`,
      );
    if (token.startsWith(declined)) noteInvoice(database, stored.invoice.id, 'invoice.payment_failed');
    else {
      const event = 'invoice.payment_succeeded';
      receivePayment(database, stored, { receivedAt: now, event, now, freshId });
    }
  });
}

/**
 * POST /invoices/{invoice_id}/void, with the credits it charged for and the top-up that bought them (contract: void).
 * Model: what was used of the credits already stays used.
 */
export function voidInvoice(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  return changeInvoice(context, request, ({ stored, customer }, now) => {
    requireStatus(stored.invoice, 'issued', 'voided');
    const description = 'Invoice voided before it was paid';
    const withdrawal = { stored, customer, description, endsTopUp: true };
    withdraw(context.database, withdrawal, { now, freshId: context.freshId });
  });
}

function documentOf(context: ServerContext, id: string) {
  const { stored, customer } = findInvoice(context, id);
  return invoiceDocument(context.database, stored, customer);
}

/** Changes an invoice once, and answers with it as it is then. */
async function changeInvoice(
  context: ServerContext,
  request: RoutedRequest,
  change: (found: FoundInvoice, now: Instant) => void,
): Promise<WireAnswer> {
  new QueryReader(request.query).finish();
  const id = request.params.invoice_id ?? '';
  return idempotently(context, request, (now) => {
    settleFirst(context, findInvoice(context, id).customer, now);
    change(findInvoice(context, id), now);
    return jsonAnswer(200, documentOf(context, id));
  });
}

function checkedBody({ body }: RoutedRequest, checked: check.Check) {
  const fields = check.readObject(body);
  if (check.isProblems(fields)) throw invalid(fields);
  const problems = checked(fields, '');
  if (problems.length > 0) throw invalid(problems);
  return fields;
}

function requireStatus(
  { id, status }: StoredInvoice['invoice'],
  needed: StoredInvoice['invoice']['status'],
  become: string,
): void {
  if (status !== needed)
    throw constraint(`Invoice ${id} has the status ${status}: only one with ${needed} can be ${become}.`);
}

const constraint = (sentence: string): Problem => new Problem('400-constraint-violation', sentence);
