// Examines a database file that may be missing, older or broken, without creating or changing anything.
import type { Stats } from 'node:fs';
import { openDatabase, text } from '../../database/driver.ts';
import { busyTimeout } from '../../database/engine.ts';
import { databaseFault, statsOf } from '../../database/fault.ts';
import { refuseForeign, sandboxNaming, versionOf } from '../store/open.ts';
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
    const version = versionOf(database);
    if (version === 0) refuseForeign(database);
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
