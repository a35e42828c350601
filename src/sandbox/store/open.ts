// Opens the database file, and creates or upgrades its tables, even while several processes open the file at once.
import { closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Database, integer, openDatabase } from '../../database/driver.ts';
import { busyTimeout } from '../../database/engine.ts';
import {
  databaseFault,
  foreignDatabase,
  isBusy,
  type Naming,
  newerVersion,
  noFile,
  statsOf,
} from '../../database/fault.ts';
import { CreditctlError } from '../../errors.ts';
import { makeFolder } from '../../platform/whole-file.ts';
import { schemaVersion, upgrade } from './schema.ts';

/** Names the embedded ledger's database in error messages about its file. */
export const sandboxNaming: Naming = {
  noun: 'sandbox database',
  elsewhere: 'name another file with --db or CREDITCTL_SANDBOX_DB',
  inFolder: 'name a file inside it with --db or CREDITCTL_SANDBOX_DB',
  ifDamaged: 'move it away to start with a new one',
  unusable: 'failure',
};

/**
 * Opens the store at `path`; creates the folder (0700), the file (0600) and the tables if missing, and upgrades older tables.
 * `created`: this call, and no other process, created the tables.
 * @param fill adds the first rows, in the transaction that creates the tables
 * @throws CreditctlError naming the file and the way out
 */
export async function openStore(path: string, fill: (database: Database) => void) {
  createFile(path);
  const database = await openDatabase(path, sandboxNaming);
  try {
    database.exec(`PRAGMA busy_timeout=${busyTimeout}; PRAGMA synchronous=FULL`);
    const version = versionOf(database);
    if (version !== 0 && version < schemaVersion) migrate(database);
    return { database, created: version === 0 && createTables(database, fill) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** How long a read waits for the lock of another process, in milliseconds. */
const readTimeout = 200;

/**
 * Opens a store for reading only: creates, upgrades and writes nothing, and waits at most `readTimeout` for a lock.
 * `undefined` if there is no store of this version. @throws whatever the engine throws
 */
export async function openForReading(path: string): Promise<Database | undefined> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.size === 0 || !stats.isFile()) return undefined;
  const database = await openDatabase(path, sandboxNaming);
  try {
    database.exec(`PRAGMA busy_timeout=${readTimeout}; PRAGMA query_only=ON`);
    if (versionOf(database) === schemaVersion) return database;
    database.close();
    return undefined;
  } catch (error) {
    database.close();
    throw error;
  }
}

function createFile(path: string): void {
  try {
    // An existing file is not opened here: closing it would release the locks of another connection in this process.
    const stats = statsOf(path);
    // Opening a pipe would wait for a writer that may never come.
    if (stats?.isFile() === false && !stats.isDirectory()) throw noFile({ path, naming: sandboxNaming });
    if (stats !== undefined) return;
    makeFolder(dirname(path));
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw databaseFault(error, { path, naming: sandboxNaming });
  }
}

/** The schema version of a file; 0 without tables. @throws CreditctlError for a newer version */
export function versionOf(database: Database): number {
  const version = integer(database.prepare('PRAGMA user_version').get() ?? {}, 'user_version');
  if (version > schemaVersion) throw newerVersion(database, version, schemaVersion);
  return version;
}

function createTables(database: Database, fill: (database: Database) => void): boolean {
  retryWhileLocked(() => database.prepare('PRAGMA journal_mode=WAL').get());
  return database.write(() => {
    if (versionOf(database) !== 0) return false;
    refuseForeign(database);
    upgrade(database, 0);
    fill(database);
    return true;
  });
}

/** @throws CreditctlError for a file of version 0 that has tables, which are another program's */
export function refuseForeign(database: Database): void {
  const row = database.prepare('SELECT count(*) AS tables FROM sqlite_master').get() ?? {};
  if (integer(row, 'tables') > 0) throw foreignDatabase(database);
}

/** Upgrades an older file in one transaction; of several processes only the first upgrades the file. */
function migrate(database: Database): void {
  database.write(() => {
    const version = versionOf(database);
    if (version < schemaVersion) upgrade(database, version);
  });
}

/** Retries while the database is locked, because the busy timeout of SQLite does not cover a change of the journal mode. */
function retryWhileLocked(action: () => void): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += 20) {
    try {
      action();
      return;
    } catch (error) {
      const cause = error instanceof CreditctlError ? error.facts.cause : error;
      if (!isBusy(cause) || waited >= busyTimeout) throw error;
      Atomics.wait(pause, 0, 0, 20);
    }
  }
}
