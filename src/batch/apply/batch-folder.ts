// What lies in the folder of a batch: a copy of each plan, which goes on without the file that it began with.
import { closeSync, constants, copyFileSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CreditctlError } from '../../errors.ts';
import type { BatchFolder } from '../../record/batch-folders.ts';
import { openPlan, type Plan } from '../plan/plan-reader.ts';
import { diskFault } from './disk-fault.ts';

/** Where the copy of a plan is kept, so that a batch can go on without the file that it began with. */
export const keptPlan = ({ path: folder }: BatchFolder, sha256: string): string =>
  path.join(folder, `${sha256.slice(0, 16)}.plan`);

/**
 * Keeps a copy of a plan, whole under its name or not at all, and opens it: what is sent is what is kept, whatever
 * becomes of the file. Throws a `refused` error if that was changed since it was read.
 */
export async function keepPlan(
  folder: BatchFolder,
  { file, sha256 }: { readonly file: string; readonly sha256: string },
): Promise<Plan> {
  const kept = keptPlan(folder, sha256);
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
