// Reads the environment: variables, the home folder, and the folders of configuration and state.
import os from 'node:os';
import path from 'node:path';
import { type CreditctlError, usageErrorAt } from '../errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable; `undefined` if it is unset or blank. */
export function variable(env: Environment, name: string): string | undefined {
  // A value from a file with Windows line ends has a carriage return at its end.
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/**
 * The user's home folder. Cron jobs, units and containers may have no HOME, or an empty one; then the system's list of
 * users decides. `undefined` if that list has none: any replacement would depend on the working directory.
 * @param listed the home folder in the list of users; throws for a user who is not in it
 */
export function homeFolder(
  env: Environment,
  listed = (): string => os.userInfo().homedir,
): string | undefined {
  const home = variable(env, 'HOME');
  if (home !== undefined && path.isAbsolute(home)) return home;
  try {
    const folder = listed();
    return path.isAbsolute(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** The path with a leading `~` replaced by the home folder. Shells do not replace it in `--db=~/a` or in a file. */
export function expandHome(file: string, home: string | undefined): string {
  if (home === undefined || (file !== '~' && !file.startsWith('~/'))) return file;
  return path.join(home, file.slice(1));
}

/** Absolute paths, so that a write can be found again from any working directory. */
export interface Folders {
  /** Holds `config.json` and `credentials.json`. Throws a `usage` error if no folder is named and none can be found. */
  readonly config: string;
  /** Holds the record and the embedded ledger. Throws as `config` does. */
  readonly state: string;
  /** The home folder that a leading `~` stands for; `undefined` for a user without one. */
  readonly home?: string | undefined;
}

interface Kind {
  /** The variable for this folder alone. */
  readonly own: 'CREDITCTL_CONFIG_DIR' | 'CREDITCTL_STATE_DIR';
  readonly xdg: 'XDG_CONFIG_HOME' | 'XDG_STATE_HOME';
  /** The variable for the folder of application data; only on Windows. */
  readonly windows: 'APPDATA' | 'LOCALAPPDATA';
  /** The default, below the home folder. */
  readonly usual: string;
}

const configKind: Kind = {
  own: 'CREDITCTL_CONFIG_DIR',
  xdg: 'XDG_CONFIG_HOME',
  windows: 'APPDATA',
  usual: '.config',
};
const stateKind: Kind = {
  own: 'CREDITCTL_STATE_DIR',
  xdg: 'XDG_STATE_HOME',
  windows: 'LOCALAPPDATA',
  usual: path.join('.local', 'state'),
};

/** @param home the user's home folder; `undefined` for a user without one */
export function folders(
  env: Environment,
  home: string | undefined,
  platform: NodeJS.Platform = os.platform(),
): Folders {
  const from = { env, home, isWindows: platform === 'win32' };
  // A command that needs neither folder, such as `--help`, works without a home folder.
  return {
    home,
    get config() {
      return folderOf(configKind, from);
    },
    get state() {
      return folderOf(stateKind, from);
    },
  };
}

interface From {
  readonly env: Environment;
  readonly home: string | undefined;
  readonly isWindows: boolean;
}

function folderOf({ own, xdg, windows, usual }: Kind, { env, home, isWindows }: From): string {
  const named = variable(env, own);
  if (named !== undefined) {
    const folder = expandHome(named, home);
    if (path.isAbsolute(folder)) return path.resolve(folder);
    const problem = `must be an absolute path: "${named}" is another folder in each working directory`;
    throw usageErrorAt(own, problem, [`${own}=${path.resolve(named)}`]);
  }
  const base = variable(env, xdg);
  // The XDG specification requires to ignore a relative path.
  if (base !== undefined && path.isAbsolute(base)) return path.join(base, 'creditctl');
  const ofWindows = isWindows ? variable(env, windows) : undefined;
  if (ofWindows !== undefined && path.win32.isAbsolute(ofWindows))
    return path.win32.join(ofWindows, 'creditctl');
  if (home === undefined) throw noHome();
  return path.join(home, usual, 'creditctl');
}

function noHome(): CreditctlError {
  const problem = 'is not an absolute path, and the system has no home folder for this user';
  const next = ['Set CREDITCTL_CONFIG_DIR and CREDITCTL_STATE_DIR to absolute paths'];
  return usageErrorAt('HOME', problem, next);
}

/** Whether a build server runs the program: it sets `CI`, usually to `true`; `0` and `false` mean no. */
export const isBuildServer = (env: Environment): boolean => !/^(|0|false)$/i.test(env.CI ?? '');
