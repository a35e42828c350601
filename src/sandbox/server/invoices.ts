// The routes of invoices: list, show, issue, mark as paid, pay, void.
import type { Instant } from '../../credits/instant.ts';
import type { Database } from '../../database/driver.ts';
import type { JsonObject } from '../../wire/json.ts';
import type { WireAnswer } from '../../wire/message.ts';
import type { Invoice } from '../ledger/invoice.ts';
import { isDue } from '../store/account.ts';
import { customerByOrdinal, type StoredCustomer } from '../store/customers.ts';
import { latestInvoices } from '../store/invoice-list.ts';
import { invoiceById, type StoredInvoice } from '../store/invoices.ts';
import { ledgerByOrdinal } from '../store/ledgers.ts';
import { issueDraft, receivePayment, withdraw } from '../store/purchase.ts';
import { endTopUp, toppedUpLedgers } from '../store/top-ups.ts';
import { jsonAnswer, pageAnswer } from './answer.ts';
import * as check from './check.ts';
import type { RoutedRequest, ServerContext } from './context.ts';
import { writeCursor } from './cursor.ts';
import { loadCalendar, resolveDay } from './date-text.ts';
import { textField } from './field.ts';
import { findCustomer } from './find-customer.ts';
import { day } from './formats.ts';
import { idempotently } from './idempotent.ts';
import { eligibleAt, invoiceDocument } from './invoice-document.ts';
import { invoiceCursor, readInvoiceQuery } from './invoice-query.ts';
import { invalid, notFound, Problem } from './problem.ts';
import { QueryReader } from './query.ts';
import { readSettled } from './settled.ts';

/** GET /invoices, the latest invoice date first. Top-ups that are due raise their invoices before. */
export async function listInvoices(context: ServerContext, { query }: RoutedRequest): Promise<WireAnswer> {
  const asked = await readInvoiceQuery(query);
  const { database } = context;
  // There are no plans, so there is no subscription of any id.
  if (asked.subscription !== null) throw notFound('Subscription', asked.subscription);
  const [invoiceAt = 0, ordinal = 0] = asked.place ?? [];
  const after = asked.place === null ? null : { invoiceAt, ordinal };
  const find = (now: Instant) => {
    const customer = asked.whose === null ? null : findCustomer(database, asked.whose).ordinal;
    const ledger = toppedUpLedgers(database, customer)
      .map((each) => ledgerByOrdinal(database, each))
      .find((each) => each !== undefined && isDue(each, now));
    return { customer, ledger };
  };
  return readSettled(context, find, ({ customer }, now) => {
    const fits = (stored: StoredInvoice): boolean => {
      const charged = customerByOrdinal(database, stored.customer);
      return charged !== undefined && asked.fits(stored, charged, now);
    };
    const filter = { customer, dated: asked.dated, after };
    const found = latestInvoices(database, filter, { fits, limit: asked.limit + 1 });
    const page = found.slice(0, asked.limit);
    const last = page.at(-1);
    const more = found.length > asked.limit && last !== undefined;
    return pageAnswer(
      page.map((stored) => documentOf(database, stored.invoice.id)),
      more ? writeCursor(invoiceCursor, last.invoice.invoiceAt, last.ordinal) : null,
    );
  });
}

/** GET /invoices/{invoice_id} */
export function showInvoice({ database }: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  new QueryReader(query).finish();
  return jsonAnswer(200, documentOf(database, params.invoice_id ?? ''));
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
    receivePayment(context.database, stored, { receivedAt: startsAt, now, freshId: context.freshId });
  });
}

const collecting = check.shape({
  fields: { shared_payment_token_id: check.string },
  required: ['shared_payment_token_id'],
});

/** POST /invoices/{invoice_id}/pay. Model: nobody has a payment method here, so nothing can be collected. */
export function payInvoice(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  if ((request.body ?? '') !== '') checkedBody(request, collecting);
  return changeInvoice(context, request, ({ stored, customer }) => {
    requireStatus(stored.invoice, 'issued', 'paid');
    throw constraint(
      `Customer ${customer.id} has no payment method: this ledger collects no payments. Mark the invoice as paid instead.`,
    );
  });
}

/**
 * POST /invoices/{invoice_id}/void, with the credits it charged for and the top-up that bought them (contract: void).
 * Model: what was used of the credits already stays used.
 */
export function voidInvoice(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  return changeInvoice(context, request, ({ stored, customer }, now) => {
    requireStatus(stored.invoice, 'issued', 'voided');
    const { database, freshId } = context;
    // First, or what is voided now would make it buy again.
    if (stored.invoice.topUpId !== null) endTopUp(database, stored.invoice.topUpId, now);
    const description = 'Invoice voided before it was paid';
    withdraw(database, { stored, customer, description }, { now, freshId });
  });
}

interface FoundInvoice {
  readonly stored: StoredInvoice;
  readonly customer: StoredCustomer;
}

/** @throws Problem if there is none, or its customer was deleted */
function findInvoice(database: Database, id: string): FoundInvoice {
  const stored = invoiceById(database, id);
  const customer = stored === undefined ? undefined : customerByOrdinal(database, stored.customer);
  if (stored === undefined || customer === undefined) throw notFound('Invoice', id);
  return { stored, customer };
}

function documentOf(database: Database, id: string): JsonObject {
  const { stored, customer } = findInvoice(database, id);
  return invoiceDocument(database, stored, customer);
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
    change(findInvoice(context.database, id), now);
    return jsonAnswer(200, documentOf(context.database, id));
  });
}

function checkedBody({ body }: RoutedRequest, checked: check.Check): JsonObject {
  const fields = check.readObject(body);
  if (check.isProblems(fields)) throw invalid(fields);
  const problems = checked(fields, '');
  if (problems.length > 0) throw invalid(problems);
  return fields;
}

function requireStatus({ id, status }: Invoice, needed: Invoice['status'], become: string): void {
  if (status !== needed)
    throw constraint(`Invoice ${id} has the status ${status}: only one with ${needed} can be ${become}.`);
}

const constraint = (sentence: string): Problem => new Problem('400-constraint-violation', sentence);
