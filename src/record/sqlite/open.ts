// Opens the file of a record: made on first use, completed after a copy if it is older, refused if it is not usable.
import { closeSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Database, integer, openDatabase } from '../../database/driver.ts';
import {
  databaseFault,
  foreignDatabase,
  type Naming,
  newerVersion,
  noFile,
  statsOf,
  unusable,
} from '../../database/fault.ts';
import { makeFolder } from '../../platform/make-folder.ts';
import { type Disks, networkDiskOf } from '../../platform/network-disk.ts';
import { steps as allSteps, applicationId, type SchemaStep } from './schema.ts';

const recordNaming: Naming = {
  noun: 'record',
  elsewhere: 'name another folder with CREDITCTL_STATE_DIR',
  inFolder: 'move the folder away, or name another one with CREDITCTL_STATE_DIR',
  ifDamaged: 'put a backup in its place',
  unusable: 'refused',
};

/** How long a statement waits for another process, in milliseconds. */
const patience = 5000;

export interface RecordFile {
  readonly file: string;
  /** To read: a file that is not there is not made, and nothing is written. */
  readonly isToRead: boolean;
  /** The first rows, in the transaction that makes the tables. */
  readonly fill: (database: Database) => void;
  readonly steps?: readonly SchemaStep[];
  readonly disks?: Disks;
}

/** @throws CreditctlError naming the file and the way out */
export async function openRecordFile(options: RecordFile): Promise<Database> {
  const { file, isToRead, fill } = options;
  const isThere = isRecordThere(file);
  if (!isThere && isToRead) return emptyRecord(options);
  checkDisk(file, options.disks);
  if (!isThere) createFile(file);
  const database = await openDatabase(file, recordNaming);
  try {
    prepare(database, fill, options.steps ?? allSteps);
    if (isToRead) database.exec('PRAGMA query_only=ON');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What is to be read where there is no record yet. */
async function emptyRecord({ fill, steps = allSteps }: RecordFile): Promise<Database> {
  const database = await openDatabase(':memory:', recordNaming);
  for (const step of steps) step(database);
  fill(database);
  database.exec('PRAGMA query_only=ON');
  return database;
}

function isRecordThere(file: string): boolean {
  try {
    const stats = statsOf(file);
    // A pipe would be waited for without an end.
    if (stats?.isFile() === false && !stats.isDirectory()) throw noFile({ path: file, naming: recordNaming });
    return stats !== undefined && (stats.isDirectory() || stats.size > 0);
  } catch (error) {
    throw databaseFault(error, { path: file, naming: recordNaming });
  }
}

/** Locks do not hold on the disk of another machine. */
function checkDisk(file: string, disks: Disks | undefined): void {
  const disk = networkDiskOf(path.dirname(file), disks);
  if (disk === undefined) return;
  throw unusable(
    { path: file, naming: recordNaming },
    `lies on a network disk (${disk}), where locks do not hold. Name a local folder with CREDITCTL_STATE_DIR, or use a team record.`,
  );
}

function createFile(file: string): void {
  try {
    makeFolder(path.dirname(file));
    closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    throw databaseFault(error, { path: file, naming: recordNaming });
  }
}

function prepare(database: Database, fill: RecordFile['fill'], steps: readonly SchemaStep[]): void {
  database.exec(`PRAGMA busy_timeout=${patience}; PRAGMA synchronous=EXTRA; PRAGMA cache_size=-8000`);
  keepJournal(database);
  const version = versionOf(database, steps);
  if (version === steps.length) return;
  // Another process that writes between the copy and the change only makes the copy older.
  if (version > 0) database.prepare('VACUUM INTO ?').run(copyName(database.path, version));
  database.write(() => {
    const found = versionOf(database, steps);
    for (const step of steps.slice(found)) step(database);
    if (found === 0) fill(database);
    database.exec(`PRAGMA application_id=${applicationId}; PRAGMA user_version=${steps.length}`);
  });
}

/** What the file of a transaction keeps on the disk once the transaction is over, in bytes. */
const journalMax = 32 * 1024 * 1024;

/**
 * The file of a transaction stays as it is and is begun again, which costs a commit less than cutting it off: its disk
 * space is there already. SQLite ends a transaction with a zeroed first line, flushed to disk as well.
 */
function keepJournal(database: Database): void {
  database.prepare('PRAGMA journal_mode=PERSIST').get();
  database.prepare(`PRAGMA journal_size_limit=${journalMax}`).get();
}

/** A name that no earlier copy has. */
function copyName(file: string, version: number): string {
  for (let count = 1; ; count += 1) {
    const name = `${file}.version-${version}${count === 1 ? '' : `-${count}`}`;
    if (statSync(name, { throwIfNoEntry: false }) === undefined) return name;
  }
}

/** 0 for a file without tables. Throws `refused` for another program's database, and for a newer version. */
function versionOf(database: Database, steps: readonly SchemaStep[]): number {
  const number = (sql: string, name: string): number => integer(database.prepare(sql).get() ?? {}, name);
  const application = number('PRAGMA application_id', 'application_id');
  const version = number('PRAGMA user_version', 'user_version');
  const isEmpty = number('SELECT count(*) AS tables FROM sqlite_master', 'tables') === 0;
  if (application !== applicationId && !isEmpty) throw foreignDatabase(database);
  if (version > steps.length) throw newerVersion(database, version, steps.length);
  return isEmpty ? 0 : version;
}
