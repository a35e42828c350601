// Builds `dist/` once before the tests, if it is older than what it is built from.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..', '..');
const start = path.join(root, 'dist', 'start.pack.js');

export default function build(): void {
  const built = existsSync(start) ? statSync(start).mtimeMs : 0;
  const newest = Math.max(...['src', 'build', 'bin'].flatMap(changesBelow));
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
