// Checks output files before any write: without --force, no existing file is replaced.
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
import { resolveLink } from '../../platform/whole-file.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';

export interface Output {
  /** The flag that names the file. */
  readonly where: string;
  readonly file: string;
  /** The flag names only the folder of the file. */
  readonly isInFolder?: true;
}

/** Files that no output may replace, even with --force. */
export interface Kept {
  /** Single files, by name. */
  readonly files: readonly string[];
  /** Folders whose files are all protected. */
  readonly folders: readonly string[];
  /** Id of this user: other users' files in a sticky folder are protected; `undefined` on a system without ids. */
  readonly from: number | undefined;
}

export interface FileFlags extends GlobalFlags {
  /** Files that the command reads beside its input. */
  readonly inputs?: readonly string[];
}

/** Protects the inputs, the files of the policy, and creditctl's own files. */
export function keptFrom(input: string, flags: FileFlags, runtime: Runtime): Kept {
  const choice = runtime.choice(flags);
  const database = choice.kind === 'sandbox' ? choice.db : undefined;
  const rules = (['policy.file', 'policy.approval.signers'] as const)
    .map((rule) => runtime.profiles.get(choice.profile, rule))
    .filter((file) => file !== undefined);
  return {
    files: [
      ...[input, ...(flags.inputs ?? []), ...rules],
      ...(database === undefined ? [] : [database, `${database}-wal`, `${database}-shm`]),
    ],
    folders: [runtime.folders.config, runtime.folders.state],
    from: runtime.system.process.userId,
  };
}

/** The problems of the outputs. `kept` is called only for a file that exists. */
export function outputProblems(
  outputs: readonly Output[],
  { mayReplace, kept }: { readonly mayReplace: boolean; readonly kept: () => Kept },
) {
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
  /** `undefined` for a file that does not exist yet. */
  readonly stats: BigIntStats | undefined;
  /** Equal for all names of the same file. */
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
  // Resolves the path as the write will: the system rejects a path through a missing folder, `resolveLink` does not.
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

/** Some file systems treat names that differ only in case as one file. */
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

/** In a sticky folder such as /tmp, only the folder's or the file's owner may replace a file. */
function isKeptFrom(
  user: number | undefined,
  { uid }: BigIntStats,
  folder: BigIntStats | Error | undefined,
): boolean {
  if (user === undefined || user === 0 || folder === undefined || folder instanceof Error) return false;
  return (folder.mode & sticky) !== 0n && ![uid, folder.uid].includes(BigInt(user));
}

/** Why a file cannot be created in a folder; `undefined` if it can. */
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

/** The stats of a file; `undefined` if nothing exists there. */
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
    // A closed stream has no file.
    return undefined;
  }
}
