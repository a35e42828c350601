// Runs a program by its name and arguments, without a shell: what it is given on stdin, and what it says.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it reads on stdin; default: nothing. */
  readonly input?: AsyncIterable<Uint8Array> | undefined;
  /** A person is there: the program may ask on the terminal, and its stderr goes there. */
  readonly isAttended: boolean;
  /** Ends the program; its reason is thrown. */
  readonly signal: AbortSignal;
}

export interface ProgramEnd {
  /** `missing` if there is no such program. */
  readonly how: number | 'missing' | 'ended';
  readonly stdout: string;
  /** Empty where a person saw it. */
  readonly stderr: string;
}

export type RunProgram = (call: ProgramCall) => Promise<ProgramEnd>;

/** Milliseconds after which a program without a person at it is ended. */
const unattendedMax = 60_000;

/** Rejects with the signal's reason, and with what the input fails with. */
export const runProgram: RunProgram = async ({ program, args, env, input, isAttended, signal }) => {
  if (signal.aborted) throw signal.reason;
  const child = spawn(program, args, {
    env: { ...env },
    // Without a person it gets no terminal of its own either, so that nothing can be asked there.
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

/** A program may end before it has read everything: that is for its exit code to say. */
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
