// Bundles modules of `src` into one file that Node can load, so that benches measure them without the program.
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string} contents exports of modules, by their paths from the root
 * @param {string} folder a temporary one, for one bundle
 * @returns {Promise<string>} the file, in CommonJS
 */
export async function bundled(contents, folder) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['libsql'],
  });
  const file = path.join(folder, 'bundled.cjs');
  writeFileSync(file, outputFiles[0]?.text ?? '');
  // Node looks for libsql beside the file that imports it.
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return file;
}

/**
 * Loads modules of `src` and of the tests' support, which start a PostgreSQL server and open a record there.
 * @param {string} folder a temporary one, for one bundle
 * @param {readonly string[]} modules by their paths from the root
 */
export async function partsOfTests(folder, modules) {
  const file = path.join(folder, 'parts.mjs');
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  await build({
    absWorkingDir: root,
    stdin: {
      contents: modules.map((module) => `export * from '${module}';`).join('\n'),
      resolveDir: root,
      loader: 'ts',
    },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return import(pathToFileURL(file).href);
}
