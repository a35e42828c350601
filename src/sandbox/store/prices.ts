// What usage costs: the price of the events of each name, as an operator has set it.
import type { Amount, Instant } from '../../credits/exact.ts';
import { amountIn, type Database, integer, type Row, text, textOrNull } from '../../database/driver.ts';

export interface Price {
  readonly id: string;
  /** The name of the events that are paid for at this price. */
  readonly event: string;
  readonly itemId: string;
  /** What one unit costs. */
  readonly credits: Amount;
  /** The property of an event that says how many units it is; `null` makes every event one unit. */
  readonly property: string | null;
  /** The pricing unit or currency of the ledger that pays. */
  readonly currency: string;
  readonly createdAt: Instant;
}

export interface StoredItem {
  /** Its place among all items, by age. */
  readonly ordinal: number;
  readonly id: string;
  readonly createdAt: Instant;
}

export function priceOf(database: Database, event: string): Price | undefined {
  const row = database.prepare('SELECT * FROM prices WHERE event = ?').get(event);
  return row === undefined ? undefined : price(row);
}

/** By the name of their event. */
export function allPrices(database: Database): readonly Price[] {
  return database.prepare('SELECT * FROM prices ORDER BY event').all().map(price);
}

/** Sets the price of an event. Answers false, and changes nothing, where it has one already. */
export function insertPrice(database: Database, added: Price): boolean {
  return database.write(() => {
    if (priceOf(database, added.event) !== undefined) return false;
    database
      .prepare(
        'INSERT INTO prices (event, id, item, credits, property, currency, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        added.event,
        added.id,
        added.itemId,
        added.credits,
        added.property,
        added.currency,
        added.createdAt,
      );
    return true;
  });
}

/** From now on an event of this name costs nothing. Answers false where it had no price. */
export function deletePrice(database: Database, event: string): boolean {
  return database.write(() => {
    if (priceOf(database, event) === undefined) return false;
    database.prepare('DELETE FROM prices WHERE event = ?').run(event);
    return true;
  });
}

const itemsNewest = `SELECT min(ordinal) AS ordinal, item, min(created_at) AS created_at FROM prices
  GROUP BY item HAVING min(ordinal) < ? ORDER BY min(ordinal) DESC LIMIT ?`;

/** The items that prices are for, newest first. @param before the ordinal where a page ended */
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
