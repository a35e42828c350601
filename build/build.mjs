// Builds `dist/`: a small main chunk and one chunk per heavy dependency, as CommonJS, because that starts fastest.
//
// esbuild splits only ES modules into shared chunks, so there are two passes: bundle and split as ES modules,
// then turn each chunk into CommonJS, where `import()` becomes a `require` that is not made until it is needed.
import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { startupPlugin } from './startup-plugin.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const outdir = path.join(root, 'dist');

const bundle = await build({
  absWorkingDir: root,
  entryPoints: ['src/start.ts'],
  outdir,
  bundle: true,
  splitting: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: '[name]-[hash]',
  legalComments: 'none',
  external: ['@libsql/*'],
  plugins: [startupPlugin],
  logLevel: 'warning',
});

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });
await writeFile(path.join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
await Promise.all(bundle.outputFiles.map(writeChunk));
// A start without the kept machine code is slower but no different, so its absence fails no build.
const warmUp = spawnSync(process.execPath, ['build/warm-up.cjs'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (warmUp.status !== 0) console.warn('The code cache could not be made; creditctl will start more slowly.');

async function writeChunk({ path: file, text }) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    legalComments: 'none',
  });
  await writeFile(file, code);
}
