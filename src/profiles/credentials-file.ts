// Reads the API key that `auth login` kept in a file for a profile; `config-store.ts` writes it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CreditctlError } from '../errors.ts';

/** The file's name in the configuration folder. */
export const credentialsName = 'credentials';

export const credentialsPath = (folder: string): string => path.join(folder, `${credentialsName}.json`);

/** The key kept for a profile, if any. Throws a `credentials` error if the file is there but no use. */
export function readKey(folder: string, profile: string): string | undefined {
  const file = credentialsPath(folder);
  let keys: unknown;
  try {
    keys = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    // Without a cause: what a JSON parser says of a file can quote the key in it.
    throw noUse(file, `cannot be read (${code ?? 'it is not JSON'})`);
  }
  if (typeof keys !== 'object' || keys === null || Array.isArray(keys))
    throw noUse(file, 'must hold one JSON object');
  const key = Object.hasOwn(keys, profile) ? (keys as Record<string, unknown>)[profile] : undefined;
  if (key !== undefined && typeof key !== 'string')
    throw noUse(file, `has a key of the profile "${profile}" that is not text`);
  return key;
}

function noUse(file: string, problem: string): CreditctlError {
  return new CreditctlError('credentials', `The key file ${file} ${problem}`, {
    next: ['Remove that file and run: creditctl auth login', 'Or set ORB_API_KEY'],
  });
}

/** What is wrong with a key, without showing it; `undefined` if it can travel in a header. */
export function keyProblem(key: string): string | undefined {
  if (key === '') return 'is empty';
  return /^[\x21-\x7e]{1,1024}$/.test(key) ? undefined : 'holds spaces or characters that no API key has';
}
