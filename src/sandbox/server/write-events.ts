// Writes the text of what happened in a transaction before it ends: an event is sent exactly if its cause is on disk.
import { zero } from '../../credits/amount.ts';
import { formatInstant } from '../../credits/instant.ts';
import type { Database } from '../../database/driver.ts';
import { type Json, type JsonObject, writeJson } from '../../wire/json.ts';
import type { Clock } from '../ledger/account.ts';
import { alertById } from '../store/alerts.ts';
import { blockById } from '../store/blocks.ts';
import { customerByOrdinal, type StoredCustomer } from '../store/customers.ts';
import { invoiceById } from '../store/invoices.ts';
import { ledgerByOrdinal, ledgerOf } from '../store/ledgers.ts';
import { dropEvent, fileEvent, type UnwrittenEvent, unwrittenEvents } from '../store/webhook-events.ts';
import { customerDocument } from './customer-document.ts';
import { alertProperties, eventDocument, incrementProperties } from './event-document.ts';
import { hierarchyOf } from './hierarchy.ts';
import { invoiceDocument } from './invoice-document.ts';

/** Call it within `database.write`, as its last step. */
export function writeEvents(database: Database, { now, freshId }: Clock): void {
  for (const event of unwrittenEvents(database)) {
    const subject = subjectOf(database, event);
    // What the same transaction took away again has not happened to anybody.
    if (subject === undefined) dropEvent(database, event);
    else {
      const facts = { id: freshId(), type: event.type, createdAt: now };
      fileEvent(database, event, { ...facts, body: writeJson(eventDocument(facts, subject)) });
    }
  }
}

function subjectOf(database: Database, event: UnwrittenEvent): JsonObject | undefined {
  const customer = customerByOrdinal(database, event.customer);
  if (customer === undefined) return undefined;
  if (event.type.startsWith('invoice.')) return invoiceSubject(database, event, customer);
  const properties =
    event.type === 'customer.credit_ledger_incremented'
      ? propertiesOfIncrement(database, event)
      : propertiesOfAlert(database, event, customer);
  if (properties === undefined) return undefined;
  return { customer: customerDocument(customer, hierarchyOf(database, customer)), properties };
}

function propertiesOfAlert(
  database: Database,
  { subject, threshold }: UnwrittenEvent,
  customer: StoredCustomer,
): JsonObject | undefined {
  const alert = alertById(database, subject);
  if (alert === undefined) return undefined;
  const balance = ledgerOf(database, customer.ordinal, alert.currency)?.head.balance ?? zero;
  return alertProperties(alert, threshold, { customer, balance });
}

function propertiesOfIncrement(database: Database, { subject }: UnwrittenEvent): JsonObject | undefined {
  const stored = blockById(database, subject);
  const ledger = stored === undefined ? undefined : ledgerByOrdinal(database, stored.ledger);
  if (stored === undefined || ledger === undefined) return undefined;
  return incrementProperties(stored.block, ledger.head.currency);
}

function invoiceSubject(
  database: Database,
  { type, subject }: UnwrittenEvent,
  customer: StoredCustomer,
): JsonObject | undefined {
  const stored = invoiceById(database, subject);
  if (stored === undefined) return undefined;
  const invoice = invoiceDocument(database, stored, customer);
  const properties: Readonly<Record<string, Json>> =
    type === 'invoice.issued'
      ? { automatically_marked_as_paid: stored.invoice.status === 'paid' }
      : type === 'invoice.manually_marked_as_paid'
        ? {
            payment_received_date: formatInstant(stored.invoice.paidAt ?? stored.invoice.createdAt),
            external_id: null,
            notes: null,
          }
        : {};
  return { invoice, properties };
}
