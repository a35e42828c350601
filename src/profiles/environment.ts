// Reads environment variables as they are meant: without line ends, blanks and a byte order mark around them.
import os from 'node:os';
import path from 'node:path';

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
