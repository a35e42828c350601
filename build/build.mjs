// Builds `dist/`: a small main chunk and one chunk per heavy dependency, as CommonJS, because that starts fastest.
//
// esbuild splits only ES modules into shared chunks, so there are two passes: bundle and split as ES modules,
// then turn each chunk into CommonJS, where `import()` becomes a `require` that is not made until it is needed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { startupPlugin } from './startup-plugin.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, 'dist');
// A program that starts meanwhile finds the one of before, and a build that fails leaves it there.
const outdir = path.join(root, `dist.${process.pid}.new`);

const bundle = await build({
  absWorkingDir: root,
  entryPoints: ['src/start.ts', 'src/start-completion.ts'],
  outdir,
  bundle: true,
  splitting: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: '[name]-[hash]',
  legalComments: 'none',
  external: ['@libsql/*'],
  plugins: [startupPlugin],
  logLevel: 'warning',
});

await mkdir(outdir, { recursive: true });
await writeFile(path.join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
const chunks = new Map(await Promise.all(bundle.outputFiles.map(asCommonJs)));
const packed = packs();
for (const [file, names] of Object.entries(packed)) await writePack(file, names);
for (const name of Object.values(packed).flat()) chunks.delete(name);
await Promise.all([...chunks].map(([name, code]) => writeFile(path.join(outdir, name), code)));
await buildKeychainProcess();
await writeFile(path.join(outdir, 'NOTICES.txt'), notices());
await takeThePlace();
await keepHelp();

/** The licences of every package whose code is in the chunks, as they ask for. */
function notices() {
  const packages = new Set(
    Object.keys(bundle.metafile.inputs).flatMap(
      (file) =>
        /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replace(/^.*?:(?=node_modules)/, ''))?.[0] ??
        [],
    ),
  );
  const sections = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
    );
    const file = readdirSync(path.join(root, folder)).find((each) => /^(licen[cs]e|copying)/i.test(each));
    const text =
      file === undefined ? `Licence: ${license}` : readFileSync(path.join(root, folder, file), 'utf8');
    return `${name} ${version}\n\n${text.trim()}\n`;
  });
  const line = '-'.repeat(72);
  return ['creditctl contains code of these packages.\n', ...sections].join(`\n${line}\n\n`);
}

/** A source of ASCII alone is half as large in memory and read faster; esbuild leaves other characters in patterns. */
function inAscii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

async function takeThePlace() {
  const before = path.join(root, `dist.${process.pid}.old`);
  if (existsSync(dist)) await rename(dist, before);
  await rename(outdir, dist);
  await rm(before, { recursive: true, force: true });
}

/** Runs in a process of its own and is one file, so it shares no chunks (see `src/profiles/ask-keychain.ts`). */
async function buildKeychainProcess() {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/profiles/keychain.ts'],
    outdir,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    external: ['@napi-rs/keyring'],
    logLevel: 'warning',
  });
}

/** @returns {Promise<[name: string, code: string]>} */
async function asCommonJs({ path: file, text }) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname' },
    // Less to read at each start; names stay, so that a defect's stack trace can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
  });
  return [path.basename(file), inAscii(code)];
}

/** The help of the whole is the same on every machine, so `bin/creditctl.cjs` prints it without loading the program. */
async function keepHelp() {
  const { status, stdout } = spawnSync(process.execPath, ['bin/creditctl.cjs', '--help'], { cwd: root });
  if (status !== 0) throw new Error('The program that was built cannot print its help');
  await writeFile(path.join(dist, 'help.txt'), stdout);
}

/** A chunk of more characters than this is read by itself, and only by the commands that need it. */
function packs() {
  const largest = 60_000;
  const atStart = staticClosure('start.js');
  const atCompletion = staticClosure('start-completion.js');
  // Loaded only if it is needed, but then at once: fields and columns, and what is kept of live values.
  for (const [file, { entryPoint = '' }] of Object.entries(bundle.metafile.outputs))
    if (/^src\/(views\/|cli\/completion\/live-world|commands\/[^/]+\/([a-z]+-)?view\.ts$)/.test(entryPoint))
      staticClosure(path.basename(file), atCompletion);
  const light = [...chunks].filter(([name, code]) => !atStart.has(name) && code.length <= largest);
  const usual = usualChunks();
  return {
    'start.pack.js': [...atStart],
    // What others need too is in their files as well: one is opened sooner than two.
    'completion.pack.js': [...atCompletion],
    'rest.pack.js': light.map(([name]) => name).filter((name) => usual.has(name)),
    'more.pack.js': light.map(([name]) => name).filter((name) => !usual.has(name)),
  };
}

/** The chunks that something else than those commands loads. */
function usualChunks() {
  // What only commands of a month, a set-up or a whole file need: a support agent's command does not read past it.
  const seldom =
    /^src\/(batch|pages|reports|doctor|record\/postgres|sandbox\/(admin|delivery)|commands\/(report|reconcile|webhooks|invoices|batch|record|alerts|topups|sandbox|auth|config|doctor|completion|api)\/)/;
  const usual = new Set();
  for (const [file, { entryPoint = '' }] of Object.entries(bundle.metafile.outputs))
    if (entryPoint !== '' && !seldom.test(entryPoint)) staticClosure(path.basename(file), usual);
  return usual;
}

/** The chunks that are loaded together with one, whatever the command. */
function staticClosure(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const { imports } = bundle.metafile.outputs[path.join(path.basename(outdir), name)];
  for (const { kind, path: file, external } of imports) {
    if (kind === 'import-statement' && external !== true) staticClosure(path.basename(file), found);
  }
  return found;
}

/** Many small chunks in one file: opening one takes longer than reading all. */
async function writePack(file, names) {
  const members = names.map((name) => {
    const code = chunks.get(name);
    return `${JSON.stringify(name)}:function(exports,require,module,__filename,__dirname){${code}\n}`;
  });
  await writeFile(path.join(outdir, file), `({${members.join(',\n')}})`);
}
