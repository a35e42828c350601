// Checks files before they are written: without --force, no file that exists is replaced.
import {
  accessSync,
  type BigIntStats,
  constants,
  fstatSync,
  lstatSync,
  realpathSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import type { Problem } from '../../errors.ts';
import { resolveLink } from '../../platform/atomic-file.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';

export interface Output {
  /** The flag that names it. */
  readonly where: string;
  readonly file: string;
  /** The flag names the folder of it only. */
  readonly isInFolder?: true;
}

/** What an output must never be, whatever may be replaced. */
export interface Kept {
  /** By name. */
  readonly files: readonly string[];
  /** Nothing that is below them. */
  readonly folders: readonly string[];
  /** Nothing that the system keeps from this user, by its id. */
  readonly from: number | undefined;
}

/** The input, the streams of this process, and what creditctl keeps for itself. */
export function keptFrom(input: string, flags: GlobalFlags, runtime: Runtime): Kept {
  const choice = runtime.choice(flags);
  const database = choice.kind === 'sandbox' ? choice.db : undefined;
  const policy = runtime.profiles.get(choice.profile, 'policy.file');
  return {
    files: [
      input,
      ...(database === undefined ? [] : [database, `${database}-wal`, `${database}-shm`]),
      ...(policy === undefined ? [] : [policy]),
    ],
    folders: [runtime.folders.config, runtime.folders.state],
    from: runtime.parts.process.userId,
  };
}

/** What is wrong with each; `kept` is only asked where something is there already. */
export function outputProblems(
  outputs: readonly Output[],
  { mayReplace, kept }: { readonly mayReplace: boolean; readonly kept: () => Kept },
): readonly Problem[] {
  const taken = new Map<string, string>();
  return outputs.flatMap((output) => {
    const { where, file } = output;
    const found = lookAt(file);
    const problem =
      'problem' in found ? found.problem : replacementProblem(found, { file, mayReplace, kept });
    if (problem !== undefined) return [{ where, problem: sentence(output, problem) }];
    const identity = 'problem' in found ? file : found.identity;
    const other = taken.get(identity);
    taken.set(identity, where);
    return other === undefined || other === where
      ? []
      : [{ where, problem: `names the same file as ${other}: ${file}; name another` }];
  });
}

interface Found {
  /** `undefined` where there is none yet. */
  readonly stats: BigIntStats | undefined;
  /** The same for every name of one file. */
  readonly identity: string;
}

interface Wrong {
  readonly is: string;
  readonly wayOut: string;
}

const sentence = ({ file, isInFolder }: Output, { is, wayOut }: Wrong): string =>
  `names ${isInFolder === true ? 'a folder with ' : ''}a file that ${is}: ${file}; ${wayOut}`;

const another = 'name another';

function lookAt(file: string): Found | { readonly problem: Wrong } {
  if (file === '' || file === '-' || /[/\\]$/.test(file))
    return { problem: { is: 'has no name', wayOut: another } };
  // Where it will be written: a path through a folder that is not there leads nowhere for the system, but not for us.
  const place = resolveLink(file);
  const stats = statsOf(place);
  if (stats instanceof Error)
    return { problem: { is: `cannot be written (${codeOf(stats)})`, wayOut: another } };
  if (stats === undefined && isLink(file))
    return { problem: { is: 'is a link that leads nowhere', wayOut: another } };
  if (stats?.isDirectory() === true) return { problem: { is: 'is a folder', wayOut: 'name a file in it' } };
  if (stats !== undefined && !stats.isFile())
    return { problem: { is: 'is a device or a pipe', wayOut: 'name a plain file' } };
  const folder = path.dirname(place);
  const wrong = folderFault(folder);
  if (wrong !== undefined) return { problem: { is: `is in a folder that ${wrong}`, wayOut: another } };
  return { stats, identity: stats === undefined ? unmade(folder, file) : identityOf(stats) };
}

/** Of names that differ in capitals only, some file systems make one file. */
const unmade = (folder: string, file: string): string =>
  path.join(realpathSync(folder), path.basename(file)).normalize('NFC').toLowerCase();

function replacementProblem(
  { stats, identity }: Found,
  { file, mayReplace, kept }: { file: string; mayReplace: boolean; kept: () => Kept },
): Wrong | undefined {
  if (stats === undefined) return undefined;
  const { files, folders, from } = kept();
  if ([0, 1, 2].some((descriptor) => identityOfStream(descriptor) === identity))
    return { is: 'is stdin or stdout of this command', wayOut: another };
  const isInput = files.some((name) => {
    const input = statsOf(name);
    return input !== undefined && !(input instanceof Error) && identityOf(input) === identity;
  });
  if (isInput) return { is: 'this command reads', wayOut: another };
  const target = resolveLink(file);
  if (folders.some((folder) => target.startsWith(resolveLink(folder) + path.sep)))
    return { is: 'creditctl keeps for itself', wayOut: another };
  if (!mayReplace) return { is: 'exists', wayOut: 'name another, or add --force' };
  return isKeptFrom(from, stats, statsOf(path.dirname(target)))
    ? { is: 'belongs to another user', wayOut: another }
    : undefined;
}

const sticky = 0o1000n;

/** In a sticky folder such as /tmp, only its owner and that of the file may replace it, whoever may write to it. */
function isKeptFrom(
  user: number | undefined,
  { uid }: BigIntStats,
  folder: BigIntStats | Error | undefined,
): boolean {
  if (user === undefined || user === 0 || folder === undefined || folder instanceof Error) return false;
  return (folder.mode & sticky) !== 0n && ![uid, folder.uid].includes(BigInt(user));
}

/** What keeps files from being made in a folder; `undefined` if nothing does. */
export function folderFault(folder: string): string | undefined {
  const stats = statsOf(folder);
  if (stats === undefined) return 'does not exist';
  if (stats instanceof Error) return `cannot be read (${codeOf(stats)})`;
  if (!stats.isDirectory()) return 'is no folder';
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return `may not be written to (${codeOf(error)})`;
  }
}

/** Without an error where there is nothing. */
function statsOf(file: string): BigIntStats | Error | undefined {
  try {
    return statSync(file, { bigint: true });
  } catch (error) {
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' ? undefined : (error as Error);
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';

function isLink(file: string): boolean {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch {
    return false;
  }
}

const identityOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;

function identityOfStream(descriptor: number): string | undefined {
  try {
    return identityOf(fstatSync(descriptor, { bigint: true }));
  } catch {
    // A stream that is closed is no file.
    return undefined;
  }
}
