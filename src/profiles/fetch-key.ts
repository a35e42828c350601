// Fetches a key from the profile's command or the OS keychain; no error repeats what they printed.
import { CreditctlError } from '../errors.ts';
import type { OrbChoice } from './choose-connection.ts';
import { keyProblem } from './credentials-file.ts';
import type { KeychainReply, KeychainRequest } from './keychain.ts';
import { type CommandEnd, endText } from './shell-command.ts';

export interface Fetching {
  readonly runCommand: (command: string) => Promise<CommandEnd>;
  readonly askKeychain: (request: KeychainRequest) => Promise<KeychainReply>;
}

/** The profile's key. Throws a `credentials` error with the ways on. */
export async function fetchKey({ profile, key: origin }: OrbChoice, fetching: Fetching): Promise<string> {
  if (origin?.source === 'api_key_command') {
    return printedKey(await fetching.runCommand(origin.command), profile);
  }
  if (origin?.source === 'keychain') {
    return foundKey(await fetching.askKeychain({ act: 'read', account: origin.account }), profile);
  }
  throw new CreditctlError('failure', `the key of ${profile} is not to be fetched`);
}

function printedKey({ how, stdout }: CommandEnd, profile: string): string {
  const key = stdout.trim();
  const problem = how === 0 ? printedProblem(key) : endText(how);
  if (problem === undefined) return key;
  throw new CreditctlError('credentials', `The api_key_command of the profile "${profile}" ${problem}`, {
    applied: 'no',
    next: [
      `Run it by hand to see why: creditctl config get api_key_command --profile ${profile}`,
      'Or set ORB_API_KEY',
    ],
  });
}

function printedProblem(key: string): string | undefined {
  if (key === '') return 'printed nothing (exit code 0)';
  if (/[\n\r]/.test(key)) return 'printed more than one line (exit code 0)';
  const problem = keyProblem(key);
  return problem === undefined ? undefined : `printed a key that ${problem} (exit code 0)`;
}

function foundKey(reply: KeychainReply, profile: string): string {
  const problem =
    'problem' in reply
      ? `The OS keychain with the key of the profile "${profile}" cannot be read: ${reply.problem}`
      : reply.key === undefined
        ? `The key of the profile "${profile}" is no longer in the OS keychain`
        : keyProblemOf(reply.key);
  if (problem === undefined && 'key' in reply && reply.key !== undefined) return reply.key;
  throw new CreditctlError('credentials', problem ?? 'The OS keychain answered without a key', {
    applied: 'no',
    next: [
      'Unlock it and try again, or set ORB_API_KEY',
      `Or store the key in a file: creditctl auth login --file --profile ${profile}`,
    ],
  });
}

function keyProblemOf(key: string): string | undefined {
  const problem = keyProblem(key);
  return problem === undefined ? undefined : `The API key (keychain) ${problem}`;
}
