// Stores alerts, and finds undeleted alerts by id or by customer.
import type { Amount, Instant } from '../../credits/exact.ts';
import { type Database, insertRow, integer, type Row, text } from '../../database/driver.ts';
import type { AlertType, Watch } from '../ledger/alert.ts';
import { latestRows, type PageFilter } from './pages.ts';

export interface NewAlert extends Watch {
  readonly id: string;
  /** The ordinal of the customer whose balance the alert watches. */
  readonly customer: number;
  readonly currency: string;
  readonly createdAt: Instant;
}

export interface StoredAlert extends NewAlert {
  readonly ordinal: number;
}

const columns = 'ordinal, id, customer, currency, type, thresholds, enabled, created_at';

/** Adds an alert. The customer must have no other alert of this type in this currency: check with `hasAlert`. */
export function insertAlert(database: Database, alert: NewAlert): StoredAlert {
  const { thresholds, enabled, createdAt, ...named } = alert;
  const ordinal = insertRow(database, 'alerts', {
    ...named,
    thresholds: JSON.stringify(thresholds),
    enabled: Number(enabled),
    created_at: createdAt,
  });
  return { ...alert, ordinal };
}

export const selectKind =
  'SELECT 1 FROM alerts WHERE customer = ? AND currency = ? AND type = ? AND deleted_at IS NULL';

export function hasAlert(
  database: Database,
  { customer, currency, type }: Pick<NewAlert, 'customer' | 'currency' | 'type'>,
): boolean {
  return database.prepare(selectKind).get(customer, currency, type) !== undefined;
}

/** Writes the fields of an alert that can change. */
export function updateAlert(database: Database, { ordinal, thresholds, enabled }: StoredAlert): void {
  database
    .prepare('UPDATE alerts SET thresholds = ?, enabled = ? WHERE ordinal = ?')
    .run(JSON.stringify(thresholds), enabled ? 1 : 0, ordinal);
}

export function deleteAlert(database: Database, ordinal: number, now: Instant): void {
  database.prepare('UPDATE alerts SET deleted_at = ? WHERE ordinal = ?').run(now, ordinal);
}

export function alertById(database: Database, id: string): StoredAlert | undefined {
  const row = database.prepare(`SELECT ${columns} FROM alerts WHERE id = ? AND deleted_at IS NULL`).get(id);
  return row === undefined ? undefined : storedAlert(row);
}

/** The alerts on a customer's balance in a currency, the oldest first. */
export function alertsOnBalance(
  database: Database,
  customer: number,
  currency: string,
): readonly StoredAlert[] {
  const sql = `SELECT ${columns} FROM alerts WHERE customer = ? AND currency = ? AND deleted_at IS NULL ORDER BY ordinal`;
  return database.prepare(sql).all(customer, currency).map(storedAlert);
}

const ofCustomer = `SELECT ${columns} FROM alerts INDEXED BY alerts_newest WHERE deleted_at IS NULL AND customer = ?`;
export const alertsTied = `${ofCustomer} AND created_at = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?`;
export const alertsBeyond = `${ofCustomer} AND created_at >= ? AND created_at <= ?
  ORDER BY created_at DESC, ordinal DESC LIMIT ?`;

/** A customer's alerts, newest first. */
export function newestAlerts(
  database: Database,
  customer: number,
  filter: PageFilter,
): readonly StoredAlert[] {
  const list = { tied: alertsTied, beyond: alertsBeyond, of: [customer] };
  return latestRows(database, list, filter).map(storedAlert);
}

function storedAlert(row: Row): StoredAlert {
  return {
    ordinal: integer(row, 'ordinal'),
    id: text(row, 'id'),
    customer: integer(row, 'customer'),
    currency: text(row, 'currency'),
    type: text(row, 'type') as AlertType,
    thresholds: JSON.parse(text(row, 'thresholds')) as readonly Amount[],
    enabled: integer(row, 'enabled') === 1,
    createdAt: integer(row, 'created_at'),
  };
}
