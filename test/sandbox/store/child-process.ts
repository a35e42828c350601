// Runs a program of this folder as processes of their own.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { bundled } from '../../support/bundled.ts';

export interface Program {
  /** `writer.ts` adds so many entries for acme; `server.ts` serves the database and does not look at the count. */
  readonly start: (path: string, count: number, uid?: number) => ChildProcess;
  readonly remove: () => void;
}

/** @param name file name without its end */
export async function bundleProgram(name: 'writer' | 'server'): Promise<Program> {
  const { file, remove } = await bundled(path.join(import.meta.dirname, `${name}.ts`));
  return {
    start: (database, count, uid) =>
      // Node 22 warns of its own SQLite.
      spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, database, String(count)], {
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(uid === undefined ? {} : { uid }),
      }),
    remove,
  };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Waits for the end of a process. @param onLine called with each whole line of its output */
export function ended(child: ChildProcess, onLine: (line: string) => void = () => undefined): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = `${stdout.slice(stdout.lastIndexOf('\n') + 1)}${chunk}`.split('\n').slice(0, -1);
    stdout += chunk;
    for (const line of lines) onLine(line);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}
