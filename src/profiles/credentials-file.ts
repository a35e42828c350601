// Reads the key file of `auth login`: for each profile its key and password, or a note that the OS keychain has them.
import path from 'node:path';
import { CreditctlError } from '../errors.ts';
import { readOwnFile } from '../platform/own-file.ts';

/** The file's name in the configuration folder. */
export const credentialsName = 'credentials';

export const credentialsPath = (folder: string): string => path.join(folder, `${credentialsName}.json`);

/** Where the key of a profile is kept; in the keychain under the name of an account. */
export type KeptKey =
  | { readonly source: 'key file'; readonly value: string }
  | { readonly source: 'keychain'; readonly account: string };

/** The profiles of which a key is kept. Throws a `credentials` error as `readKeptKey` does. */
export const keptProfiles = (folder: string): readonly string[] => Object.keys(readKeys(folder) ?? {});

/** The keys that are in the file itself. Throws as `readKeptKey` does. */
export const keysInFile = (folder: string): readonly string[] =>
  Object.values(readKeys(folder) ?? {}).flatMap((kept) => (typeof kept === 'string' ? [kept.trim()] : []));

/** The name under which the password of a profile's record is kept: no profile is called so. */
export const nameOfRecord = (profile: string): string => `record of ${profile}`;

/** Where the profile's key is kept, if anywhere. Throws a `credentials` error if the file is there but no use. */
export function readKeptKey(folder: string, profile: string): KeptKey | undefined {
  const kept = readKept(folder, profile);
  return kept?.source === 'key file' ? { ...kept, value: kept.value.trim() } : kept;
}

/** The same for what is kept under a name, to the letter. @param name a profile, or `nameOfRecord` one */
export function readKept(folder: string, name: string): KeptKey | undefined {
  const keys = readKeys(folder);
  const kept = keys !== undefined && Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (kept === undefined) return undefined;
  if (typeof kept === 'string') return { source: 'key file', value: kept };
  // So that only those ask the keychain whose key is there: it may be slow, or want a person.
  if (isRecord(kept) && typeof kept.keychain === 'string')
    return { source: 'keychain', account: kept.keychain };
  throw noUse(credentialsPath(folder), `has a key for the profile "${name}" that is not text`);
}

function readKeys(folder: string): Record<string, unknown> | undefined {
  const file = credentialsPath(folder);
  let keys: unknown;
  try {
    // Also without the byte order mark that editors of Windows put in front.
    keys = JSON.parse(readOwnFile(file).trim());
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    // Without a cause: what a JSON parser says of a file can quote the key in it.
    throw noUse(file, `cannot be read (${code ?? 'it is not JSON'})`);
  }
  if (!isRecord(keys)) throw noUse(file, 'must hold one JSON object');
  return keys;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function noUse(file: string, problem: string): CreditctlError {
  return new CreditctlError('credentials', `The key file ${file} ${problem}`, {
    next: ['Remove that file and run: creditctl auth login', 'Or set ORB_API_KEY'],
  });
}

/** What is wrong with a key, without showing it; `undefined` if it can travel in a header. */
export function keyProblem(key: string): string | undefined {
  if (key === '') return 'is empty';
  return /^[\x21-\x7e]{1,1024}$/.test(key)
    ? undefined
    : 'contains spaces or characters that an API key cannot have';
}

/** What is wrong with a password, without showing it; `undefined` if it can be one. */
export function passwordProblem(password: string): string | undefined {
  if (password === '') return 'is empty';
  if (/[\n\r\0]/.test(password)) return 'has more than one line';
  return password.length > 1024 ? 'is longer than 1,024 characters' : undefined;
}
