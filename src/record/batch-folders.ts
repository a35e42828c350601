// Where a batch is kept: a folder for each, below one for the place that it is applied to.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Place } from '../profiles/place.ts';
import { pathsOf } from './chained-file.ts';

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
