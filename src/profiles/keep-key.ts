// Stores a key in the OS keychain, or in the 0600 key file if there is none, and deletes it from either.
import { CreditctlError } from '../errors.ts';
import { saveKey } from './config-store.ts';
import { credentialsPath, type KeptKey, keyProblem, readKeptKey } from './credentials-file.ts';
import type { KeychainReply, KeychainRequest } from './keychain.ts';

export interface Keeping {
  /** The folder of configuration and keys. */
  readonly folder: string;
  readonly askKeychain: (request: KeychainRequest) => Promise<KeychainReply>;
}

/** Where a key has been put: in the keychain, or in a file and then why not in the keychain, unless a file was wanted. */
export type Put =
  | { readonly place: 'keychain' }
  | { readonly place: 'key file'; readonly file: string; readonly why?: string };

/** Stores a key. Throws a `credentials` error for a text that cannot be a key, and then stores nothing. */
export async function keepKey(
  { profile, key, inFile }: { readonly profile: string; readonly key: string; readonly inFile: boolean },
  { folder, askKeychain }: Keeping,
): Promise<Put> {
  const problem = keyProblem(key);
  if (problem !== undefined)
    throw new CreditctlError('credentials', `The API key ${problem}; nothing was stored`);
  // A file that cannot be read must not be replaced by one that holds only this key.
  const earlier = readKeptKey(folder, profile);
  const account = earlier?.source === 'keychain' ? earlier.account : `${profile} in ${folder}`;
  const reply = inFile ? { problem: '' } : await askKeychain({ act: 'keep', account, key });
  if (!('problem' in reply)) {
    saveKey(folder, profile, { keychain: account });
    return { place: 'keychain' };
  }
  // The older key may stay behind in a keychain that cannot be reached; nothing looks for it there any more.
  if (earlier?.source === 'keychain') await askKeychain({ act: 'forget', account });
  saveKey(folder, profile, key);
  const file = credentialsPath(folder);
  return inFile ? { place: 'key file', file } : { place: 'key file', file, why: reply.problem };
}

/** Deletes a key; resolves to where it was, if there was one. Throws a `failure` if the keychain still has it. */
export async function forgetKey(
  profile: string,
  { folder, askKeychain }: Keeping,
): Promise<KeptKey['source'] | undefined> {
  const kept = readKeptKey(folder, profile);
  if (kept?.source === 'keychain') {
    const reply = await askKeychain({ act: 'forget', account: kept.account });
    if ('problem' in reply) throw stillKept(profile, reply.problem);
  }
  if (kept !== undefined) saveKey(folder, profile, undefined);
  return kept?.source;
}

function stillKept(profile: string, problem: string): CreditctlError {
  const message = `The key of ${profile} is still in the OS keychain, which could not be reached: ${problem}`;
  return new CreditctlError('failure', message, {
    applied: 'no',
    next: ['Unlock the keychain and try again', 'Or remove the entry "creditctl" there by hand'],
  });
}
