// Sends a request to the process that speaks to the OS keychain, and ends that process after a time limit.
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { KeychainReply, KeychainRequest } from './keychain.ts';

export interface Asking {
  /** The program that runs JavaScript: the running Node. */
  readonly node: string;
  /** Whether `node` is the single executable. It runs no other file, so it is the keychain process itself. */
  readonly isExecutable: boolean;
  /** Milliseconds. A locked keychain may ask a person to unlock it, and a keychain that hangs never answers. */
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
    // The error never holds the text, which may be a key.
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
    // A process that has ended does not read its stdin; its exit is handled already.
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(request));
  });
}

/** The code of the keychain process: runs the built `keychain.ts` on its own streams. */
const entryText = 'require(process.argv[1]).answer(process.stdin, process.stdout)';
