// Where configuration and state live: named by the environment, XDG folders otherwise.
import path from 'node:path';
import { type CreditctlError, usageError } from '../errors.ts';
import { type Environment, expandHome, variable } from './environment.ts';

/** Absolute paths: what a write leaves behind is found again from any working directory. */
export interface Folders {
  /** `config.json` and `credentials.json`. Throws a `usage` error where no folder is named and none can be found. */
  readonly config: string;
  /** The journals and the embedded ledger. Throws as `config` does. */
  readonly state: string;
  /** The home folder, from which a leading `~` counts; `undefined` for a user who has none. */
  readonly home?: string | undefined;
}

interface Kind {
  /** The variable that names the folder itself. */
  readonly own: 'CREDITCTL_CONFIG_DIR' | 'CREDITCTL_STATE_DIR';
  readonly xdg: 'XDG_CONFIG_HOME' | 'XDG_STATE_HOME';
  /** The folder below the home folder where neither is set. */
  readonly usual: string;
}

const configKind: Kind = { own: 'CREDITCTL_CONFIG_DIR', xdg: 'XDG_CONFIG_HOME', usual: '.config' };
const stateKind: Kind = {
  own: 'CREDITCTL_STATE_DIR',
  xdg: 'XDG_STATE_HOME',
  usual: path.join('.local', 'state'),
};

/** @param home the user's home folder; `undefined` where there is none */
export function folders(env: Environment, home: string | undefined): Folders {
  // A command that needs neither folder, such as `--help`, also works where there is none.
  return {
    home,
    get config() {
      return folderOf(configKind, env, home);
    },
    get state() {
      return folderOf(stateKind, env, home);
    },
  };
}

function folderOf({ own, xdg, usual }: Kind, env: Environment, home: string | undefined): string {
  const named = variable(env, own);
  if (named !== undefined) {
    const folder = expandHome(named, home);
    if (path.isAbsolute(folder)) return path.resolve(folder);
    const problem = `must be a path from the root, because "${named}" is another folder in each working directory`;
    throw usageError([{ where: own, problem }], [`${own}=${path.resolve(named)}`]);
  }
  const base = variable(env, xdg);
  // The XDG specification: a relative path there is to be ignored.
  if (base !== undefined && path.isAbsolute(base)) return path.join(base, 'creditctl');
  if (home === undefined) throw noHome();
  return path.join(home, usual, 'creditctl');
}

function noHome(): CreditctlError {
  const problem = 'names no folder from the root, and the system has no home folder for this user';
  const next = ['Set CREDITCTL_CONFIG_DIR and CREDITCTL_STATE_DIR, each to a path from the root'];
  return usageError([{ where: 'HOME', problem }], next);
}
