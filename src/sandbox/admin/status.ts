// Reports the size of the embedded ledger, the number of its rows, and the problems in its database.
import { statSync } from 'node:fs';
import { type Database, integer } from '../../database/driver.ts';
import { storeProblems } from '../store/check.ts';

/** The most problems to report: further ones add nothing new. */
const problemsMost = 20;

/** Reads the whole database in one read transaction. */
export function storeStatus(database: Database) {
  const number = (sql: string): number => integer(database.prepare(`${sql} AS number`).get() ?? {}, 'number');
  const count = (table: string): number => number(`SELECT (SELECT count(*) FROM ${table})`);
  return database.read(() => ({
    /** The database file. */
    path: database.path,
    /** The size on disk, the write-ahead log included. */
    bytes: sizeOf(database.path) + sizeOf(`${database.path}-wal`),
    schemaVersion: integer(database.prepare('PRAGMA user_version').get() ?? {}, 'user_version'),
    customers: count('customers WHERE deleted_at IS NULL'),
    ledgers: count('ledgers'),
    blocks: count('blocks'),
    entries: count('entries'),
    /** The first problems in the database, each a sentence. */
    problems: storeProblems(database, problemsMost),
  }));
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
