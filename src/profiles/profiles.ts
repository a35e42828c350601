// Reads and changes profiles for the commands. Only a change loads the library that writes files.
import path from 'node:path';
import { usageErrorAt } from '../errors.ts';
import { type ConnectionFlags, profileInUse, profileWays } from './choose-connection.ts';
import { configPath, type KeptKey, keyProblem, passwordProblem, readConfig } from './config-file.ts';
import { type Environment, expandHome, type Folders, variable } from './environment.ts';
import type { Keeping, Kept, Put } from './keep-key.ts';
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

export interface Profiles {
  /** The file that `config` writes. */
  readonly path: string;
  /** Every profile. `default` exists even without a setting. */
  names(): readonly string[];
  /** The profile that flags, environment and configuration choose; it may not exist. */
  nameInUse(flags: ConnectionFlags): string;
  /** The value of a setting; `undefined` if it is not set. Throws a `usage` error for an unknown setting. */
  get(profile: string, setting: string): string | undefined;
  /**
   * Resolves to the stored value: a path is made absolute. Throws a `usage` error for an unknown setting or an invalid
   * value.
   * @param value `undefined` removes it
   */
  set(profile: string, setting: string, value: string | undefined): Promise<string | undefined>;
  /** Throws a `usage` error for a profile that does not exist. */
  use(profile: string): Promise<void>;
  /** Throws a `usage` error for a profile that does not exist. */
  checkExists(profile: string): void;
  /** Removes a profile with its settings. If it was the current one, `default` takes its place. */
  remove(profile: string): Promise<void>;
  /**
   * Stores a key in the OS keychain; without one, or with `inFile`, in a file that only its owner can read. Throws a
   * `credentials` error for an invalid key.
   */
  keepKey(kept: Kept): Promise<Put>;
  /** Stores the password of the profile's record. */
  keepPassword(kept: Kept): Promise<Put>;
  /** The problem with a key, without showing the key; `undefined` if a header can hold it. */
  keyProblem(key: string): string | undefined;
  /** The problem with a password, without showing the password; `undefined` if it is valid. */
  passwordProblem(password: string): string | undefined;
  /** The source that overrides a stored key, if that source is set. */
  usedBeforeKept(profile: string): 'ORB_API_KEY' | 'api_key_command' | undefined;
  /** The source that overrides a stored password, if that source is set. */
  usedBeforePassword(
    profile: string,
  ): 'CREDITCTL_RECORD' | 'PGPASSWORD' | 'record_password_command' | undefined;
  /** Resolves to the former place of the key, if it existed. Throws a `failure` if the keychain is unreachable. */
  forgetKey(profile: string): Promise<KeptKey['source'] | undefined>;
  /** Deletes the password of the profile's record. Resolves and throws as `forgetKey` does. */
  forgetPassword(profile: string): Promise<KeptKey['source'] | undefined>;
}

export function profilesIn(
  folders: Folders,
  env: Environment,
  askKeychain: Keeping['askKeychain'],
): Profiles {
  // A function, so that a command that needs no folder also works for a user without a home folder.
  const folder = (): string => folders.config;
  const config = (): Config => readConfig(folder());
  const store = () => import('./config-store.ts');
  const keeping = () => import('./keep-key.ts');
  return {
    get path() {
      return configPath(folder());
    },
    names: () => profileNames(config()),
    nameInUse: (flags) => profileInUse({ flags, env, config: config() }),
    get: (profile, setting) => {
      const name = known(setting);
      return profileNamed(config(), profile)?.[name];
    },
    set: async (profile, setting, typed) => {
      const name = known(setting);
      const value = typed === undefined ? undefined : asKept(name, typed, folders);
      const problem = value === undefined ? undefined : settingProblem(name, value);
      if (problem !== undefined) throw usageErrorAt(name, problem);
      // Reads the file first: an unreadable file must not be replaced by one that holds only this setting.
      checkFits([name, value], profile, config());
      (await store()).saveSetting(folder(), profile, [name, value]);
      return value;
    },
    use: async (profile) => {
      checkExists(profile, config());
      (await store()).saveCurrent(folder(), profile);
    },
    checkExists: (profile) => checkExists(profile, config()),
    remove: async (profile) => (await store()).removeProfile(folder(), profile),
    keepKey: async (kept) => (await keeping()).keepKey(kept, { folder: folder(), askKeychain }),
    keepPassword: async (kept) => (await keeping()).keepPassword(kept, { folder: folder(), askKeychain }),
    keyProblem,
    passwordProblem,
    usedBeforeKept: (profile) => {
      if (variable(env, 'ORB_API_KEY') !== undefined) return 'ORB_API_KEY';
      const command = profileNamed(config(), profile)?.api_key_command;
      return command === undefined ? undefined : 'api_key_command';
    },
    usedBeforePassword: (profile) => {
      for (const name of ['CREDITCTL_RECORD', 'PGPASSWORD'] as const)
        if (variable(env, name) !== undefined) return name;
      const command = profileNamed(config(), profile)?.record_password_command;
      return command === undefined ? undefined : 'record_password_command';
    },
    forgetKey: async (profile) => (await keeping()).forgetKey(profile, { folder: folder(), askKeychain }),
    forgetPassword: async (profile) =>
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
