// Where a batch is kept: a folder for each, below one for the place that it is applied to.
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import { openPlan, type Plan } from '../batch/plan-reader.ts';
import { CreditctlError } from '../errors.ts';
import { pathsOf } from '../submission/chained-file.ts';
import type { Place } from '../submission/journal.ts';
import { diskFault } from './disk-fault.ts';

export interface BatchFolder {
  readonly id: string;
  readonly path: string;
  /** The journal of the batch. */
  readonly journal: string;
  /** Held by whoever applies it. */
  readonly lock: string;
}

/**
 * One batch has one journal at each place: the same file applied to another ledger is another matter. Throws a RangeError
 * for a name that is a path: whoever takes a name from outside has checked it before.
 */
export function batchFolder(state: string, place: Place, id: string): BatchFolder {
  if (id.startsWith('.') || path.basename(id) !== id) throw new RangeError(`not the name of a folder: ${id}`);
  return folderAt(path.join(placeFolder(state, place), id), id);
}

const folderAt = (folder: string, id: string): BatchFolder => ({
  id,
  path: folder,
  journal: path.join(folder, 'journal.ndjson'),
  lock: path.join(folder, 'apply.lock'),
});

function placeFolder(state: string, { profile, host }: Place): string {
  const mark = createHash('sha256').update(host).digest('hex').slice(0, 8);
  return path.join(state, 'batches', `${profile}-${mark}`);
}

/** The batches of a place that were begun, in no order. */
export function batchesOf(state: string, place: Place): readonly BatchFolder[] {
  return namesIn(placeFolder(state, place))
    .map((id) => batchFolder(state, place, id))
    .filter(({ journal }) => existsSync(journal));
}

/** Every batch of a profile, whatever the place, of whose journal anything is left. */
export function batchesOfProfile(state: string, profile: string): readonly BatchFolder[] {
  const all = path.join(state, 'batches');
  return namesIn(all)
    .filter((place) => place.startsWith(`${profile}-`) && placeMark.test(place.slice(profile.length)))
    .flatMap((place) => namesIn(path.join(all, place)).map((id) => folderAt(path.join(all, place, id), id)))
    .filter(({ journal }) => existsSync(journal) || existsSync(pathsOf(journal).head));
}

/** The profiles that have any such batch, in no order. */
export function profilesWithBatches(state: string): readonly string[] {
  const profiles = namesIn(path.join(state, 'batches')).map((place) => place.replace(/-[0-9a-f]{8}$/, ''));
  return [...new Set(profiles)].filter((profile) => batchesOfProfile(state, profile).length > 0);
}

const placeMark = /^-[0-9a-f]{8}$/;

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

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
