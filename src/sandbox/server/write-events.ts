// Stores the text of events before their transaction commits: an event is sent exactly if its cause is on disk.
import { formatInstant, zero } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import { type Json, type JsonObject, writeJson } from '../../wire/json.ts';
import type { Clock } from '../ledger/posting.ts';
import { alertById } from '../store/alerts.ts';
import { transactionById } from '../store/balance.ts';
import { blockById } from '../store/blocks.ts';
import { customerByOrdinal, type StoredCustomer } from '../store/customers.ts';
import { invoiceById, type StoredInvoice } from '../store/invoices.ts';
import { ledgerByOrdinal, ledgerOf } from '../store/ledgers.ts';
import { dropEvent, fileEvent, type UnwrittenEvent, unwrittenEvents } from '../store/webhooks.ts';
import { alertDocument } from './alert-document.ts';
import { blockDocument } from './block-document.ts';
import { balanceCurrency, customerDocument } from './customer-document.ts';
import { transactionDocument } from './customer-money.ts';
import { invoiceDocument } from './invoice-document.ts';

/** Call it within `database.write`, as its last step. @param now called only if there are events */
export function writeEvents(database: Database, now: () => Clock['now'], freshId: Clock['freshId']): void {
  const events = unwrittenEvents(database);
  if (events.length === 0) return;
  const createdAt = now();
  for (const event of events) {
    const subject = subjectOf(database, event);
    // The same transaction deleted the subject again, so the event did not happen.
    if (subject === undefined) dropEvent(database, event);
    else {
      const id = freshId();
      const document = { id, created_at: formatInstant(createdAt), type: event.type, ...subject };
      fileEvent(database, event, { id, createdAt, body: writeJson(document) });
    }
  }
}

/** The customer or invoice of an event, by its name, and `properties`. */
function subjectOf(database: Database, event: UnwrittenEvent): JsonObject | undefined {
  const customer = customerByOrdinal(database, event.customer);
  if (customer === undefined) return undefined;
  if (event.type.startsWith('invoice.')) return invoiceSubject(database, event, customer);
  const properties = propertiesOf(database, event, customer);
  if (properties === undefined) return undefined;
  return { customer: customerDocument(database, customer), properties };
}

function propertiesOf(
  database: Database,
  event: UnwrittenEvent,
  customer: StoredCustomer,
): JsonObject | undefined {
  switch (event.type) {
    case 'customer.credit_ledger_incremented':
      return propertiesOfIncrement(database, event);
    case 'customer.balance_transaction_created':
      return propertiesOfTransaction(database, event, customer);
    default:
      return propertiesOfAlert(database, event, customer);
  }
}

function propertiesOfTransaction(
  database: Database,
  { subject }: UnwrittenEvent,
  customer: StoredCustomer,
): JsonObject | undefined {
  const made = transactionById(database, subject);
  if (made === undefined) return undefined;
  return { balance_transaction: transactionDocument(made, balanceCurrency(customer)) };
}

function propertiesOfAlert(
  database: Database,
  { subject, threshold }: UnwrittenEvent,
  customer: StoredCustomer,
): JsonObject | undefined {
  const alert = alertById(database, subject);
  if (alert === undefined) return undefined;
  const balance = ledgerOf(database, customer.ordinal, alert.currency)?.head.balance ?? zero;
  return {
    alert_configuration: alertDocument(alert, { customer, balance }, (amount) => amount),
    ...(alert.type === 'credit_balance_dropped' ? { balance_threshold: threshold } : {}),
    pricing_unit: pricingUnit(alert.currency),
  };
}

function propertiesOfIncrement(database: Database, { subject }: UnwrittenEvent): JsonObject | undefined {
  const stored = blockById(database, subject);
  const ledger = stored === undefined ? undefined : ledgerByOrdinal(database, stored.ledger);
  if (stored === undefined || ledger === undefined) return undefined;
  const { block } = stored;
  return {
    block: { ...blockDocument(block), balance: block.balance, maximum_initial_balance: block.initial },
    pricing_unit: pricingUnit(ledger.head.currency),
  };
}

function invoiceSubject(
  database: Database,
  { type, subject }: UnwrittenEvent,
  customer: StoredCustomer,
): JsonObject | undefined {
  const stored = invoiceById(database, subject);
  if (stored === undefined) return undefined;
  const properties = propertiesOfInvoice(type, stored);
  return { invoice: invoiceDocument(database, stored, customer), properties };
}

/** Model: the only payment provider names an invoice and its payment by the id of the invoice. */
function propertiesOfInvoice(
  type: UnwrittenEvent['type'],
  { invoice }: StoredInvoice,
): Readonly<Record<string, Json>> {
  const provider = { payment_provider: 'stripe', payment_provider_id: `in_${invoice.id}` };
  switch (type) {
    case 'invoice.issued':
      return { automatically_marked_as_paid: invoice.status === 'paid' };
    case 'invoice.manually_marked_as_paid':
      return {
        payment_received_date: formatInstant(invoice.paidAt ?? invoice.createdAt),
        external_id: null,
        notes: null,
      };
    case 'invoice.payment_succeeded':
      return { ...provider, payment_provider_transaction_id: `pi_${invoice.id}` };
    case 'invoice.payment_failed':
      return { ...provider, payment_provider_transaction_id: null };
    default:
      return {};
  }
}

/** Model: a unit has no id and no symbol of its own here; its name serves as the id. */
const pricingUnit = (name: string): Json => ({ id: name, name, display_name: name, symbol: null });
