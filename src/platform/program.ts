// Runs a program by its name and arguments, without a shell, and returns its output.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program's stdin; default: empty. */
  readonly input?: AsyncIterable<Uint8Array> | undefined;
  /** A person is present: the program may ask on the terminal, and its stderr goes there. */
  readonly isAttended: boolean;
  /** Ends the program; the run rejects with its reason. */
  readonly signal: AbortSignal;
}

export interface ProgramEnd {
  /** The exit code; `missing` if the program does not exist. */
  readonly how: number | 'missing' | 'ended';
  readonly stdout: string;
  /** Empty if stderr went to the terminal. */
  readonly stderr: string;
}

export type RunProgram = (call: ProgramCall) => Promise<ProgramEnd>;

/** The time limit of an unattended program, in milliseconds. */
const unattendedMax = 60_000;

/** Rejects with the signal's reason, or with the failure of the input. */
export const runProgram: RunProgram = async ({ program, args, env, input, isAttended, signal }) => {
  if (signal.aborted) throw signal.reason;
  const child = spawn(program, args, {
    env: { ...env },
    // An unattended program gets no terminal, so that it cannot ask anything there.
    detached: !isAttended,
    windowsHide: true,
    ...(isAttended ? {} : { timeout: unattendedMax }),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', isAttended ? 'inherit' : 'pipe'],
  });
  const end = (): void => void child.kill();
  signal.addEventListener('abort', end, { once: true });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  const closed = new Promise<ProgramEnd['how']>((resolve) => {
    child.on('error', () => resolve('missing'));
    child.on('close', (code) => resolve(code ?? 'ended'));
  });
  try {
    if (input !== undefined && child.stdin !== null) await feed(input, child.stdin, closed);
    const how = await closed;
    if (signal.aborted) throw signal.reason;
    return { how, ...said };
  } catch (error) {
    child.kill();
    throw error;
  } finally {
    signal.removeEventListener('abort', end);
  }
};

/** Ignores a program that ends before it has read all input: its exit code says whether it failed. */
async function feed(
  input: AsyncIterable<Uint8Array>,
  stdin: Writable,
  closed: Promise<unknown>,
): Promise<void> {
  let isOpen = true;
  stdin.on('error', () => {
    isOpen = false;
  });
  for await (const piece of input) {
    if (!isOpen) return;
    if (!stdin.write(piece)) await Promise.race([once(stdin, 'drain').catch(() => {}), closed]);
  }
  stdin.end();
}
