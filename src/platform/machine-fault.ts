// Explains a failed system call in one sentence: the operation, the file, the reason and what to do.
import { getSystemErrorName } from 'node:util';
import { CreditctlError } from '../errors.ts';

const reasons: Readonly<Record<string, { readonly why: string; readonly next: string }>> = {
  EMFILE: { why: 'too many files are open', next: 'Raise the limit on open files: ulimit -n 1024' },
  ENFILE: {
    why: 'too many files are open on this machine',
    next: 'Close other programs and run the command again',
  },
  EACCES: { why: 'permission denied', next: 'Give yourself access to it' },
  EPERM: { why: 'operation not permitted', next: 'Give yourself access to it' },
  ENOSPC: { why: 'the disk is full', next: 'Free some space and run the command again' },
  EDQUOT: { why: 'the disk quota is used up', next: 'Free some space and run the command again' },
  EROFS: { why: 'the file system is read-only', next: 'Use a folder that you can write to' },
  EIO: { why: 'the disk or the terminal failed', next: 'Check the device and run the command again' },
  ELOOP: { why: 'its symbolic links form a loop', next: 'Fix the links' },
  ENAMETOOLONG: { why: 'the name is too long', next: 'Choose a shorter name' },
  ENOENT: { why: 'it does not exist', next: 'Check the name' },
  ENOTDIR: { why: 'part of its path is not a folder', next: 'Check the name' },
  EISDIR: { why: 'it is a folder', next: 'Name a file' },
  ENOTSUP: { why: 'it is a pipe, a socket or a device and not a file', next: 'Name a file' },
  ENOMEM: { why: 'no memory is left', next: 'Close other programs and run the command again' },
  EAGAIN: {
    why: 'the machine has no resources left',
    next: 'Close other programs and run the command again',
  },
};

/** The errno of an error, such as `EMFILE`; `undefined` if no system call failed. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)) return code;
  // Native libraries give the number only in their text.
  const number = /\(os error (\d{1,4})\)/.exec(error.message)?.[1];
  return number === undefined ? undefined : getSystemErrorName(-Number(number));
}

/** Why a system call failed, such as `too many files are open (EMFILE)`. */
export function reasonOf(errno: string): string {
  const why = reasons[errno]?.why;
  return why === undefined ? errno : `${why} (${errno})`;
}

/**
 * A `failure` for a file that could not be written, with the reason and a way out.
 * @param what a sentence without its end: `The page march.html cannot be written`
 * @param otherwise the way out if another folder can help and the reason has no way out of its own
 */
export function unwrittenFile(what: string, error: unknown, otherwise: string): CreditctlError {
  const errno = errnoOf(error);
  const isElsewhere = errno === undefined || ['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(errno);
  const why = errno === undefined ? (error as Error).message : reasonOf(errno);
  return new CreditctlError('failure', `${what}: ${why}`, {
    applied: 'no',
    cause: error,
    next: [isElsewhere ? otherwise : (reasons[errno]?.next ?? otherwise)],
  });
}

/**
 * A `failure` for an error of a system call; `undefined` for any other error. It says `applied: unknown`, because a write
 * may or may not have taken effect.
 */
export function machineFault(error: unknown): CreditctlError | undefined {
  const errno = errnoOf(error);
  if (errno === undefined) return undefined;
  const { syscall, path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  const what = [syscall, path, dest === undefined ? undefined : `to ${dest}`].filter(Boolean).join(' ');
  // Relative paths start at the current folder, so Node asks for it before anything is done.
  if (syscall === 'uv_cwd')
    return new CreditctlError('failure', `The current folder cannot be used: ${reasonOf(errno)}`, {
      applied: 'no',
      cause: error,
      next: ['Change to a folder that is there: cd'],
    });
  const next = reasons[errno]?.next;
  const sentence = `This machine refused ${what === '' ? 'an operation' : what}: ${reasonOf(errno)}`;
  return new CreditctlError('failure', sentence, {
    applied: 'unknown',
    cause: error,
    ...(next === undefined ? {} : { next: [next] }),
  });
}
