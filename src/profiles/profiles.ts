// Reads and changes profiles for the commands. Only a change loads the library that writes files.
import path from 'node:path';
import { usageErrorAt } from '../errors.ts';
import { type ConnectionFlags, profileInUse, profileWays } from './choose-connection.ts';
import { configPath, keyProblem, passwordProblem, readConfig } from './config-file.ts';
import { type Environment, expandHome, type Folders, variable } from './environment.ts';
import type { Keeping, Kept } from './keep-key.ts';
import {
  type Config,
  defaultProfile,
  isSettingName,
  kindNeeded,
  profileNamed,
  profileNameProblem,
  type SettingName,
  sandboxName,
  settingProblem,
} from './settings.ts';

export type Profiles = ReturnType<typeof profilesIn>;

export function profilesIn(folders: Folders, env: Environment, askKeychain: Keeping['askKeychain']) {
  // A function, so that a command that needs no folder also works for a user without a home folder.
  const folder = (): string => folders.config;
  const config = (): Config => readConfig(folder());
  const store = () => import('./config-store.ts');
  const keeping = () => import('./keep-key.ts');
  return {
    /** The file that `config` writes. */
    get path(): string {
      return configPath(folder());
    },
    /** Every profile. `default` exists even without a setting. */
    names: (): readonly string[] => profileNames(config()),
    /** The profile that flags, environment and configuration choose; it may not exist. */
    nameInUse: (flags: ConnectionFlags): string => profileInUse({ flags, env, config: config() }),
    /** The value of a setting; `undefined` if it is not set. Throws a `usage` error for an unknown setting. */
    get: (profile: string, setting: string): string | undefined => {
      const name = known(setting);
      return profileNamed(config(), profile)?.[name];
    },
    /**
     * Resolves to the stored value: a path is made absolute. Throws a `usage` error for an unknown setting or an invalid
     * value.
     * @param typed `undefined` removes it
     */
    set: async (profile: string, setting: string, typed: string | undefined): Promise<string | undefined> => {
      const name = known(setting);
      const value = typed === undefined ? undefined : asKept(name, typed, folders);
      const problem = value === undefined ? undefined : settingProblem(name, value);
      if (problem !== undefined) throw usageErrorAt(name, problem);
      // Reads the file first: an unreadable file must not be replaced by one that holds only this setting.
      checkFits([name, value], profile, config());
      (await store()).saveSetting(folder(), profile, [name, value]);
      return value;
    },
    /** Throws a `usage` error for a profile that does not exist. */
    use: async (profile: string): Promise<void> => {
      checkExists(profile, config());
      (await store()).saveCurrent(folder(), profile);
    },
    /** Throws a `usage` error for a profile that does not exist. */
    checkExists: (profile: string): void => checkExists(profile, config()),
    /** Removes a profile with its settings. If it was the current one, `default` takes its place. */
    remove: async (profile: string) => (await store()).removeProfile(folder(), profile),
    /**
     * Stores a key in the OS keychain; without one, or with `inFile`, in a file that only its owner can read. Throws a
     * `credentials` error for an invalid key.
     */
    keepKey: async (kept: Kept) => (await keeping()).keepKey(kept, { folder: folder(), askKeychain }),
    /** Stores the password of the profile's record. */
    keepPassword: async (kept: Kept) =>
      (await keeping()).keepPassword(kept, { folder: folder(), askKeychain }),
    keyProblem,
    passwordProblem,
    /** The source that overrides a stored key, if that source is set. */
    usedBeforeKept: (profile: string) => {
      if (variable(env, 'ORB_API_KEY') !== undefined) return 'ORB_API_KEY' as const;
      const command = profileNamed(config(), profile)?.api_key_command;
      return command === undefined ? undefined : ('api_key_command' as const);
    },
    /** The source that overrides a stored password, if that source is set. */
    usedBeforePassword: (profile: string) => {
      for (const name of ['CREDITCTL_RECORD', 'PGPASSWORD'] as const)
        if (variable(env, name) !== undefined) return name;
      const command = profileNamed(config(), profile)?.record_password_command;
      return command === undefined ? undefined : ('record_password_command' as const);
    },
    /** Resolves to the former place of the key, if it existed. Throws a `failure` if the keychain is unreachable. */
    forgetKey: async (profile: string) =>
      (await keeping()).forgetKey(profile, { folder: folder(), askKeychain }),
    /** Deletes the password of the profile's record. Resolves and throws as `forgetKey` does. */
    forgetPassword: async (profile: string) =>
      (await keeping()).forgetPassword(profile, { folder: folder(), askKeychain }),
  };
}

/** Stores a path as absolute, so that it names the same file from every working directory. */
function asKept(setting: SettingName, typed: string, { home }: Folders): string {
  if (setting !== 'db' && setting !== 'policy.file') return typed;
  const file = expandHome(typed, home);
  return setting === 'db' && file.trim() !== '' ? path.resolve(file) : file;
}

function known(setting: string): SettingName {
  if (isSettingName(setting)) return setting;
  // The list of settings is too long for an error, so it points to the help.
  const next = /key$/i.test(setting)
    ? 'Keys have commands of their own: creditctl auth --help'
    : 'creditctl config set --help';
  throw usageErrorAt('<setting>', `is not known: "${setting}"`, [next]);
}

function profileNames(config: Config): readonly string[] {
  return [...new Set([defaultProfile, ...Object.keys(config.profiles)])].sort();
}

function checkExists(profile: string, config: Config): void {
  if (profileNamed(config, profile) !== undefined || profile === defaultProfile) return;
  const known = profileNames(config).join(', ');
  const problem = profileNameProblem(profile) ?? `names no profile: "${profile}" (profiles: ${known})`;
  throw usageErrorAt('<profile>', problem, profileWays(profile));
}

/** Refuses a setting that this kind of profile never uses. */
function checkFits(
  [setting, value]: readonly [SettingName, string | undefined],
  profile: string,
  config: Config,
): void {
  const isReserved = profile === sandboxName;
  if (isReserved && setting === 'kind' && value === 'orb')
    throw usageErrorAt('kind', 'cannot be orb: --sandbox uses the profile "sandbox"');
  const needed = kindNeeded(setting);
  if (value === undefined || needed === undefined) return;
  const kind = profileNamed(config, profile)?.kind ?? (isReserved ? 'sandbox' : 'orb');
  if (needed === kind) return;
  throw usageErrorAt(
    setting,
    `is only for profiles of kind ${needed}; this one is of kind ${kind}`,
    isReserved ? [] : [`creditctl config set kind ${needed}`],
  );
}
