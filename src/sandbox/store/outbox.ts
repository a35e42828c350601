// Queues webhook deliveries in order; one process at a time claims a delivery for a moment, until the event is delivered.
import type { Instant } from '../../credits/exact.ts';
import { type Database, integer, integerOrNull, type Row, text, textOrNull } from '../../database/driver.ts';

/** An event to be posted to an address. */
export interface Delivery {
  readonly ordinal: number;
  readonly url: string;
  readonly secret: string;
  readonly body: string;
}

/** How long a claim lasts, in milliseconds: longer than any attempt. Afterwards another process may claim the delivery. */
const claimTime = 10_000;

export const selectDue = `SELECT 1 FROM webhook_deliveries WHERE state = 'waiting' AND next_at <= ? LIMIT 1`;

/** Whether a delivery is due. @param now real time, here and below */
export function isAnythingDue(database: Database, now: Instant): boolean {
  return database.prepare(selectDue).get(now) !== undefined;
}

/** The `next_at` of a delivery that waits for an earlier delivery of the same customer to the same address. */
export const nextAtInLine = Number.MAX_SAFE_INTEGER;

export const selectFirstInLine = `SELECT min(ordinal) FROM webhook_deliveries
  WHERE state = 'waiting' AND address = ? AND customer = ?`;

/** Makes the oldest waiting delivery of a customer to an address due, unless a retry of it is already scheduled. */
export function makeFirstDue(database: Database, address: number, customer: number): void {
  database
    .prepare(
      `UPDATE webhook_deliveries SET next_at = 0 WHERE next_at = ? AND ordinal = (${selectFirstInLine})`,
    )
    .run(nextAtInLine, address, customer);
}

export const selectNext = `SELECT deliveries.ordinal, deliveries.url, secret, body FROM webhook_deliveries deliveries
  JOIN webhook_addresses addresses ON addresses.ordinal = deliveries.address
  JOIN webhook_events events ON events.ordinal = deliveries.event
  WHERE state = 'waiting' AND next_at <= ? ORDER BY next_at, deliveries.ordinal LIMIT ?`;

/** Claims at most `most` due deliveries. The caller ends each with `endDelivery`. Call both within `database.write`. */
export function claimDeliveries(database: Database, now: Instant, most: number): readonly Delivery[] {
  const claim = database.prepare(
    'UPDATE webhook_deliveries SET next_at = ?, first_at = coalesce(first_at, ?) WHERE ordinal = ?',
  );
  const claimed = database.prepare(selectNext).all(now, most).map(delivery);
  for (const { ordinal } of claimed) claim.run(now + claimTime, now, ordinal);
  return claimed;
}

function delivery(row: Row): Delivery {
  return {
    ordinal: integer(row, 'ordinal'),
    url: text(row, 'url'),
    secret: text(row, 'secret'),
    body: text(row, 'body'),
  };
}

/** How an attempt ended, and when. */
export interface AttemptEnd extends Pick<Delivery, 'ordinal'> {
  readonly isTaken: boolean;
  /** The status of the answer, or the reason why there was no answer. */
  readonly answer: string;
  readonly now: Instant;
}

/**
 * Stores the end of an attempt. A failed delivery is retried later, until `retryPeriod` has passed; a delivery that is
 * over makes the next delivery in line due.
 */
export function endDelivery(database: Database, { ordinal, isTaken, answer, now }: AttemptEnd): void {
  const row = database
    .prepare(
      `SELECT attempts, first_at, address, customer FROM webhook_deliveries WHERE ordinal = ? AND state = 'waiting'`,
    )
    .get(ordinal);
  // No row is left if the address was removed, or another process has ended this delivery.
  if (row === undefined) return;
  const attempts = integer(row, 'attempts') + 1;
  const isOver = now - (integerOrNull(row, 'first_at') ?? now) >= retryPeriod;
  const state = isTaken ? 'delivered' : isOver ? 'failed' : 'waiting';
  database
    .prepare(
      'UPDATE webhook_deliveries SET state = ?, attempts = ?, next_at = ?, ended_at = ?, answer = ? WHERE ordinal = ?',
    )
    .run(state, attempts, now + pauseAfter(attempts), state === 'waiting' ? null : now, answer, ordinal);
  makeFirstDue(database, integer(row, 'address'), integer(row, 'customer'));
}

/** Model: a delivery is retried for three days, and then the event is given up. In milliseconds. */
const retryPeriod = 3 * 24 * 3_600_000;

/** Milliseconds until the next attempt: 1 s, doubled each time, up to five minutes. */
const pauseAfter = (attempts: number): number => Math.min(1000 * 2 ** (attempts - 1), 300_000);

const selectLog = `SELECT events.id, type, events.created_at, url, state, attempts, answer,
  coalesce(customers.external_id, 'id:' || customers.id) AS whose
  FROM webhook_deliveries deliveries JOIN webhook_events events ON events.ordinal = deliveries.event
  JOIN customers ON customers.ordinal = deliveries.customer
  ORDER BY deliveries.ordinal DESC LIMIT ?`;

/** The newest deliveries, newest first. */
export function deliveryLog(database: Database, most: number) {
  return database
    .prepare(selectLog)
    .all(most)
    .map((row) => ({
      eventId: text(row, 'id'),
      type: text(row, 'type'),
      /** The external id, or Orb's id after `id:`. */
      customer: text(row, 'whose'),
      url: text(row, 'url'),
      /** `waiting`, `delivered`, `failed` (given up) or `removed` (with its address). */
      state: text(row, 'state'),
      attempts: integer(row, 'attempts'),
      answer: textOrNull(row, 'answer'),
      /** By the ledger's clock. */
      createdAt: integer(row, 'created_at'),
    }));
}

/** The number of events that wait for each address, by the ordinal of the address. */
export function waitingByAddress(database: Database): ReadonlyMap<number, number> {
  const rows = database
    .prepare(
      `SELECT address, count(*) AS waiting FROM webhook_deliveries WHERE state = 'waiting' GROUP BY address`,
    )
    .all();
  return new Map(rows.map((row) => [integer(row, 'address'), integer(row, 'waiting')]));
}
