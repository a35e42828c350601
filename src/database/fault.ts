// What went wrong with the database file, in a sentence that names the file and the way out.
import { accessSync, constants, type Stats, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CreditctlError, type ErrorKind, notApplied } from '../errors.ts';
import { errnoOf, reasonOf } from '../platform/machine-fault.ts';

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html); extended codes keep them in the low byte. */
const code = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  constraint: 19,
  notADatabase: 26,
} as const;

/** What a database is to the people who read about it. */
export interface Naming {
  /** `sandbox database`: stands between "The" and the path. */
  readonly noun: string;
  /** The way out for a file that cannot be used: `name another file with --db`. */
  readonly elsewhere: string;
  /** The way out for a folder in the place of the file. */
  readonly inFolder: string;
  /** What may be done about a damaged file besides, before `elsewhere`. */
  readonly ifDamaged: string;
  /** The kind of failure that a file is which is damaged, foreign or newer. */
  readonly unusable: ErrorKind;
}

export const plainNaming: Naming = {
  noun: 'database',
  elsewhere: 'name another file',
  inFolder: 'name a file inside it',
  ifDamaged: 'move it away',
  unusable: 'failure',
};

/** A database file with its name for people. */
export interface NamedFile {
  readonly path: string;
  readonly naming: Naming;
}

/** A fault of an engine or of the file system as an operator's error; an error of another kind passes through. */
export function databaseFault(error: unknown, file: NamedFile): unknown {
  if (error instanceof CreditctlError) return error;
  const sentence = sentenceFor(error, file);
  if (sentence === undefined) return error;
  const result = resultCode(error);
  const isUnusable = result === code.notADatabase || result === code.corrupt;
  const kind = isUnusable ? file.naming.unusable : 'failure';
  return new CreditctlError(kind, sentence, { cause: error, applied: 'no' });
}

/**
 * The same fault, met while a transaction was to be put on the disk: where the disk itself failed, it is not known what is
 * on it; for any other reason nothing is.
 */
export function commitFault(error: unknown): unknown {
  if (!(error instanceof CreditctlError) || resultCode(error.cause) !== code.ioError) return error;
  const message = `${error.message} Whether the write is there is not known`;
  return new CreditctlError('outcome-unknown', message, {
    ...error.facts,
    applied: 'unknown',
    retrySafe: true,
  });
}

/** @param version what the file says; @param known the newest version this program can read */
export function newerVersion(file: NamedFile, version: number, known: number): CreditctlError {
  return unusable(
    file,
    `was written by a newer creditctl (its version is ${version}, this program knows ${known}). Update creditctl, or ${file.naming.elsewhere}.`,
  );
}

export const foreignDatabase = (file: NamedFile): CreditctlError =>
  unusable(file, `belongs to another program and is left as it is. ${capitalised(file.naming.elsewhere)}.`);

export const noFile = (file: NamedFile): CreditctlError =>
  unusable(file, `is a pipe, a socket or a device and not a file. ${capitalised(file.naming.elsewhere)}.`);

/** The file that was opened is no longer the one at its path: what is written to it would be lost. */
export const notInPlace = ({ path, naming }: NamedFile): CreditctlError =>
  notApplied(
    'failure',
    `The ${naming.noun} ${path} was deleted or replaced while it was open. Nothing more is written to it.`,
    ['Put the file back, or begin a new one: run the command again'],
  );

/** @param predicate what is said of the file, with the way out */
export function unusable({ path, naming }: NamedFile, predicate: string): CreditctlError {
  const sentence = `The ${naming.noun} ${path} ${predicate}`;
  return new CreditctlError(naming.unusable, sentence, { applied: 'no' });
}

/** Whether waiting a little may help: another process holds the lock. */
export function isBusy(error: unknown): boolean {
  const result = resultCode(error);
  return result === code.busy || result === code.locked;
}

/** Whether a table refused a row: it holds such a value already, or may not hold it. */
export const isConstraint = (error: unknown): boolean => resultCode(error) === code.constraint;

function sentenceFor(error: unknown, file: NamedFile): string | undefined {
  const { path, naming } = file;
  const the = `The ${naming.noun} ${path}`;
  const errno = errnoOf(error);
  if (errno !== undefined) return fileSentence(errno, file);
  switch (resultCode(error)) {
    case code.notADatabase:
    case code.corrupt:
      return `${the} is damaged or not a database. ${capitalised(naming.ifDamaged)}, or ${naming.elsewhere}.`;
    case code.cannotOpen:
      return fileSentence(reasonNotOpened(path), file);
    case code.readOnly:
      return `${the} is read-only. Make the file and its folder writable (chmod u+w), or ${naming.elsewhere}.`;
    case code.full:
      return fileSentence('ENOSPC', file);
    case code.busy:
    case code.locked:
      return `${the} has been locked by another process for too long. Wait for it or stop it, and run the command again.`;
    case code.ioError:
      if (isDiskFull(path)) return fileSentence('ENOSPC', file);
      return `The disk failed while the ${naming.noun} ${path} was read or written. Check the disk, its quota and the limit on the size of files, or ${naming.elsewhere}.`;
    default:
      return undefined;
  }
}

function fileSentence(errno: string, { path, naming }: NamedFile): string {
  const { elsewhere } = naming;
  const the = `The ${naming.noun} ${path}`;
  switch (errno) {
    case 'EMFILE':
      return `${the} cannot be opened: ${reasonOf(errno)}. Raise the limit on open files (ulimit -n 1024).`;
    case 'EISDIR':
      return `${the} is a folder. ${capitalised(naming.inFolder)}.`;
    case 'EACCES':
    case 'EPERM':
      return `There is no permission to open the ${naming.noun} ${path}. Check who owns the file and its folder, or ${elsewhere}.`;
    case 'EROFS':
      return `${the} is on a read-only file system. ${capitalised(elsewhere)}.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `There is no room left for the ${naming.noun} ${path}. Free some space on its disk and run the command again.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `The folder of the ${naming.noun} ${path} cannot be made, because a part of it is a file. ${capitalised(elsewhere)}.`;
    default:
      return `${the} cannot be opened: ${reasonOf(errno)}. ${capitalised(elsewhere)}.`;
  }
}

/** Bytes: twice what SQLite needs at once beside a database. A disk without room for that is a failed one to it. */
const leastRoom = 65_536;

function isDiskFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < leastRoom;
  } catch {
    return false;
  }
}

/** SQLite only says that it could not open the file; the file system knows why. */
function reasonNotOpened(path: string): string {
  try {
    if (statSync(path).isDirectory()) return 'EISDIR';
    accessSync(path, constants.R_OK | constants.W_OK);
    accessSync(dirname(path), constants.R_OK | constants.W_OK | constants.X_OK);
    return 'SQLITE_CANTOPEN';
  } catch (error) {
    const errno = property(error, 'code');
    return typeof errno === 'string' ? errno : 'SQLITE_CANTOPEN';
  }
}

function resultCode(error: unknown): number | undefined {
  // libsql says `rawCode`, node:sqlite `errcode`; libsql's failure to connect has the number only in its text.
  const named = property(error, 'rawCode') ?? property(error, 'errcode');
  if (typeof named === 'number') return named & 0xff;
  const unnamed = error instanceof Error ? /^ConnectionFailed\(.*: (\d+)"\)$/.exec(error.message) : null;
  return unnamed === null ? undefined : Number(unnamed[1]) & 0xff;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

const capitalised = (way: string): string => way.charAt(0).toUpperCase() + way.slice(1);

/**
 * What stands at a path; `undefined` where nothing does. Throws the system's error, also where a part of the path is a
 * file: from Node 22 on, `throwIfNoEntry: false` takes that for a file that is missing.
 */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
