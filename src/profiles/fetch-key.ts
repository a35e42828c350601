// Fetches a key from the profile's command, and keys and passwords from the OS keychain; no error quotes a secret.
import { CreditctlError, notApplied } from '../errors.ts';
import type { OrbChoice } from './choose-connection.ts';
import { type KeptKey, keyProblem, passwordProblem } from './config-file.ts';
import type { KeychainReply, KeychainRequest } from './keychain.ts';
import { type CommandEnd, endText } from './shell-command.ts';

export interface Fetching {
  readonly runCommand: (command: string) => Promise<CommandEnd>;
  readonly askKeychain: (request: KeychainRequest) => Promise<KeychainReply>;
}

/** The profile's key. Throws a `credentials` error with the ways out. */
export async function fetchKey({ profile, key: origin }: OrbChoice, fetching: Fetching): Promise<string> {
  if (origin?.source === 'api_key_command') {
    return printedKey(await fetching.runCommand(origin.command), profile);
  }
  if (origin?.source === 'keychain') {
    return found(await fetching.askKeychain({ operation: 'read', account: origin.account }), {
      what: `key of the profile "${profile}"`,
      problem: keyProblem,
      variable: 'ORB_API_KEY',
      login: `creditctl auth login --profile ${profile}`,
    });
  }
  throw new CreditctlError('failure', `the key of ${profile} is not to be fetched`);
}

function printedKey({ how, stdout }: CommandEnd, profile: string): string {
  const key = stdout.trim();
  const problem = how === 0 ? printedProblem(key) : endText(how);
  if (problem === undefined) return key;
  throw notApplied('credentials', `The api_key_command of the profile "${profile}" ${problem}`, [
    `Run it by hand to see why: creditctl config get api_key_command --profile ${profile}`,
    'Or set ORB_API_KEY',
  ]);
}

function printedProblem(key: string): string | undefined {
  if (key === '') return 'printed nothing (exit code 0)';
  if (/[\n\r]/.test(key)) return 'printed more than one line (exit code 0)';
  const problem = keyProblem(key);
  return problem === undefined ? undefined : `printed a key that ${problem} (exit code 0)`;
}

/** The stored password of a profile's record. Throws a `credentials` error with the ways out. */
export async function fetchPassword(
  kept: KeptKey,
  profile: string,
  { askKeychain }: Pick<Fetching, 'askKeychain'>,
): Promise<string> {
  if (kept.source === 'key file') return kept.value;
  return found(await askKeychain({ operation: 'read', account: kept.account }), {
    what: `password of the record of the profile "${profile}"`,
    problem: passwordProblem,
    variable: 'PGPASSWORD',
    login: `creditctl auth login --record --profile ${profile}`,
  });
}

interface Wanted {
  readonly what: string;
  readonly problem: (secret: string) => string | undefined;
  readonly variable: string;
  readonly login: string;
}

function found(reply: KeychainReply, { what, problem: problemOf, variable, login }: Wanted): string {
  const secret = 'problem' in reply ? undefined : reply.key;
  const wrong = secret === undefined ? undefined : problemOf(secret);
  if (secret !== undefined && wrong === undefined) return secret;
  // A missing or invalid secret is stored again; only an unreadable keychain is unlocked.
  if (!('problem' in reply)) {
    const now = wrong === undefined ? 'is no longer in the OS keychain' : `(keychain) ${wrong}`;
    throw unreadable(`The ${what} ${now}`, [`Store it again: ${login}`, `Or set ${variable}`]);
  }
  throw unreadable(`The OS keychain with the ${what} cannot be read: ${reply.problem}`, [
    `Unlock it and try again, or set ${variable}`,
    `Or store it in a file: ${login} --file`,
  ]);
}

const unreadable = (message: string, next: readonly string[]): CreditctlError =>
  notApplied('credentials', message, next);
