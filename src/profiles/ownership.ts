// Finds out whether another user could have changed a file that decides where a key or credits go.

import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { shellText } from '../errors.ts';

/** A file or folder that users other than its owner and root could have changed. */
export interface Exposure {
  readonly place: string;
  /** The problem, as the rest of a sentence that begins with the place. */
  readonly found: string;
  /** The command line that removes the problem. */
  readonly remedy: string;
}

const anybody = 0o002;
const groupOrAnybody = 0o022;
const sticky = 0o1000;

/**
 * Why another user could change a file of this user: its mode or owner, or those of its folder. For a link, the target
 * counts. `undefined` if nothing allows a change, if the file does not exist, or on Windows, which has access lists
 * instead of modes.
 */
export function exposureOf(file: string): Exposure | undefined {
  return exposedPlace(file, (state, place) => openTo(groupOrAnybody, state, place) ?? foreign(state, place));
}

/** Why another user could change a folder of this user. */
export function exposureOfFolder(folder: string): Exposure | undefined {
  const state = stateOf(folder);
  if (state === undefined || process.geteuid === undefined) return undefined;
  return openTo(groupOrAnybody, state, folder) ?? foreign(state, folder);
}

/**
 * For a file that a team shares, whose owner and group may be others: only write access for everyone counts, and only
 * where everyone can get there. Under a umask of 000, as in some containers, each new file is open to all.
 */
export function exposureOfShared(file: string): Exposure | undefined {
  return exposedPlace(file, (state, place) => (isOutOfReach(place) ? undefined : openToAll(state, place)));
}

const openToAll: Judge = (state, place) => openTo(anybody, state, place);

/** Whether a folder above the place lets in only its owner, who is this user or root. */
function isOutOfReach(place: string): boolean {
  const folder = path.dirname(realpathSync(place));
  const state = statSync(folder);
  if ((state.mode & 0o011) === 0 && foreign(state, folder) === undefined) return true;
  return folder !== path.dirname(folder) && isOutOfReach(folder);
}

/**
 * For a shared folder and files in it. Owner and group may be others: a container runs as root on a folder of its host,
 * and on many systems each user has a private group that may write the user's files.
 */
export function exposureOfSharedFolder(folder: string, files: readonly string[]): Exposure | undefined {
  const state = stateOf(folder);
  // A device or a file holds no record, and its mode is not to be changed.
  if (state?.isDirectory() !== true || process.geteuid === undefined) return undefined;
  const paths = files.map((name) => path.join(folder, name));
  return (
    openTo(anybody, state, folder) ??
    paths.map((file) => exposedPlace(file, openToAll)).find((found) => found !== undefined)
  );
}

/** The system's facts about a file; `undefined` if the file or its folder does not exist. Throws any other system error. */
export function stateOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Whether other users may read the file; false on Windows. */
export function isReadByOthers(file: string): boolean {
  if (process.geteuid === undefined) return false;
  const state = stateOf(file);
  return state !== undefined && (state.mode & 0o044) !== 0;
}

type Judge = (state: Stats, place: string) => Exposure | undefined;

function exposedPlace(file: string, judge: Judge): Exposure | undefined {
  if (process.geteuid === undefined) return undefined;
  for (const place of placesOf(file)) {
    const found = judge(statSync(place), place);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The file and its folder; for a link, also the folder of its target. None if the file does not exist. */
function placesOf(file: string): readonly string[] {
  if (stateOf(file) === undefined) return [];
  const own = [file, path.dirname(file)];
  return lstatSync(file).isSymbolicLink() ? [...own, path.dirname(realpathSync(file))] : own;
}

function openTo(bits: number, state: Stats, place: string): Exposure | undefined {
  // In a sticky folder such as /tmp no user can replace the file of another.
  if ((state.mode & bits) === 0 || (state.isDirectory() && (state.mode & sticky) !== 0)) return undefined;
  const who = bits === anybody ? 'o' : 'go';
  return { place, found: 'can be written by others', remedy: `chmod ${who}-w ${shellText([place])}` };
}

function foreign({ uid }: Stats, place: string): Exposure | undefined {
  const user = process.geteuid?.();
  if (uid === user || uid === 0) return undefined;
  return { place, found: 'belongs to another user', remedy: `chown ${user} ${shellText([place])}` };
}
