// Reports the size of the embedded ledger, the number of its rows, and the problems in its database.
import { statSync } from 'node:fs';
import { type Database, integer } from '../../database/driver.ts';
import { storeProblems } from '../store/check.ts';

export interface StoreStatus {
  /** The database file. */
  readonly path: string;
  /** The size on disk, the write-ahead log included. */
  readonly bytes: number;
  readonly schemaVersion: number;
  readonly customers: number;
  readonly ledgers: number;
  readonly blocks: number;
  readonly entries: number;
  /** The first problems in the database, each a sentence. */
  readonly problems: readonly string[];
}

/** The most problems to report: further ones add nothing new. */
const problemsMost = 20;

/** Reads the whole database in one read transaction. */
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
