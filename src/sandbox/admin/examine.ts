// Examines a database file that may be missing, older or broken, without creating or changing anything.
import type { Stats } from 'node:fs';
import { integer, openDatabase, text } from '../../database/driver.ts';
import { busyTimeout } from '../../database/engine.ts';
import { databaseFault, foreignDatabase, newerVersion, statsOf } from '../../database/fault.ts';
import { sandboxNaming } from '../store/naming.ts';
import { schemaVersion } from '../store/schema.ts';

export interface Examination {
  /** The size on disk, without the write-ahead log. */
  readonly bytes: number;
  readonly version: number;
  /** The version that the next use upgrades the file to. */
  readonly newest: number;
  /** The first fault that SQLite's quick check finds. */
  readonly problem?: string;
}

/** The id of the ledger in a file; `undefined` if the ledger has none yet. Throws as `examineStore` does. */
export async function ledgerIdIn(path: string): Promise<string | undefined> {
  const database = await openDatabase(path, sandboxNaming);
  try {
    // Files of the first versions have no settings table.
    const known = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'settings'").get();
    if (known === undefined) return undefined;
    const row = database.prepare("SELECT value FROM settings WHERE name = 'ledger'").get();
    return row === undefined ? undefined : text(row, 'value');
  } finally {
    database.close();
  }
}

/** `undefined` if there is no file. @throws CreditctlError for a file of a newer version, or that is not a creditctl database */
export async function examineStore(path: string): Promise<Examination | undefined> {
  const state = stateOf(path);
  if (state === undefined) return undefined;
  const database = await openDatabase(path, sandboxNaming);
  try {
    database.exec(`PRAGMA busy_timeout=${busyTimeout}`);
    const number = (sql: string, name: string): number => integer(database.prepare(sql).get() ?? {}, name);
    const version = number('PRAGMA user_version', 'user_version');
    if (version > schemaVersion) throw newerVersion(database, version, schemaVersion);
    if (version === 0 && number('SELECT count(*) AS tables FROM sqlite_master', 'tables') > 0)
      throw foreignDatabase(database);
    const found = text(database.prepare('PRAGMA quick_check(1)').get() ?? {}, 'quick_check');
    const known = { bytes: state.size, version, newest: schemaVersion };
    return found === 'ok' ? known : { ...known, problem: found };
  } finally {
    database.close();
  }
}

function stateOf(path: string): Stats | undefined {
  try {
    return statsOf(path);
  } catch (error) {
    throw databaseFault(error, { path, naming: sandboxNaming });
  }
}
