// Stores a key or a password in the OS keychain, or without one in the 0600 key file, and deletes it from either.
import { type CreditctlError, notApplied } from '../errors.ts';
import {
  credentialsPath,
  type KeptKey,
  keyProblem,
  nameOfRecord,
  passwordProblem,
  readKept,
} from './config-file.ts';
import { saveKey } from './config-store.ts';
import type { KeychainReply, KeychainRequest } from './keychain.ts';

export interface Keeping {
  /** The folder of configuration and keys. */
  readonly folder: string;
  readonly askKeychain: (request: KeychainRequest) => Promise<KeychainReply>;
}

/** Where a key was stored. `why` says why not in the keychain, unless the caller wanted a file. */
export type Put =
  | { readonly place: 'keychain' }
  | { readonly place: 'key file'; readonly file: string; readonly why?: string };

/** A secret of a profile. */
export interface Kept {
  readonly profile: string;
  readonly secret: string;
  readonly inFile: boolean;
}

/** Stores a key. Throws a `credentials` error for an invalid key, and then stores nothing. */
export function keepKey({ profile, secret, inFile }: Kept, keeping: Keeping): Promise<Put> {
  check('The API key', keyProblem(secret));
  return keep({ name: profile, secret, inFile }, keeping);
}

/** Stores the password of the profile's record. Throws as `keepKey` does. */
export function keepPassword({ profile, secret, inFile }: Kept, keeping: Keeping): Promise<Put> {
  check('The password', passwordProblem(secret));
  return keep({ name: nameOfRecord(profile), secret, inFile }, keeping);
}

function check(what: string, problem: string | undefined): void {
  if (problem !== undefined) throw notApplied('credentials', `${what} ${problem}; nothing was stored`);
}

async function keep(
  { name, secret, inFile }: { readonly name: string; readonly secret: string; readonly inFile: boolean },
  { folder, askKeychain }: Keeping,
): Promise<Put> {
  // Reads the file first: an unreadable file must not be replaced by one that holds only this key.
  const earlier = readKept(folder, name);
  const account = earlier?.source === 'keychain' ? earlier.account : `${name} in ${folder}`;
  const reply = inFile ? { problem: '' } : await askKeychain({ operation: 'keep', account, key: secret });
  if (!('problem' in reply)) {
    saveKey(folder, name, { keychain: account });
    return { place: 'keychain' };
  }
  // An unreachable keychain may keep the older key, but no command looks for it there again.
  if (earlier?.source === 'keychain') await askKeychain({ operation: 'forget', account });
  saveKey(folder, name, secret);
  const file = credentialsPath(folder);
  return inFile ? { place: 'key file', file } : { place: 'key file', file, why: reply.problem };
}

/** Deletes a key; resolves to its former place, if the key existed. Throws a `failure` if the keychain still has the key. */
export const forgetKey = (profile: string, keeping: Keeping): Promise<KeptKey['source'] | undefined> =>
  forget(profile, `key of ${profile}`, keeping);

/** Deletes the password of the profile's record. Resolves and throws as `forgetKey` does. */
export const forgetPassword = (profile: string, keeping: Keeping): Promise<KeptKey['source'] | undefined> =>
  forget(nameOfRecord(profile), `password of the record of ${profile}`, keeping);

async function forget(
  name: string,
  what: string,
  { folder, askKeychain }: Keeping,
): Promise<KeptKey['source'] | undefined> {
  const kept = readKept(folder, name);
  if (kept?.source === 'keychain') {
    const reply = await askKeychain({ operation: 'forget', account: kept.account });
    if ('problem' in reply) throw stillKept(what, reply.problem);
  }
  if (kept !== undefined) saveKey(folder, name, undefined);
  return kept?.source;
}

function stillKept(what: string, problem: string): CreditctlError {
  const message = `The ${what} is still in the OS keychain, which could not be reached: ${problem}`;
  return notApplied('failure', message, [
    'Unlock the keychain and try again',
    'Or remove the entry "creditctl" there by hand',
  ]);
}
