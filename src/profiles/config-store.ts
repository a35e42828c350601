// Writes the configuration and key files with conf. Each file is replaced whole, and only its owner can read the file.

import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import Conf from 'conf';
import { CreditctlError } from '../errors.ts';
import { withLock } from '../platform/lock.ts';
import { errnoOf, unwrittenFile } from '../platform/machine-fault.ts';
import { thisProcess } from '../platform/process.ts';
import { makeFolder } from '../platform/whole-file.ts';
import { configName, credentialsName, schemaPlace } from './config-file.ts';
import type { Config, SettingName } from './settings.ts';

const store = <Content extends Record<string, unknown>>(folder: string, name: string): Conf<Content> =>
  new Conf<Content>({
    cwd: folder,
    configName: name,
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    deserialize: (text) => JSON.parse(text.trim()) as Content,
  });

/** Saves one setting of a profile, and creates the profile if needed. @param setting its value `undefined` removes it */
export function saveSetting(
  folder: string,
  profile: string,
  setting: readonly [SettingName, string | undefined],
): void {
  changeFiles(folder, () => {
    const config = store<{ profiles: Config['profiles'] }>(folder, configName);
    const profiles = config.get('profiles') ?? {};
    const { [setting[0]]: _replaced, ...others } = profiles[profile] ?? {};
    const kept = setting[1] === undefined ? others : { ...others, [setting[0]]: setting[1] };
    config.set({ ...schemaOf(config), profiles: { ...profiles, [profile]: kept } });
  });
}

/** Makes a profile the current one. */
export function saveCurrent(folder: string, profile: string): void {
  changeFiles(folder, () => {
    const config = store<{ current: string }>(folder, configName);
    config.set({ ...schemaOf(config), current: profile });
  });
}

/** A new file begins with the address of its schema, so that editors complete and check the settings. */
const schemaOf = ({ size }: { readonly size: number }): { readonly $schema?: string } =>
  size === 0 ? { $schema: `${schemaPlace}/configuration.json` } : {};

/** Removes a profile. If `config use` chose this profile, no profile is current afterwards. */
export function removeProfile(folder: string, profile: string): void {
  changeFiles(folder, () => {
    const config = store<{ profiles: Config['profiles']; current: string }>(folder, configName);
    const { [profile]: _removed, ...others } = config.get('profiles') ?? {};
    config.set('profiles', others);
    if (config.get('current') === profile) config.delete('current');
  });
}

/** Saves a profile's key in the key file, or a note that the keychain holds the key. @param kept `undefined` removes it */
export function saveKey(
  folder: string,
  profile: string,
  kept: string | { readonly keychain: string } | undefined,
): void {
  changeFiles(folder, () => {
    const keys = store<Record<string, string | { readonly keychain: string }>>(folder, credentialsName);
    if (kept === undefined) keys.delete(profile);
    else keys.set(profile, kept);
  });
}

/** Runs a change under a lock on the folder's files, so that no change by another process is lost. */
function changeFiles(folder: string, change: () => void): void {
  try {
    makeFolder(folder);
    withLock(path.join(folder, '.lock'), thisProcess, () => {
      removeDrafts(folder);
      change();
    });
  } catch (error) {
    const what = `The configuration folder ${folder} cannot be written`;
    const wayOut = 'Give yourself access to that folder, or name another in CREDITCTL_CONFIG_DIR';
    if (errnoOf(error) !== undefined) throw unwrittenFile(what, error, wayOut);
    // The error never holds the message: a JSON parser quotes the file, which may hold a key.
    const why = error instanceof Error ? error.name : 'unknown';
    throw new CreditctlError('failure', `${what} (${why})`, { next: [wayOut] });
  }
}

const draftName = new RegExp(`^(${configName}|${credentialsName})\\.json\\.tmp-[0-9a-f]+$`);

/** Removes drafts of a killed conf: each is a whole file, with a key that `auth logout` would not delete. */
function removeDrafts(folder: string): void {
  for (const name of readdirSync(folder))
    if (draftName.test(name)) rmSync(path.join(folder, name), { force: true });
}
