// What state the embedded ledger is in: how large it is, what is set on it, and whether it holds together.
import { statSync } from 'node:fs';
import { type Database, integer } from '../../database/driver.ts';
import { storeProblems } from '../store/check.ts';

export interface StoreStatus {
  /** The database file. */
  readonly path: string;
  /** On disk, the write-ahead log included. */
  readonly bytes: number;
  readonly schemaVersion: number;
  readonly customers: number;
  readonly ledgers: number;
  readonly blocks: number;
  readonly entries: number;
  /** What is wrong with it, each a sentence; the first few if there is much. */
  readonly problems: readonly string[];
}

/** Problems beyond so many say nothing new. */
const problemsMost = 20;

/** Reads the whole database, all of it at one moment. */
export function storeStatus(database: Database): StoreStatus {
  const number = (sql: string): number => integer(database.prepare(`${sql} AS number`).get() ?? {}, 'number');
  const count = (table: string): number => number(`SELECT (SELECT count(*) FROM ${table})`);
  return database.read(() => ({
    path: database.path,
    bytes: sizeOf(database.path) + sizeOf(`${database.path}-wal`),
    schemaVersion: integer(database.prepare('PRAGMA user_version').get() ?? {}, 'user_version'),
    customers: count('customers WHERE deleted_at IS NULL'),
    ledgers: count('ledgers'),
    blocks: count('blocks'),
    entries: count('entries'),
    problems: storeProblems(database, problemsMost),
  }));
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
