// Builds `dist/`: each module becomes a CommonJS chunk that loads at its first use, because such a program starts fastest.
//
// esbuild splits only ES modules into shared chunks, so there are two passes: bundle and split as ES modules,
// then turn each chunk into CommonJS, where an import becomes a `require` at the first use of the module.
// Then sample commands of the built program show which chunks load together.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { importedWhereUsed, withoutBareImports, withoutHelpers } from './chunk-code.mjs';
import { packsOf } from './packs.mjs';
import { sourceLines } from './source-lines.mjs';
import { startupPlugin } from './startup-plugin.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, 'dist');
// A new folder, so that a program that starts during the build finds the previous one, and a failed build changes nothing.
const outdir = path.join(root, `dist.${process.pid}.new`);
const inModule = 'function(exports,require,module,__dirname,__give,__toESM){';

const bundle = await build({
  absWorkingDir: root,
  // Each module is a chunk, so that a command loads only the modules that it uses.
  entryPoints: sources().map((source) => ({ in: source, out: nameOf(source) })),
  outdir,
  bundle: true,
  splitting: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: '[name]-[hash]',
  sourcemap: 'external',
  legalComments: 'none',
  external: ['@libsql/*', '@napi-rs/keyring'],
  plugins: [startupPlugin],
  logLevel: 'warning',
});

await mkdir(outdir, { recursive: true });
await writeFile(path.join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
const needed = importedBy('start-completion.js', importedBy('start.js'));
const files = bundle.outputFiles.filter(({ path: file }) => needed.has(path.basename(file)));
const maps = new Map(bundle.outputFiles.map(({ path: file, text }) => [path.basename(file), text]));
/** Each chunk with its source map, as esbuild made both. */
const mapped = new Map();
const chunks = new Map(await Promise.all(files.map(asCommonJs)));
await writeAll(chunks);
const [commands, tabs] = packsOf(outdir, chunks, usersOfChunks());
await Promise.all([...chunks.keys()].map((name) => rm(path.join(outdir, name))));
const packed = packedFiles();
await writeAll(new Map([...packed].map(([name, members]) => [name, textOf(members)])));
await writeFile(path.join(outdir, 'lines.json'), JSON.stringify(sourceLines(packed, mapped)));
await buildOneFile('src/profiles/keychain.ts');
await buildOneFile('bin/boot.cjs');
await writeFile(path.join(outdir, 'NOTICES.txt'), notices());
await takeThePlace();
await keepHelp();

/** The licences of all packages in the chunks, as the licences require. */
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

/** ASCII source takes half the memory and loads faster; esbuild leaves other characters in regular expressions. */
function inAscii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

async function takeThePlace() {
  const before = path.join(root, `dist.${process.pid}.old`);
  if (existsSync(dist)) await rename(dist, before);
  await rename(outdir, dist);
  await rm(before, { recursive: true, force: true });
}

/**
 * Builds a file that shares no chunks: it runs before the loader, or in another process (see `src/profiles/ask-keychain.ts`).
 * @param {string} entry
 */
async function buildOneFile(entry) {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
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
  const name = path.basename(file);
  const known = Buffer.from(maps.get(`${name}.map`) ?? '').toString('base64');
  const input = `${withoutBareImports(text)}\n//# sourceMappingURL=data:application/json;base64,${known}`;
  const { code, map } = await transform(input, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    // Without this definition, the PostgreSQL driver would look for a native driver if the variable is set.
    define: { 'import.meta.dirname': '__dirname', 'process.env.NODE_PG_FORCE_NATIVE': 'undefined' },
    // Less to read at each start. Names stay, so that the stack of a defect is readable.
    minifyWhitespace: true,
    minifySyntax: true,
    // See `source-lines.mjs`.
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
  });
  mapped.set(name, { map, code });
  return [name, inAscii(importedWhereUsed(code))];
}

/** The root help is the same on every machine, so `bin/boot.cjs` prints it without loading the program. */
async function keepHelp() {
  const { status, stdout } = spawnSync(process.execPath, ['bin/creditctl.cjs', '--help'], { cwd: root });
  if (status !== 0) throw new Error('The program that was built cannot print its help');
  await writeFile(path.join(dist, 'help.txt'), stdout);
}

function sources() {
  return readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => `src/${file.replaceAll(path.sep, '/')}`);
}

/** `src/commands/ledger/list.ts` begins the chunk `commands.ledger.list.js`. */
function nameOf(source) {
  return source
    .replace(/^src\//, '')
    .replace(/\.ts$/, '')
    .replaceAll('/', '.');
}

/** A chunk and every chunk that it may load. */
function importedBy(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const { imports } = bundle.metafile.outputs[path.join(path.basename(outdir), name)];
  for (const { path: file, external } of imports)
    if (external !== true) importedBy(path.basename(file), found);
  return found;
}

/** The nouns whose commands may load a chunk. */
function usersOfChunks() {
  const users = new Map([...chunks.keys()].map((name) => [name, new Set()]));
  for (const source of sources()) {
    const [, noun] = /^src\/commands\/([^/]+)\/(?!spec\.ts)/.exec(source) ?? [];
    if (noun !== undefined) for (const name of importedBy(`${nameOf(source)}.js`)) users.get(name)?.add(noun);
  }
  return users;
}

/** The chunks of each file, in order. One file holds many small chunks, because opening a file takes longer than reading it. */
function packedFiles() {
  const files = new Map();
  for (const name of chunks.keys())
    if (!commands.homes.has(name))
      files.set(name, [{ name, before: '', code: codeOf(name, commands.homes) }]);
  for (const { packs, homes } of [commands, tabs])
    for (const [pack, names] of Object.entries(packs)) {
      if (files.has(pack)) throw new Error(`Two packs are called ${pack}`);
      const members = names.map((name, at) => ({
        name,
        before: `${at === 0 ? '({' : '\n},\n'}${JSON.stringify(name)}:${inModule}`,
        code: codeOf(name, homes),
      }));
      files.set(pack, [...members, { name: '', before: names.length === 0 ? '({})' : '\n}})', code: '' }]);
    }
  return files;
}

function textOf(members) {
  return members.map(({ before, code }) => before + code).join('');
}

/** A chunk's address begins with its pack, so that a start reads no other pack to find the chunk. */
function codeOf(name, homes) {
  return withoutHelpers(chunks.get(name) ?? '').replace(/\brequire\("\.\/([^"]+)"\)/g, (_, id) =>
    homes.has(id) ? `require("./${homes.get(id)}/${id}")` : `require("./${id}")`,
  );
}

async function writeAll(files) {
  await Promise.all([...files].map(([name, code]) => writeFile(path.join(outdir, name), code)));
}
