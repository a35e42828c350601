// Opens the file of a record: creates it on first use, upgrades an older one after a copy, and refuses an unusable one.
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
import { type Disks, networkDiskOf } from '../../platform/network-disk.ts';
import { makeFolder } from '../../platform/whole-file.ts';
import { steps as allSteps, applicationId, type SchemaStep } from './schema.ts';

const recordNaming: Naming = {
  noun: 'record',
  elsewhere: 'name another folder with CREDITCTL_STATE_DIR',
  inFolder: 'move the folder away, or name another one with CREDITCTL_STATE_DIR',
  ifDamaged: 'put a backup in its place',
  unusable: 'refused',
};

/** Milliseconds for which a statement waits for a lock of another process. */
const patience = 5000;

export interface RecordFile {
  readonly file: string;
  /** Whether the record is only read: then a missing file is not created, and nothing is written. */
  readonly isToRead: boolean;
  /** Inserts the first rows, in the transaction that creates the tables. */
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
    const steps = options.steps ?? allSteps;
    prepare(database, fill, steps);
    if (isToRead) database.exec('PRAGMA query_only=ON');
    return refusingNewer(database, steps.length);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A newer creditctl may upgrade the file while this one has it open: from then on, this one writes nothing more. */
const refusingNewer = (database: Database, known: number): Database => ({
  ...database,
  write: (work) =>
    database.write(() => {
      const version = numberOf(database, 'user_version');
      if (version > known) throw newerVersion(database, version, known);
      return work();
    }),
});

const numberOf = (database: Database, pragma: 'application_id' | 'user_version'): number =>
  integer(database.prepare(`PRAGMA ${pragma}`).get() ?? {}, pragma);

/** An empty record in memory, to read if there is no file yet. */
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
    // Opening a pipe would block forever.
    if (stats?.isFile() === false && !stats.isDirectory()) throw noFile({ path: file, naming: recordNaming });
    return stats !== undefined && (stats.isDirectory() || stats.size > 0);
  } catch (error) {
    throw databaseFault(error, { path: file, naming: recordNaming });
  }
}

/** Refuses a network disk, because SQLite's locks are not reliable there. */
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
  // A write of another process between the copy and the upgrade is missing only in the copy.
  if (version > 0) database.prepare('VACUUM INTO ?').run(copyName(database.path, version));
  database.write(() => {
    const found = versionOf(database, steps);
    for (const step of steps.slice(found)) step(database);
    if (found === 0) fill(database);
    database.exec(`PRAGMA application_id=${applicationId}; PRAGMA user_version=${steps.length}`);
  });
}

/** Largest size of the rollback journal between transactions, in bytes. */
const journalMax = 32 * 1024 * 1024;

/**
 * Keeps the rollback journal between transactions: a commit that overwrites its header with zeros is faster than one that
 * truncates the file, because the disk space stays allocated. SQLite flushes the zeroed header to disk.
 */
function keepJournal(database: Database): void {
  database.prepare('PRAGMA journal_mode=PERSIST').get();
  database.prepare(`PRAGMA journal_size_limit=${journalMax}`).get();
}

/** A file name for the copy that no earlier copy has. */
function copyName(file: string, version: number): string {
  for (let count = 1; ; count += 1) {
    const name = `${file}.version-${version}${count === 1 ? '' : `-${count}`}`;
    if (statSync(name, { throwIfNoEntry: false }) === undefined) return name;
  }
}

/** The schema version; 0 without tables. Throws `refused` for another program's database, and for a newer version. */
function versionOf(database: Database, steps: readonly SchemaStep[]): number {
  if (database.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined) return 0;
  const version = numberOf(database, 'user_version');
  if (numberOf(database, 'application_id') !== applicationId || version < 1) throw foreignDatabase(database);
  if (version > steps.length) throw newerVersion(database, version, steps.length);
  return version;
}
