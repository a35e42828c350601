// What the environment sets: variables, the home folder, and the folders of configuration and state.
import os from 'node:os';
import path from 'node:path';
import { type CreditctlError, usageErrorAt } from '../errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable; `undefined` where it is not set, or blank. */
export function variable(env: Environment, name: string): string | undefined {
  // What comes from a file that an editor of Windows saved ends in a carriage return.
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/**
 * The user's home folder. Cron jobs, units and containers may have no HOME, or an empty one: then the folder is the one
 * that the system's list of users has. `undefined` where there is none, because a folder in its place would follow the
 * working directory.
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

/** The path with the home folder in the place of a leading `~`, which no shell has replaced in `--db=~/a` or in a file. */
export function expandHome(file: string, home: string | undefined): string {
  if (home === undefined || (file !== '~' && !file.startsWith('~/'))) return file;
  return path.join(home, file.slice(1));
}

/** Absolute paths: what a write leaves behind is found again from any working directory. */
export interface Folders {
  /** `config.json` and `credentials.json`. Throws a `usage` error where no folder is named and none can be found. */
  readonly config: string;
  /** The record and the embedded ledger. Throws as `config` does. */
  readonly state: string;
  /** The home folder, from which a leading `~` counts; `undefined` for a user who has none. */
  readonly home?: string | undefined;
}

interface Kind {
  /** The variable that names the folder itself. */
  readonly own: 'CREDITCTL_CONFIG_DIR' | 'CREDITCTL_STATE_DIR';
  readonly xdg: 'XDG_CONFIG_HOME' | 'XDG_STATE_HOME';
  /** Where Windows keeps such things; only there. */
  readonly windows: 'APPDATA' | 'LOCALAPPDATA';
  /** The folder below the home folder where none of these is set. */
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

/** @param home the user's home folder; `undefined` where there is none */
export function folders(
  env: Environment,
  home: string | undefined,
  platform: NodeJS.Platform = os.platform(),
): Folders {
  const from = { env, home, isWindows: platform === 'win32' };
  // A command that needs neither folder, such as `--help`, also works where there is none.
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
  // The XDG specification: a relative path there is to be ignored.
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

/** Whether a build server runs the program: it sets `CI`, mostly to `true`; `0` and `false` say that it is none. */
export const isBuildServer = (env: Environment): boolean => !/^(|0|false)$/i.test(env.CI ?? '');
