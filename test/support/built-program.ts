// The built program as a process of its own: what only a real process shows.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';

export const program = path.resolve(import.meta.dirname, '..', '..', 'bin', 'creditctl.cjs');

/** An environment with nothing of the person's in it who runs the tests. */
export const cleanEnvironment = (home: string, more: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  HOME: home,
  // Starts of one test run share what V8 compiled, as those of one person do.
  XDG_CACHE_HOME: path.join(os.tmpdir(), 'cache'),
  ...more,
});

export interface Ended {
  /** `undefined` if a signal ended the process. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves when stdout holds the text. Rejects if the process ends before. */
  printed(text: string): Promise<string>;
  readonly ended: Promise<Ended>;
}

/** Starts a command, such as a shell with a pipe, or the program itself by `process.execPath`. */
export function start(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Started {
  const child = spawn(command, args, { env });
  let stdout = '';
  let stderr = '';
  const waiting: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => {});
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code: code ?? undefined, stdout, stderr }));
  });
  return {
    child,
    ended,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (stdout.includes(text)) resolve(stdout);
        };
        waiting.push(look);
        look();
        void ended.then(() => reject(new Error(`ended without "${text}":\n${stdout}${stderr}`)));
      }),
  };
}

/** Runs the program with these words; its stdin is empty. */
export async function built(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const started = start(process.execPath, [program, ...words], env);
  started.child.stdin.end();
  return started.ended;
}
