// Asks the process that speaks to the OS keychain, and waits no longer than it is allowed to.
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { KeychainReply, KeychainRequest } from './keychain.ts';

export interface Asking {
  /** The program that runs JavaScript: this Node. */
  readonly node: string;
  /** Whether that is the single executable, which runs no other file: it is the other process itself. */
  readonly isExecutable: boolean;
  /** Milliseconds; a keychain that is locked may have to ask a person, and one that hangs never answers. */
  readonly patience: number;
  readonly signal: AbortSignal;
}

/** Rejects only with the signal's reason. */
export async function askKeychain(request: KeychainRequest, asking: Asking): Promise<KeychainReply> {
  const { ended, text } = await answered(request, asking);
  if (asking.signal.aborted) throw asking.signal.reason;
  if (ended === 'SIGKILL') return { problem: `it did not answer within ${asking.patience / 1000} s` };
  try {
    return JSON.parse(text) as KeychainReply;
  } catch {
    // Never the text: it may hold a key.
    return { problem: 'it cannot be used on this machine' };
  }
}

interface Answered {
  /** The signal that ended the process, if one did. */
  readonly ended: NodeJS.Signals | null;
  readonly text: string;
}

function answered(
  request: KeychainRequest,
  { node, isExecutable, patience, signal }: Asking,
): Promise<Answered> {
  return new Promise((resolve) => {
    const words = isExecutable
      ? ['__keychain']
      : ['-e', entryText, path.join(import.meta.dirname, 'keychain.js')];
    const child = spawn(node, words, {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: patience,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    const end = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', end, { once: true });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    child.on('error', () => resolve({ ended: null, text: '' }));
    child.on('close', (_code, ended) => {
      signal.removeEventListener('abort', end);
      resolve({ ended, text });
    });
    // A process that has ended already reads nothing; its end says enough.
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(request));
  });
}

/** What the other process runs: the built `keychain.ts`, on its own streams. */
const entryText = 'require(process.argv[1]).answer(process.stdin, process.stdout)';
