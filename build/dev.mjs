// Runs the program from its sources: `npm run dev -- ledger list acme --sandbox`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startupPlugin } from './startup-plugin.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
// Inside the project, so that packages outside the bundle are found.
const outdir = mkdtempSync(path.join(root, 'node_modules', '.creditctl-dev-'));

try {
  await build({
    absWorkingDir: root,
    stdin: {
      contents: `import { start } from './src/start.ts';
import { version } from './package.json';
await start({ argv: process.argv.slice(2), version });`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile: path.join(outdir, 'creditctl.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['@libsql/*', '@napi-rs/keyring'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    sourcemap: 'inline',
    plugins: [startupPlugin],
    logLevel: 'warning',
  });
  const words = ['--enable-source-maps', path.join(outdir, 'creditctl.mjs'), ...process.argv.slice(2)];
  const { status, signal } = spawnSync(process.execPath, words, { stdio: 'inherit' });
  process.exitCode = status ?? (signal === null ? 1 : 128);
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
