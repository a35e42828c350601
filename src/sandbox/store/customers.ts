// Stores customers, and finds undeleted customers by either id, by hierarchy, or newest first.
import { type Amount, type Instant, zero } from '../../credits/exact.ts';
import {
  amountIn,
  type Database,
  insertRow,
  integer,
  integerOrNull,
  type Row,
  text,
  textOrNull,
} from '../../database/driver.ts';
import { latestRows, type PageFilter } from './pages.ts';

export interface NewCustomer {
  readonly id: string;
  readonly externalId: string | null;
  readonly name: string;
  readonly email: string;
  /** IANA zone. */
  readonly timezone: string;
  /** ISO 4217. */
  readonly currency: string | null;
  readonly createdAt: Instant;
  /** The customer's other fields in the API, as JSON. */
  readonly details: string;
}

export interface StoredCustomer extends NewCustomer {
  readonly ordinal: number;
  /** Money with the account, in the customer's currency; negative if the customer owes it. Independent of credits. */
  readonly balance: Amount;
  /** The ordinal of the parent customer in the hierarchy. */
  readonly parent: number | null;
}

const columns =
  'ordinal, id, external_id, name, email, timezone, currency, created_at, details, parent, balance';

/**
 * Inserts a customer. The external id must be free; see `customerByExternalId`.
 * @param place the customer's position in the order of creation; `null` is last
 */
export function insertCustomer(
  database: Database,
  customer: NewCustomer,
  place: number | null = null,
): StoredCustomer {
  const { id, name, email, timezone, currency, details } = customer;
  const ordinal = insertRow(database, 'customers', {
    ...{ ordinal: place, id, name, email, timezone, currency, details },
    external_id: customer.externalId,
    created_at: customer.createdAt,
  });
  return { ...customer, ordinal, parent: null, balance: zero };
}

export function customerById(database: Database, id: string): StoredCustomer | undefined {
  const row = database
    .prepare(`SELECT ${columns} FROM customers WHERE id = ? AND deleted_at IS NULL`)
    .get(id);
  return customer(row);
}

export function customerByOrdinal(database: Database, ordinal: number): StoredCustomer | undefined {
  const row = database
    .prepare(`SELECT ${columns} FROM customers WHERE ordinal = ? AND deleted_at IS NULL`)
    .get(ordinal);
  return customer(row);
}

export function customerByExternalId(database: Database, externalId: string): StoredCustomer | undefined {
  return customer(database.prepare(`SELECT ${columns} FROM customers WHERE external_id = ?`).get(externalId));
}

/** Whether the customer with that id was deleted. */
export function isDeletedCustomer(database: Database, id: string): boolean {
  const row = database.prepare('SELECT 1 FROM customers WHERE id = ? AND deleted_at IS NOT NULL').get(id);
  return row !== undefined;
}

/** Writes the fields of a customer that can change; the zone and the creation time never change. */
export function updateCustomer(database: Database, customer: StoredCustomer): void {
  database
    .prepare(
      'UPDATE customers SET external_id = ?, name = ?, email = ?, currency = ?, details = ?, parent = ? WHERE ordinal = ?',
    )
    .run(
      customer.externalId,
      customer.name,
      customer.email,
      customer.currency,
      customer.details,
      customer.parent,
      customer.ordinal,
    );
}

export const selectChildren = `SELECT ${columns} FROM customers WHERE parent = ? ORDER BY ordinal`;

/** The children of a customer in the hierarchy, oldest first. */
export function childrenOf(database: Database, ordinal: number): readonly StoredCustomer[] {
  return database
    .prepare(selectChildren)
    .all(ordinal)
    .flatMap((row) => customer(row) ?? []);
}

/** Hides a customer from every look-up, ends the top-ups, and frees the external id and the hierarchy; the rows stay. */
export function deleteCustomer(database: Database, ordinal: number, now: Instant): void {
  database
    .prepare('UPDATE top_ups SET ended_at = ? WHERE customer = ? AND ended_at IS NULL')
    .run(now, ordinal);
  database.prepare('UPDATE customers SET parent = NULL WHERE parent = ?').run(ordinal);
  database
    .prepare('UPDATE customers SET deleted_at = ?, external_id = NULL, parent = NULL WHERE ordinal = ?')
    .run(now, ordinal);
}

/** Customers newest first. */
export function newestCustomers(database: Database, filter: PageFilter): readonly StoredCustomer[] {
  const list = { tied: customersTied, beyond: customersBeyond };
  return latestRows(database, list, filter).flatMap((row) => customer(row) ?? []);
}

export const customersTied = `SELECT ${columns} FROM customers
  WHERE deleted_at IS NULL AND created_at = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?`;
export const customersBeyond = `SELECT ${columns} FROM customers
  WHERE deleted_at IS NULL AND created_at >= ? AND created_at <= ? ORDER BY created_at DESC, ordinal DESC LIMIT ?`;

function customer(row: Row | undefined): StoredCustomer | undefined {
  if (row === undefined) return undefined;
  return {
    ordinal: integer(row, 'ordinal'),
    balance: amountIn(row, 'balance'),
    id: text(row, 'id'),
    externalId: textOrNull(row, 'external_id'),
    name: text(row, 'name'),
    email: text(row, 'email'),
    timezone: text(row, 'timezone'),
    currency: textOrNull(row, 'currency'),
    createdAt: integer(row, 'created_at'),
    details: text(row, 'details'),
    parent: integerOrNull(row, 'parent'),
  };
}
