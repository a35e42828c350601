// Turns an error of the database file into a sentence that names the file and the way out.
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

/** How messages name a database and its ways out. */
export interface Naming {
  /** The noun between "The" and the path: `sandbox database`. */
  readonly noun: string;
  /** The way out for a file that cannot be used: `name another file with --db`. */
  readonly elsewhere: string;
  /** The way out if a folder is in the place of the file. */
  readonly inFolder: string;
  /** A further way out for a damaged file, placed before `elsewhere`. */
  readonly ifDamaged: string;
  /** The error kind for a file that is damaged, foreign or newer. */
  readonly unusable: ErrorKind;
}

export const plainNaming: Naming = {
  noun: 'database',
  elsewhere: 'name another file',
  inFolder: 'name a file inside it',
  ifDamaged: 'move it away',
  unusable: 'failure',
};

/** A database file, and how messages name it. */
export interface NamedFile {
  readonly path: string;
  readonly naming: Naming;
}

/** Turns an error of an engine or the file system into a CreditctlError; an error of another kind is returned unchanged. */
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
 * The error of a failed commit: after a failure of the disk itself, whether the write is on disk is not known, and the
 * cause is the error of the disk; after any other failure nothing is written.
 */
export function commitFault(error: unknown): unknown {
  if (!(error instanceof CreditctlError) || resultCode(error.cause) !== code.ioError) return error;
  const message = `${error.message} Whether the write is there is not known`;
  return new CreditctlError('outcome-unknown', message, {
    ...error.facts,
    applied: 'unknown',
    retrySafe: true,
    cause: error,
  });
}

/** @param version the file's version @param known the newest version that this program can read */
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

/** The file at the path is no longer the opened file, so further writes would be lost. */
export const notInPlace = ({ path, naming }: NamedFile): CreditctlError =>
  notApplied(
    'failure',
    `The ${naming.noun} ${path} was deleted or replaced while it was open. Nothing more is written to it.`,
    ['Put the file back, or begin a new one: run the command again'],
  );

/** @param predicate the rest of the sentence after the path, with the way out */
export function unusable({ path, naming }: NamedFile, predicate: string): CreditctlError {
  const sentence = `The ${naming.noun} ${path} ${predicate}`;
  return notApplied(naming.unusable, sentence);
}

/** Whether another process holds the lock, so that a retry may help. */
export function isBusy(error: unknown): boolean {
  const result = resultCode(error);
  return result === code.busy || result === code.locked;
}

/** Whether a constraint of a table refused a row. */
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

/** Bytes: twice what SQLite needs beside a database. With less room SQLite reports a failed disk, not a full one. */
const leastRoom = 65_536;

function isDiskFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < leastRoom;
  } catch {
    return false;
  }
}

/** Asks the file system for the reason, because SQLite only says that it could not open the file. */
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
  // libsql has `rawCode`, node:sqlite `errcode`; libsql's failure to connect has the number only in its text.
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
 * The stats of the file at a path; `undefined` if there is none. Throws the system's error, also if a part of the path
 * is a file: from Node 22 on, `throwIfNoEntry: false` treats that case as a missing file.
 */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
