// What went wrong with the database file, in a sentence that names the file and the way out.
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CreditctlError } from '../../errors.ts';
import { errnoOf, reasonOf } from '../../platform/machine-fault.ts';

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html); extended codes keep them in the low byte. */
const code = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

const elsewhere = 'name another file with --db or CREDITCTL_SANDBOX_DB';

/** A fault of an engine or of the file system as an operator's error; an error of another kind passes through. */
export function databaseFault(error: unknown, path: string): unknown {
  if (error instanceof CreditctlError) return error;
  const sentence = sentenceFor(error, path);
  if (sentence === undefined) return error;
  return new CreditctlError('failure', sentence, { cause: error, applied: 'no', retrySafe: true });
}

/**
 * The same fault, met while a transaction was to be put on the disk: where the disk itself failed, nobody knows what is
 * on it; for any other reason nothing is.
 */
export function commitFault(error: unknown): unknown {
  if (!(error instanceof CreditctlError) || resultCode(error.cause) !== code.ioError) return error;
  const message = `${error.message} Whether the write is there is not known`;
  return new CreditctlError('outcome-unknown', message, { ...error.facts, applied: 'unknown' });
}

/** @param version what the file says; @param known the newest version this program can read */
export function newerVersion(path: string, version: number, known: number): CreditctlError {
  return new CreditctlError(
    'failure',
    `The sandbox database ${path} was written by a newer creditctl (its version is ${version}, this program knows ${known}); update creditctl, or ${elsewhere}.`,
    { applied: 'no', retrySafe: true },
  );
}

export function foreignDatabase(path: string): CreditctlError {
  return new CreditctlError(
    'failure',
    `The database ${path} belongs to another program and is left as it is; ${elsewhere}.`,
    { applied: 'no', retrySafe: true },
  );
}

export function noFile(path: string): CreditctlError {
  return new CreditctlError(
    'failure',
    `The sandbox database ${path} is a pipe, a socket or a device and not a file; ${elsewhere}.`,
    { applied: 'no', retrySafe: true },
  );
}

/** Whether waiting a little may help: another process holds the lock. */
export function isBusy(error: unknown): boolean {
  const result = resultCode(error);
  return result === code.busy || result === code.locked;
}

function sentenceFor(error: unknown, path: string): string | undefined {
  const errno = errnoOf(error);
  if (errno !== undefined) return fileSentence(errno, path);
  switch (resultCode(error)) {
    case code.notADatabase:
    case code.corrupt:
      return `The sandbox database ${path} is damaged or not a database; move it away to start with a new one, or ${elsewhere}.`;
    case code.cannotOpen:
      return fileSentence(reasonNotOpened(path), path);
    case code.readOnly:
      return `The sandbox database ${path} is read-only; make the file and its folder writable (chmod u+w), or ${elsewhere}.`;
    case code.full:
      return `There is no room left for the sandbox database ${path}; free some space on its disk and run the command again.`;
    case code.busy:
    case code.locked:
      return `The sandbox database ${path} is locked by another process for too long; wait for it or stop it, and run the command again.`;
    case code.ioError:
      return `The disk failed while the sandbox database ${path} was read or written; check the disk, its quota and the limit on the size of files, or ${elsewhere}.`;
    default:
      return undefined;
  }
}

function fileSentence(errno: string, path: string): string {
  switch (errno) {
    case 'EMFILE':
      return `The sandbox database ${path} cannot be opened: ${reasonOf(errno)}; raise the limit on open files (ulimit -n 1024).`;
    case 'EISDIR':
      return `The sandbox database ${path} is a folder; name a file inside it with --db or CREDITCTL_SANDBOX_DB.`;
    case 'EACCES':
    case 'EPERM':
      return `There is no permission to open the sandbox database ${path}; check who owns the file and its folder, or ${elsewhere}.`;
    case 'EROFS':
      return `The sandbox database ${path} is on a read-only file system; ${elsewhere}.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `There is no room left for the sandbox database ${path}; free some space on its disk and run the command again.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `The folder of the sandbox database ${path} cannot be made, because a part of it is a file; ${elsewhere}.`;
    default:
      return `The sandbox database ${path} cannot be opened: ${reasonOf(errno)}; ${elsewhere}.`;
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
