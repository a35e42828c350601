// Where configuration and state live: named by the environment, XDG folders otherwise.
import path from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Folders {
  /** `config.json` and `credentials.json`. */
  readonly config: string;
  /** The journals and the embedded ledger. */
  readonly state: string;
}

/** @param home the user's home folder */
export function folders(env: Environment, home: string): Folders {
  const said = (name: string): string | undefined =>
    env[name] === undefined || env[name] === '' ? undefined : env[name];
  const xdg = (name: string, fallback: string): string => {
    const folder = said(name);
    // The XDG specification: a relative path there is to be ignored.
    const base = folder !== undefined && path.isAbsolute(folder) ? folder : path.join(home, fallback);
    return path.join(base, 'creditctl');
  };
  return {
    config: path.resolve(said('CREDITCTL_CONFIG_DIR') ?? xdg('XDG_CONFIG_HOME', '.config')),
    state: path.resolve(said('CREDITCTL_STATE_DIR') ?? xdg('XDG_STATE_HOME', path.join('.local', 'state'))),
  };
}
