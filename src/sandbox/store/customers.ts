// Customers in the store: by either id, and newest first.
import type { Instant } from '../../credits/instant.ts';
import type { Database, Row } from './driver.ts';
import { integer, text, textOrNull } from './row.ts';
import { rowsAfter } from './rows-after.ts';
import { isWithin, type TimeRange, timeBounds } from './time-range.ts';

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
  /** What else the API tells of a customer; the store only keeps it. */
  readonly details: string;
}

export interface StoredCustomer extends NewCustomer {
  readonly ordinal: number;
}

const columns = 'ordinal, id, external_id, name, email, timezone, currency, created_at, details';

/** The external id must be free; see `customerByExternalId`. */
export function insertCustomer(database: Database, customer: NewCustomer): StoredCustomer {
  const ordinal = database
    .prepare(
      'INSERT INTO customers (id, external_id, name, email, timezone, currency, created_at, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      customer.id,
      customer.externalId,
      customer.name,
      customer.email,
      customer.timezone,
      customer.currency,
      customer.createdAt,
      customer.details,
    );
  return { ...customer, ordinal };
}

export function customerById(database: Database, id: string): StoredCustomer | undefined {
  return customer(database.prepare(`SELECT ${columns} FROM customers WHERE id = ?`).get(id));
}

export function customerByExternalId(database: Database, externalId: string): StoredCustomer | undefined {
  return customer(database.prepare(`SELECT ${columns} FROM customers WHERE external_id = ?`).get(externalId));
}

/** Where a page of customers starts: after this customer, older ones following. */
export interface CustomerPlace {
  readonly createdAt: Instant;
  readonly ordinal: number;
}

/** Customers newest first. @param limit how many at most */
export function newestCustomers(
  database: Database,
  filter: { readonly after: CustomerPlace | null; readonly created: TimeRange },
  limit: number,
): readonly StoredCustomer[] {
  const { from, until } = timeBounds(filter.created);
  const place = filter.after ?? { createdAt: Number.MAX_SAFE_INTEGER, ordinal: Number.MAX_SAFE_INTEGER };
  const rows = rowsAfter(
    limit,
    // A cursor may come back with another range than it was made for.
    (most) =>
      isWithin(filter.created, place.createdAt)
        ? database.prepare(customersTied).all(place.createdAt, place.ordinal, most)
        : [],
    (most) => database.prepare(customersBeyond).all(from, Math.min(until, place.createdAt - 1), most),
  );
  return rows.flatMap((row) => customer(row) ?? []);
}

export const customersTied = `SELECT ${columns} FROM customers
  WHERE created_at = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?`;
export const customersBeyond = `SELECT ${columns} FROM customers
  WHERE created_at >= ? AND created_at <= ? ORDER BY created_at DESC, ordinal DESC LIMIT ?`;

function customer(row: Row | undefined): StoredCustomer | undefined {
  if (row === undefined) return undefined;
  return {
    ordinal: integer(row, 'ordinal'),
    id: text(row, 'id'),
    externalId: textOrNull(row, 'external_id'),
    name: text(row, 'name'),
    email: text(row, 'email'),
    timezone: text(row, 'timezone'),
    currency: textOrNull(row, 'currency'),
    createdAt: integer(row, 'created_at'),
    details: text(row, 'details'),
  };
}
