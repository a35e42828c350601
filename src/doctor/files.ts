// Checks whether the configuration, the key file and the state folder are valid, private and have free space.

import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { counted } from '../credits/exact.ts';
import { shellText } from '../errors.ts';
import {
  configPath,
  credentialsPath,
  keptProfiles,
  readConfig,
  readKeptKey,
} from '../profiles/config-file.ts';
import {
  type Exposure,
  exposureOf,
  exposureOfFolder,
  exposureOfShared,
  isReadByOthers,
  stateOf,
} from '../profiles/ownership.ts';
import { chooseRecord, exposureOfState, recordPath } from '../profiles/record-and-policy.ts';
import { failed, ok, type Verdict, warning } from './finding.ts';

/** The configuration and the policy files that it names. @param folder of the configuration */
export function configurationVerdict(folder: string): Verdict {
  const file = configPath(folder);
  const profiles = Object.values(readConfig(folder).profiles);
  const isThere = existsSync(file);
  const exposure = isThere ? exposureOf(file) : exposureOfFolder(folder);
  if (exposure !== undefined) return exposed(exposure, `so ${file} is only used for the embedded ledger`);
  if (!isThere) return ok(`no file ${file}: the defaults apply`);
  for (const { 'policy.file': policy } of profiles) {
    const open = policy === undefined ? undefined : exposureOfShared(policy);
    if (open !== undefined) return exposed(open, `so every write under the policy file ${policy} is refused`);
  }
  return ok(`${file}, ${counted(profiles.length, 'profile')}`);
}

export function credentialsVerdict(folder: string): Verdict {
  const file = credentialsPath(folder);
  const state = stateOf(file);
  if (state === undefined) return ok(`no key file in ${folder}`);
  for (const profile of keptProfiles(folder)) readKeptKey(folder, profile);
  const exposure = exposureOf(file);
  if (exposure !== undefined) return exposed(exposure, 'so the keys in it are not used');
  // Windows has access lists instead of modes.
  if (os.platform() === 'win32') return ok(file);
  const mode = (state.mode & 0o777).toString(8).padStart(4, '0');
  if (isReadByOthers(file))
    return failed(`${file} has mode ${mode}: others can read the keys`, `chmod 600 ${shellText([file])}`);
  return ok(`${file}, mode ${mode}`);
}

const exposed = ({ place, found, remedy }: Exposure, so: string): Verdict =>
  failed(`${place} ${found}, ${so}`, `Check its contents, then run: ${remedy}`);

interface StateFacts {
  /** The record is kept there, and not on a server. */
  readonly hasRecord?: boolean;
  /** The kind of disk, if its files do not survive a restart. */
  readonly shortLived?: string | undefined;
}

/** Creates nothing. @param folder of the state */
export function stateVerdict(folder: string, { hasRecord = true, shortLived }: StateFacts = {}): Verdict {
  const place = nearestThere(folder);
  const remedy = 'Give yourself access to it, or name another folder in CREDITCTL_STATE_DIR';
  if (!statSync(place).isDirectory()) return failed(`${place} is not a folder`, remedy);
  try {
    accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK);
    const record = recordPath(folder);
    if (hasRecord && existsSync(record)) accessSync(record, constants.R_OK | constants.W_OK);
  } catch (error) {
    const { code, path: closed } = error as NodeJS.ErrnoException;
    const so = hasRecord ? 'so no write can be recorded' : 'so nothing can be kept there';
    return failed(`${closed} is not writable (${code}), ${so}`, remedy);
  }
  const refused = exposureOfState(folder);
  const exposure = exposureOfFolder(folder) ?? refused;
  if (exposure !== undefined) {
    const so =
      refused === undefined ? 'so others can change the record' : 'so no write to Orb is recorded or sent';
    return exposed(exposure, so);
  }
  const lost = `${folder} is on a disk (${shortLived}) that goes with its container or at the next start`;
  if (shortLived !== undefined && !hasRecord) return ok(`${lost}; the record is on a server`);
  if (shortLived !== undefined)
    return warning(
      `${lost}, and the record with it`,
      'Name a folder that lasts in CREDITCTL_STATE_DIR, such as a volume, or keep the record on a server: creditctl record init --help',
    );
  return ok(
    place === folder ? `${folder} is writable` : `${folder} does not exist yet; the first use creates it`,
  );
}

type Choosing = Parameters<typeof chooseRecord>[1];

/** Whether the record of the profile in use is kept in the state folder. */
export function hasLocalRecord(
  profile: () => string,
  { config, ...given }: Omit<Choosing, 'config'> & { readonly config: string },
): boolean {
  try {
    return chooseRecord(profile(), { ...given, config: readConfig(config) }).kind === 'sqlite';
  } catch {
    // An invalid setting is a finding of its own.
    return true;
  }
}

export function diskVerdict(folder: string): Verdict {
  const { bavail, bsize } = statfsSync(nearestThere(folder));
  return roomVerdict(bavail * bsize, folder);
}

/** Free space for the record and the embedded ledger. Both need little, but a full disk stops every write. @param bytes left */
export function roomVerdict(bytes: number, folder: string): Verdict {
  const left = bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB left` : `${Math.floor(bytes / 1e6)} MB left`;
  const remedy = `Free some space on the disk of ${folder}, or name another folder in CREDITCTL_STATE_DIR`;
  if (bytes < 10e6) return failed(left, remedy);
  return bytes < 500e6 ? warning(left, remedy) : ok(left);
}

/** The folder itself, or if it does not exist, the nearest folder above it. */
function nearestThere(folder: string): string {
  for (let place = folder; ; place = path.dirname(place))
    if (existsSync(place) || place === path.dirname(place)) return place;
}
