// Stores the price of usage by event name, as an operator set it.
import type { Amount, Instant } from '../../credits/exact.ts';
import {
  amountIn,
  type Database,
  insertRow,
  integer,
  type Row,
  text,
  textOrNull,
} from '../../database/driver.ts';

export interface Price {
  readonly id: string;
  /** The name of the events that have this price. */
  readonly event: string;
  readonly itemId: string;
  /** Credits per unit. */
  readonly credits: Amount;
  /** The event property that holds the number of units; `null` counts every event as one unit. */
  readonly property: string | null;
  /** The pricing unit or currency of the ledger that pays. */
  readonly currency: string;
  readonly createdAt: Instant;
}

export interface StoredItem {
  /** The item's position among all items, oldest first. */
  readonly ordinal: number;
  readonly id: string;
  readonly createdAt: Instant;
}

export function priceOf(database: Database, event: string): Price | undefined {
  const row = database.prepare('SELECT * FROM prices WHERE event = ?').get(event);
  return row === undefined ? undefined : price(row);
}

/** All prices, ordered by event name. */
export function allPrices(database: Database): readonly Price[] {
  return database.prepare('SELECT * FROM prices ORDER BY event').all().map(price);
}

/** Sets the price of an event. Returns false, and changes nothing, if the event already has a price. */
export function insertPrice(database: Database, added: Price): boolean {
  return database.write(() => {
    if (priceOf(database, added.event) !== undefined) return false;
    const { itemId, createdAt, ...named } = added;
    insertRow(database, 'prices', { ...named, item: itemId, created_at: createdAt });
    return true;
  });
}

/** Deletes the price of an event, so that the event costs nothing from now on. Returns false if it had no price. */
export function deletePrice(database: Database, event: string): boolean {
  return database.write(() => {
    if (priceOf(database, event) === undefined) return false;
    database.prepare('DELETE FROM prices WHERE event = ?').run(event);
    return true;
  });
}

const itemsNewest = `SELECT min(ordinal) AS ordinal, item, min(created_at) AS created_at FROM prices
  GROUP BY item HAVING min(ordinal) < ? ORDER BY min(ordinal) DESC LIMIT ?`;

/** The items that have prices, newest first. @param before the ordinal where the previous page ended */
export function newestItems(database: Database, before: number, limit: number): readonly StoredItem[] {
  return database.prepare(itemsNewest).all(before, limit).map(item);
}

export function itemById(database: Database, id: string): StoredItem | undefined {
  const row = database
    .prepare(
      'SELECT min(ordinal) AS ordinal, item, min(created_at) AS created_at FROM prices WHERE item = ? GROUP BY item',
    )
    .get(id);
  return row === undefined ? undefined : item(row);
}

const item = (row: Row): StoredItem => ({
  ordinal: integer(row, 'ordinal'),
  id: text(row, 'item'),
  createdAt: integer(row, 'created_at'),
});

function price(row: Row): Price {
  return {
    id: text(row, 'id'),
    event: text(row, 'event'),
    itemId: text(row, 'item'),
    credits: amountIn(row, 'credits'),
    property: textOrNull(row, 'property'),
    currency: text(row, 'currency'),
    createdAt: integer(row, 'created_at'),
  };
}
