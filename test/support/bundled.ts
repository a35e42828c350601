// Bundles a program of the tests once, to be run as processes of their own by this version of Node.
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

export interface Bundled {
  readonly file: string;
  readonly remove: () => void;
}

const packages = path.resolve(import.meta.dirname, '..', '..', 'node_modules');

/** The database engine is a native library, so it cannot be bundled; these are all of its packages. */
const engine = ['libsql', '@libsql', '@neon-rs', 'detect-libc'];

/**
 * The program with all that it needs in one temporary folder that every user of this machine may read: a test may run
 * it as somebody who cannot enter this repository.
 * @param entry absolute path of a TypeScript file
 */
export async function bundled(entry: string): Promise<Bundled> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-program-'));
  const file = path.join(folder, 'program.mjs');
  await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['libsql'],
  });
  for (const name of engine)
    cpSync(path.join(packages, name), path.join(folder, 'node_modules', name), { recursive: true });
  chmodSync(folder, 0o755);
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}
