// Fetches the API key of a connection: from the environment, a file, a command, or the OS keychain.

import { shellText } from '../errors.ts';
import { noCredentials, type OrbChoice } from '../profiles/choose-connection.ts';
import { credentialsPath } from '../profiles/config-file.ts';
import { isReadByOthers } from '../profiles/ownership.ts';
import type { Runtime } from './runtime.ts';

/** Returns a known key at once; the code that fetches a key loads only if needed. */
export async function keyOf(choice: OrbChoice, runtime: Runtime): Promise<string> {
  if (choice.key === undefined) throw noCredentials(choice.profile);
  if (choice.key.source === 'key file') warnOfReaders(credentialsPath(runtime.folders.config), runtime);
  if ('value' in choice.key) return choice.key.value;
  const { fetchKey } = await import('../profiles/fetch-key.ts');
  const key = await fetchKey(choice, {
    runCommand: (command) => runCommand(command, 'api_key_command', runtime),
    askKeychain: (request) => askKeychain(request, runtime),
  });
  runtime.secrets.learn(key);
  return key;
}

export function warnOfReaders(file: string, { note }: Pick<Runtime, 'note'>): void {
  if (!isReadByOthers(file)) return;
  const text = `Others can read your keys. To stop that: chmod 600 ${shellText([file])}`;
  note({ text, data: { warning: text } });
}

/**
 * Runs a shell command that prints a secret, with a time limit for a person or a script. Rejects with the reason of an
 * interruption.
 */
export async function runCommand(
  command: string,
  setting: 'api_key_command' | 'record_password_command',
  runtime: Pick<Runtime, 'system' | 'env' | 'interruption' | 'isAttended' | 'secrets' | 'note'>,
) {
  const { system, env, interruption, secrets } = runtime;
  const isInteractive = runtime.isAttended;
  const lines: string[] = [];
  const end = await system.runCommand(command, {
    env,
    isInteractive,
    // A person may have to unlock a password store first, so a terminal gets more time than a script.
    limit: isInteractive ? 30_000 : 10_000,
    say: (line) => lines.push(line),
    signal: interruption,
  });
  // A shell that traces its commands prints the secret, so no line is printed before the secret is masked. If the command
  // failed, the secret may be unknown, so no trace line is printed.
  for (const line of end.stdout.split('\n')) secrets.learn(line.trim());
  for (const line of lines)
    if (end.how === 0 || !/^\++ /.test(line)) runtime.note({ text: line, data: { [setting]: line } });
  return end;
}

export const askKeychain = (
  request: Parameters<Runtime['system']['askKeychain']>[0],
  runtime: Pick<Runtime, 'system' | 'isAttended' | 'interruption'>,
) =>
  runtime.system.askKeychain(request, {
    patience: runtime.isAttended ? 20_000 : 2_000,
    signal: runtime.interruption,
  });
