// Bundles a program of this folder once and runs it as processes of their own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface Program {
  /** `writer.ts` adds so many entries for acme; `server.ts` serves the database and does not look at the count. */
  readonly start: (path: string, count: number, uid?: number) => ChildProcess;
  readonly remove: () => void;
}

/** @param name file name without its end */
export async function bundleProgram(name: 'writer' | 'server'): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-writer-'));
  await chmod(folder, 0o755);
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  return {
    start: (path, count, uid) =>
      spawn(process.execPath, [outfile, path, String(count)], {
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(uid === undefined ? {} : { uid }),
      }),
    remove: () => rmSync(folder, { recursive: true }),
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
