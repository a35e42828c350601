// Stores webhook addresses and events; an event is saved in the transaction that caused it and queued for each address.
import type { Amount, Instant } from '../../credits/exact.ts';
import { amountOrNull, type Database, insertRow, integer, text } from '../../database/driver.ts';
import type { AlertType } from '../ledger/alert.ts';
import { makeFirstDue, nextAtInLine } from './outbox.ts';

export interface WebhookAddress {
  readonly ordinal: number;
  readonly url: string;
  readonly secret: string;
  readonly createdAt: Instant;
}

/** All addresses, oldest first. */
export function webhookAddresses(database: Database): readonly WebhookAddress[] {
  return database
    .prepare('SELECT * FROM webhook_addresses ORDER BY ordinal')
    .all()
    .map((row) => ({
      ordinal: integer(row, 'ordinal'),
      url: text(row, 'url'),
      secret: text(row, 'secret'),
      createdAt: integer(row, 'created_at'),
    }));
}

/** Adds an address. Returns false, and changes nothing, if the address exists. */
export function addWebhookAddress(database: Database, address: Omit<WebhookAddress, 'ordinal'>): boolean {
  const { url, secret, createdAt } = address;
  return database.write(() => {
    if (webhookAddresses(database).some((each) => each.url === url)) return false;
    insertRow(database, 'webhook_addresses', { url, secret, created_at: createdAt });
    return true;
  });
}

/** Removes an address and marks its waiting deliveries as removed. Returns false if there is no such address. */
export function removeWebhookAddress(database: Database, url: string, now: Instant): boolean {
  return database.write(() => {
    const address = webhookAddresses(database).find((each) => each.url === url);
    if (address === undefined) return false;
    database
      .prepare(
        `UPDATE webhook_deliveries SET state = 'removed', ended_at = ? WHERE address = ? AND state = 'waiting'`,
      )
      .run(now, address.ordinal);
    database.prepare('DELETE FROM webhook_addresses WHERE ordinal = ?').run(address.ordinal);
    return true;
  });
}

/** Whether any address is registered: without an address no event is stored. */
export function isAnyAddress(database: Database): boolean {
  return database.prepare('SELECT 1 FROM webhook_addresses LIMIT 1').get() !== undefined;
}

/** The events of Orb that this ledger can report (Orb SDK: webhooks). */
export type EventType =
  | `customer.${AlertType}`
  | 'customer.credit_ledger_incremented'
  | 'customer.balance_transaction_created'
  | 'invoice.issued'
  | 'invoice.payment_succeeded'
  | 'invoice.payment_failed'
  | 'invoice.manually_marked_as_paid'
  | 'invoice.manually_marked_as_void';

export interface NotedEvent {
  readonly type: EventType;
  /** The customer's ordinal. */
  readonly customer: number;
  /** The id of the alert, block, invoice or balance transaction. */
  readonly subject: string;
  /** The crossed threshold, if the event is of an alert. */
  readonly threshold?: Amount | null;
}

export interface UnwrittenEvent extends Required<NotedEvent> {
  readonly ordinal: number;
}

/** Stores an event if an address is registered. Call it within `database.write`. */
export function noteEvent(
  database: Database,
  { type, customer, subject, threshold = null }: NotedEvent,
): void {
  if (!isAnyAddress(database)) return;
  insertRow(database, 'webhook_events', { type, customer, subject, threshold });
}

const selectUnwritten = 'SELECT * FROM webhook_events WHERE body IS NULL ORDER BY ordinal';

/** The events of this transaction that have no body yet, in order. */
export function unwrittenEvents(database: Database): readonly UnwrittenEvent[] {
  return database
    .prepare(selectUnwritten)
    .all()
    .map((row) => ({
      ordinal: integer(row, 'ordinal'),
      type: text(row, 'type') as EventType,
      customer: integer(row, 'customer'),
      subject: text(row, 'subject'),
      threshold: amountOrNull(row, 'threshold'),
    }));
}

export interface WrittenEvent {
  readonly id: string;
  readonly createdAt: Instant;
  /** The body of the webhook request; every attempt sends the same text. */
  readonly body: string;
}

/** Stores the body of an event, and queues it for each address behind the customer's waiting events. */
export function fileEvent(
  database: Database,
  { ordinal, customer }: UnwrittenEvent,
  { id, createdAt, body }: WrittenEvent,
): void {
  database
    .prepare('UPDATE webhook_events SET id = ?, created_at = ?, body = ? WHERE ordinal = ?')
    .run(id, createdAt, body, ordinal);
  const file = database.prepare(
    `INSERT INTO webhook_deliveries (event, address, url, customer, state, attempts, next_at)
     VALUES (?, ?, ?, ?, 'waiting', 0, ?)`,
  );
  for (const address of webhookAddresses(database)) {
    file.run(ordinal, address.ordinal, address.url, customer, nextAtInLine);
    makeFirstDue(database, address.ordinal, customer);
  }
}

/** Deletes an event that is not queued for any address. */
export function dropEvent(database: Database, { ordinal }: UnwrittenEvent): void {
  database.prepare('DELETE FROM webhook_events WHERE ordinal = ?').run(ordinal);
}
