// Writes configuration and keys with conf: whole files, replaced at once, readable by their owner alone.
import Conf from 'conf';
import { CreditctlError } from '../errors.ts';
import { configName } from './config-file.ts';
import { credentialsName } from './credentials-file.ts';
import { alone } from './folder-lock.ts';
import type { Config, SettingName } from './settings.ts';

const store = <Content extends Record<string, unknown>>(folder: string, name: string): Conf<Content> =>
  new Conf<Content>({
    cwd: folder,
    configName: name,
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    deserialize: (text) => JSON.parse(text.trim()) as Content,
  });

/** Sets one setting of one profile, which comes into being with it. @param value `undefined` removes the setting */
export function saveSetting(
  folder: string,
  profile: string,
  setting: readonly [SettingName, string | undefined],
): void {
  written(folder, () => {
    const config = store<{ profiles: Config['profiles'] }>(folder, configName);
    const profiles = config.get('profiles') ?? {};
    const { [setting[0]]: _replaced, ...others } = profiles[profile] ?? {};
    const kept = setting[1] === undefined ? others : { ...others, [setting[0]]: setting[1] };
    config.set('profiles', { ...profiles, [profile]: kept });
  });
}

/** Makes a profile the one in use. */
export function saveCurrent(folder: string, profile: string): void {
  written(folder, () => store<{ current: string }>(folder, configName).set('current', profile));
}

/** Keeps a profile's key in the 0600 file, or the mark that the keychain has it. @param kept `undefined` forgets it */
export function saveKey(
  folder: string,
  profile: string,
  kept: string | { readonly keychain: string } | undefined,
): void {
  written(folder, () => {
    const keys = store<Record<string, string | { readonly keychain: string }>>(folder, credentialsName);
    if (kept === undefined) keys.delete(profile);
    else keys.set(profile, kept);
  });
}

function written(folder: string, act: () => void): void {
  try {
    alone(folder, act);
  } catch (error) {
    // Never the message: that of a JSON parser quotes the file, and the file may hold a key.
    const why = (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.name : 'unknown');
    throw new CreditctlError('failure', `The configuration folder ${folder} cannot be written (${why})`, {
      next: ['Give yourself access to that folder, or name another in CREDITCTL_CONFIG_DIR'],
    });
  }
}
