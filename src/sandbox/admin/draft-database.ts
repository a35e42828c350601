// Writes a database under a temporary name, and puts it in the place of another one, all rows or none.
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Database, text } from '../../database/driver.ts';
import { databaseFault, isConstraint } from '../../database/fault.ts';
import { CreditctlError } from '../../errors.ts';
import { emptyTables } from '../store/erase.ts';
import { openStore, sandboxNaming } from '../store/open.ts';

/** The process that writes a draft, and whether the process of an older draft still runs. */
export interface Processes {
  /** The id of this process. */
  readonly pid: number;
  /** Whether another process of this machine is running. */
  readonly isAlive: (pid: number) => boolean;
}

/** Opens an empty draft beside a database, after removing the drafts of killed processes. Throws a CreditctlError. */
export async function openDraft(path: string, { pid, isAlive }: Processes): Promise<Database> {
  for (const [draft, owner] of draftsBeside(path))
    if (owner === pid || !isAlive(owner)) removeDatabase(draft);
  const { database } = await openStore(`${path}.copy-${pid}`, () => {});
  // An incomplete draft is useless, so the draft is flushed to disk once, at the end.
  database.exec('PRAGMA synchronous=OFF; BEGIN IMMEDIATE');
  return checkingSource(database);
}

/** The same database, except that a row which its tables refuse is reported as a fault of the copied account. */
function checkingSource(database: Database): Database {
  return {
    ...database,
    prepare: (sql) => {
      const statement = database.prepare(sql);
      return {
        ...statement,
        run: (...values) => {
          try {
            return statement.run(...values);
          } catch (error) {
            throw isConstraint(error) ? contradiction(error) : error;
          }
        },
      };
    },
  };
}

function contradiction(cause: unknown): CreditctlError {
  const twice = /^UNIQUE constraint failed: (.+)$/.exec(cause instanceof Error ? cause.message : '')?.[1];
  const what = twice === undefined ? 'hold a value that no ledger may have' : `have the same ${twice} twice`;
  return new CreditctlError('server', `The API's answers ${what}. Nothing was copied`, { cause });
}

function draftsBeside(path: string): readonly (readonly [draft: string, pid: number])[] {
  const folder = dirname(path);
  if (!existsSync(folder)) return [];
  const beginning = `${basename(path)}.copy-`;
  return readdirSync(folder).flatMap((name) => {
    const pid = name.startsWith(beginning) ? /^\d+$/.exec(name.slice(beginning.length))?.[0] : undefined;
    return pid === undefined ? [] : [[join(folder, name), Number(pid)] as const];
  });
}

/** Closes a draft and removes it. */
export function discardDraft(draft: Database): void {
  draft.close();
  removeDatabase(draft.path);
}

function removeDatabase(path: string): void {
  rmSync(path, { force: true });
  removeLogs(path);
}

function removeLogs(path: string): void {
  for (const file of [`${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
}

/**
 * Gives a complete draft its final name. An existing database keeps its file, because other processes may have it open:
 * all its rows are replaced in one transaction. Throws a CreditctlError that names the database.
 */
export async function publishDraft(draft: Database, path: string, isThere: boolean): Promise<void> {
  try {
    // Inserting entries newest first leaves pages half empty. With an existing database the rows are inserted anew anyway.
    if (!isThere) draft.exec('VACUUM');
    draft.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    draft.close();
    if (isThere) await replaceRows(draft.path, path);
    else takeName(draft.path, path);
  } finally {
    removeDatabase(draft.path);
  }
}

function takeName(draft: string, path: string): void {
  try {
    const descriptor = openSync(draft, 'r+');
    fsyncSync(descriptor);
    closeSync(descriptor);
    // Fails if another process has created the file since.
    closeSync(openSync(path, 'wx', 0o600));
    // A log outlives its database if only the database was deleted; SQLite would replay the log into the new file.
    removeLogs(path);
    renameSync(draft, path);
  } catch (error) {
    throw databaseFault(error, { path, naming: sandboxNaming });
  }
}

async function replaceRows(draft: string, path: string): Promise<void> {
  const { database } = await openStore(path, () => {});
  try {
    database.exec(`ATTACH '${draft.replaceAll("'", "''")}' AS draft`);
    database.write(() => {
      for (const table of emptyTables(database)) {
        const columns = database
          .prepare('SELECT name FROM pragma_table_info(?)')
          .all(table)
          .map((row) => `"${text(row, 'name')}"`)
          .join(', ');
        database.exec(
          `INSERT INTO main."${table}" (${columns}) SELECT ${columns} FROM draft."${table}" ORDER BY 1`,
        );
      }
    });
    database.exec('DETACH draft');
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  } finally {
    database.close();
  }
}
