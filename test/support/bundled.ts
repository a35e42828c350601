// Bundles a program of the tests once, to be run as processes of their own by this version of Node.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

export interface Bundled {
  readonly file: string;
  readonly remove: () => void;
}

/** @param entry absolute path of a TypeScript file */
export async function bundled(entry: string): Promise<Bundled> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-program-'));
  const file = path.join(folder, 'program.mjs');
  await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  symlinkSync(
    path.resolve(import.meta.dirname, '..', '..', 'node_modules'),
    path.join(folder, 'node_modules'),
  );
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}
