// Once before the tests: builds `dist/` if it is older than its sources, and makes a temporary folder for the run.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stopServer } from './postgres.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const start = path.join(root, 'dist', 'start.pack.js');

/** @returns what removes the temporary folder with all homes that the tests made in it */
export default function prepare(): () => Promise<void> {
  buildIfOlder();
  const folder = inMemory() ?? mkdtempSync(path.join(os.tmpdir(), 'creditctl-tests-'));
  // Some tests run a program as another user, who has to get in.
  chmodSync(folder, 0o755);
  // The workers are started after this and take it over.
  process.env.TMPDIR = folder;
  return async () => {
    await stopServer({ folder: path.join(folder, 'postgres') }, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
}

/** What all homes of a run need, with room to spare, in bytes. */
const room = 4 * 1024 ** 3;

/** A folder in memory: the program syncs each write, and thousands of them would wait for a disk. */
function inMemory(): string | undefined {
  if (process.env.TMPDIR !== undefined || !existsSync('/dev/shm')) return undefined;
  const { bavail, bsize } = statfsSync('/dev/shm');
  if (bavail * bsize < room || os.freemem() < room) return undefined;
  const folder = mkdtempSync('/dev/shm/creditctl-tests-');
  // Containers often forbid to run programs from there, and some tests do.
  const script = path.join(folder, 'runs');
  writeFileSync(script, '#!/bin/sh\n', { mode: 0o755 });
  const { status } = spawnSync(script);
  rmSync(status === 0 ? script : folder, { recursive: true });
  return status === 0 ? folder : undefined;
}

function buildIfOlder(): void {
  const built = existsSync(start) ? statSync(start).mtimeMs : 0;
  const settings = ['package.json', 'package-lock.json'].map(
    (file) => statSync(path.join(root, file)).mtimeMs,
  );
  const newest = Math.max(...settings, ...['src', 'build', 'bin'].flatMap(changesBelow));
  if (newest <= built) return;
  const { status, stderr } = spawnSync(process.execPath, ['build/build.mjs'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The program cannot be built:\n${stderr}`);
}

const changesBelow = (folder: string): number[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map(
    (file) => statSync(path.join(root, folder, file)).mtimeMs,
  );
