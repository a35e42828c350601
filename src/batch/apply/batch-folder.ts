// The folder of a batch: a copy of each plan that was applied, and the errors of a disk that cannot be used.

import { closeSync, constants, copyFileSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CreditctlError, type ErrorFacts } from '../../errors.ts';
import type { BatchFolder } from '../../record/batch-folders.ts';
import { openPlan, type Plan } from '../plan/plan-reader.ts';

/** Where the copy of a plan is kept, so that a batch can go on without the file that it began with. */
export const planCopyPath = ({ path: folder }: BatchFolder, sha256: string): string =>
  path.join(folder, `${sha256.slice(0, 16)}.plan`);

/**
 * Keeps a copy of a plan, whole under its name or not at all, and opens it: what is sent is what is kept, whatever
 * becomes of the file. Throws a `refused` error if that was changed since it was read.
 */
export async function copyPlan(
  folder: BatchFolder,
  { file, sha256 }: { readonly file: string; readonly sha256: string },
): Promise<Plan> {
  const kept = planCopyPath(folder, sha256);
  const part = `${kept}.part`;
  try {
    inFolder(folder, 'written', () => {
      rmSync(part, { force: true });
      // A file system that can shares the bytes.
      copyFileSync(file, part, constants.COPYFILE_FICLONE);
      flush(part);
    });
    const plan = await openPlan(part).catch(() => undefined);
    if (plan?.end.sha256 !== sha256) {
      await plan?.close();
      throw new CreditctlError('refused', `The plan ${file} was changed meanwhile; nothing was written`, {
        applied: 'no',
        retrySafe: true,
        next: ['Look at the plan again, and apply it then'],
      });
    }
    inFolder(folder, 'written', () => renameSync(part, kept));
    return plan;
  } finally {
    rmSync(part, { force: true });
  }
}

/** The journal, which is flushed, must never name a plan that is not on the disk yet. */
function flush(file: string): void {
  const descriptor = openSync(file, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Before anything is sent: throws a `failure` that names the folder if what it is for cannot be done. */
export function inFolder<Result>(
  { path: folder }: BatchFolder,
  what: 'read' | 'written',
  act: () => Result,
): Result {
  try {
    return act();
  } catch (error) {
    throw diskFault(`The folder of the batch, ${folder}, cannot be ${what}`, error, { applied: 'no' });
  }
}

/**
 * A `failure`, which is about this machine and not about the API.
 * @param what a sentence without its end: `The journal of the batch cannot be written`
 * @param error what the system said, or an error that was made of it
 */
export function diskFault(what: string, error: unknown, facts: ErrorFacts = {}): CreditctlError {
  const cause = error instanceof CreditctlError && error.cause !== undefined ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  return new CreditctlError('failure', `${what} (${code ?? message})`, {
    retrySafe: true,
    cause: error,
    next: ['Make room or give yourself access to it, or name another folder in CREDITCTL_STATE_DIR'],
    ...facts,
  });
}

export const journalFault = (error: unknown, facts?: ErrorFacts): CreditctlError =>
  diskFault('The journal of the batch cannot be written', error, facts);

/** The way out is that of the run, which knows the name of its batch. @param base the files begin with this path */
export const resultsFault = (error: unknown, base: string): CreditctlError =>
  diskFault(`The files of the outcomes cannot be written beside ${base}`, error, { next: [] });
