// The kept machine code is only taken for the very source that it was made of.
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type ArrivedRequest, apiServer } from '../support/api-server.ts';
import { built, cleanEnvironment, program, start } from '../support/built-program.ts';
import { customer, entry, page } from '../support/documents.ts';
import { recordedIn } from '../support/recorded.ts';
import { freshHome } from '../support/run.ts';

// Of a function that ran when the machine code was made: only then is it kept.
const label = 'not_yet_effective';
const words = ['balance', 'acme', '--sandbox'];

test('a program that was edited without a change of its length runs as it was edited', async () => {
  const root = path.dirname(path.dirname(program));
  const copy = freshHome();
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  const dist = path.join(copy, 'dist');
  const holding = readdirSync(dist)
    .filter((name) => name.endsWith('.js'))
    .map((name) => path.join(dist, name))
    .filter((file) => readFileSync(file, 'utf8').includes(label));
  expect(holding).not.toEqual([]);
  for (const file of holding)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(label, label.toUpperCase()));
  const env = cleanEnvironment(freshHome());
  // The same command has kept its code before.
  await built(words, env);
  const edited = await start(process.execPath, [path.join(copy, 'bin', 'creditctl.cjs'), ...words], env)
    .ended;
  expect(edited.stdout).toContain(label.toUpperCase());
  expect((await built(words, env)).stdout).toContain(label);
});

/** The files of the only folder of kept code below a cache folder. */
function keptIn(cache: string): ReadonlyMap<string, number> {
  const folder = path.join(cache, 'creditctl', readdirSync(path.join(cache, 'creditctl'))[0] ?? '');
  return new Map(readdirSync(folder).map((name) => [name, statSync(path.join(folder, name)).mtimeMs]));
}

test('compiled code is kept by the first start, and again only by one that runs something new', async () => {
  const cache = freshHome();
  const env = cleanEnvironment(freshHome(), { XDG_CACHE_HOME: cache });
  const list = ['ledger', 'list', 'acme', '--sandbox'];
  const first = await built(list, env);
  const kept = keptIn(cache);
  for (const name of ['chunks.txt', 'read.pack.js', 'start.pack.js']) expect(kept.has(name)).toBe(true);
  const second = await built(list, env);
  expect([second.code, second.stdout]).toEqual([0, first.stdout]);
  expect(keptIn(cache)).toEqual(kept);
  await built(['balance', 'acme', '--sandbox'], env);
  expect(keptIn(cache).get('read.pack.js')).toBeGreaterThan(kept.get('read.pack.js') ?? 0);
});

test('kept code that was damaged since, as by a crash of the machine, is made anew and not run', async () => {
  const cache = freshHome();
  const env = cleanEnvironment(freshHome(), { XDG_CACHE_HOME: cache });
  const list = ['ledger', 'list', 'acme', '--sandbox'];
  await built(list, env);
  const [kind = ''] = readdirSync(path.join(cache, 'creditctl'));
  const start = path.join(cache, 'creditctl', kind, 'start.pack.js');
  const kept = readFileSync(start);
  for (const from of [0.7, 0.99]) {
    writeFileSync(start, Buffer.from(kept).fill(0, Math.floor(kept.length * from)));
    expect(await built(list, env)).toEqual({ code: 0, stdout: '', stderr: 'no entries\n' });
    expect(
      readFileSync(start)
        .subarray(-1000)
        .some((byte) => byte !== 0),
    ).toBe(true);
  }
});

test('a write counts as reported only when the code is kept: after a kill while the program keeps code it is reported again', async () => {
  const [cache, home] = [freshHome(), freshHome()];
  const env = cleanEnvironment(home, { XDG_CACHE_HOME: cache });
  const { code, stderr } = await built(['ledger', 'add', 'acme', '--amount', '1', '--sandbox', '--yes'], env);
  expect(code, stderr).toBe(0);
  const reported = recordedIn(home).find(({ event }) => event === 'acknowledged');
  // The record's times have whole milliseconds, those of files have parts of one.
  const kept = Math.floor(keptIn(cache).get('chunks.txt') ?? Number.NaN);
  expect(kept).toBeLessThanOrEqual(Date.parse(String(reported?.at)));
});

test('code that somebody else could have put there is neither used nor replaced', async () => {
  const cache = freshHome();
  const env = cleanEnvironment(freshHome(), { XDG_CACHE_HOME: cache });
  await built(['ledger', 'list', 'acme', '--sandbox'], env);
  const [kind = ''] = readdirSync(path.join(cache, 'creditctl'));
  const folder = path.join(cache, 'creditctl', kind);
  chmodSync(folder, 0o777);
  const before = keptIn(cache);
  expect((await built(['balance', 'acme', '--sandbox'], env)).code).toBe(0);
  expect(keptIn(cache)).toEqual(before);
});

test.each([
  ['none', { XDG_CACHE_HOME: '', HOME: '' }],
  ['one that is a file', { XDG_CACHE_HOME: '/dev/null' }],
  ['one that can never be made', { XDG_CACHE_HOME: '/proc/nowhere/cache' }],
])('without a cache folder (%s) the program runs all the same', async (_, more) => {
  const state = freshHome();
  const env = cleanEnvironment(freshHome(), {
    CREDITCTL_STATE_DIR: state,
    CREDITCTL_CONFIG_DIR: state,
    ...more,
  });
  expect((await built(['ledger', 'list', 'acme', '--sandbox'], env)).code).toBe(0);
});

test('code that was kept by a command over HTTP is taken by the next one', async () => {
  const cache = freshHome();
  const env = cleanEnvironment(freshHome(), {
    XDG_CACHE_HOME: cache,
    ORB_API_KEY: 'key_of_nobody_1',
    // Nobody listens there, but the client is loaded.
    ORB_BASE_URL: 'http://127.0.0.1:9/v1',
  });
  const list = ['ledger', 'list', 'acme', '--timeout', '1s'];
  expect((await built(list, env)).code).toBe(8);
  const kept = keptIn(cache);
  expect((await built(list, env)).code).toBe(8);
  expect(keptIn(cache)).toEqual(kept);
});

/** The files of chunks that a command reads where nothing is kept yet, how many modules it runs, and how long the files are. */
async function readBy(words: readonly string[]) {
  const cache = freshHome();
  const env = cleanEnvironment(await home, { XDG_CACHE_HOME: cache });
  expect((await built(words, env)).code).toBe(0);
  if (!existsSync(path.join(cache, 'creditctl'))) return { files: [], modules: 0, characters: 0 };
  const files = [...keptIn(cache).keys()].filter((name) => name.endsWith('.js')).sort();
  const folder = path.join(cache, 'creditctl', readdirSync(path.join(cache, 'creditctl'))[0] ?? '');
  const names = readFileSync(path.join(folder, 'chunks.txt'), 'utf8').split('\n');
  const dist = path.join(path.dirname(path.dirname(program)), 'dist');
  return {
    files,
    modules: names.filter((name) => name.endsWith('.js')).length,
    characters: files.reduce((sum, name) => sum + statSync(path.join(dist, name)).size, 0),
  };
}

const home = (async () => {
  const folder = freshHome();
  for (const amount of ['1', '2'])
    await built(
      ['ledger', 'add', 'acme', '--amount', amount, '--sandbox', '--yes'],
      cleanEnvironment(folder),
    );
  return folder;
})();

const tab = (...words: readonly string[]): readonly string[] => ['__complete', 'zsh', '--', ...words];

// A start takes as long as what it reads and runs. More than this is for a command that needs it.
test.each([
  ['--help', ['--help'], { files: [], modules: 0, characters: 0 }],
  ['help', ['ledger', 'add', '--help'], { files: ['start.pack.js'], modules: 60, characters: 220_000 }],
  [
    'a list',
    ['ledger', 'list', 'acme', '--sandbox', '-o', 'json'],
    { files: ['read.pack.js', 'start.pack.js'], modules: 150, characters: 600_000 },
  ],
  [
    'a balance',
    ['balance', 'acme', '--sandbox'],
    { files: ['read.pack.js', 'start.pack.js'], modules: 150, characters: 600_000 },
  ],
  ['a Tab', tab('ledger', 'a'), { files: ['tab.pack.js'], modules: 40, characters: 140_000 }],
  [
    'a Tab for fields',
    tab('report', 'burndown', '--json', ''),
    { files: ['tab-fields.pack.js', 'tab-kept.pack.js', 'tab.pack.js'], modules: 60, characters: 240_000 },
  ],
  [
    'a Tab for customers',
    tab('balance', '--sandbox', 'ac'),
    { files: ['tab-kept.pack.js', 'tab-live.pack.js', 'tab.pack.js'], modules: 130, characters: 420_000 },
  ],
])('%s reads no more than it needs', async (_, words, most) => {
  const { files, modules, characters } = await readBy(words);
  expect(files).toEqual(most.files);
  expect(modules).toBeLessThanOrEqual(most.modules);
  expect(characters).toBeLessThanOrEqual(most.characters);
});

// What Node keeps no snapshot of loads for milliseconds: streams and sockets together take a tenth of a list.
test.each([
  ['a list', ['ledger', 'list', 'acme', '--sandbox', '-o', 'json']],
  ['help', ['ledger', 'add', '--help']],
  ['a Tab', tab('ledger', 'a')],
  ['a Tab for customers', tab('balance', '--sandbox', 'ac')],
])('%s loads no streams, sockets or cryptography of Node', async (_, words) => {
  const folder = freshHome();
  const [hook, list] = [path.join(folder, 'hook.cjs'), path.join(folder, 'modules')];
  const saying = `require('node:fs').writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join('\\n'))`;
  writeFileSync(hook, `process.on('exit', () => ${saying});\n`);
  const env = cleanEnvironment(await home, { XDG_CACHE_HOME: folder });
  // Whoever keeps code does need more.
  await built(words, env);
  expect((await built(words, { ...env, NODE_OPTIONS: `--require ${hook}` })).code).toBe(0);
  const loaded = readFileSync(list, 'utf8').split('\n');
  expect(loaded).toContain('NativeModule fs');
  for (const name of ['stream', 'net', 'tty', 'crypto']) expect(loaded).not.toContain(`NativeModule ${name}`);
});

test('a grant over HTTP reads neither the calendar nor the table of lines', async () => {
  const home = freshHome();
  const made = ({ body }: ArrivedRequest) =>
    entry({ amount: 5, metadata: (JSON.parse(body) as { metadata: object }).metadata });
  const api = await apiServer([{ json: page([customer()]) }, { json: made, status: 201 }]);
  const preload = path.join(home, 'read-files.cjs');
  writeFileSync(
    preload,
    `const fs = require('node:fs');
const { readFileSync } = fs;
fs.readFileSync = (file, ...more) => {
  fs.appendFileSync(${JSON.stringify(path.join(home, 'read'))}, file + '\\n');
  return readFileSync(file, ...more);
};`,
  );
  const env = {
    ORB_API_KEY: 'key_of_a_test',
    ORB_BASE_URL: api.baseUrl,
    NODE_OPTIONS: `--require ${preload}`,
  };
  const { code, stderr } = await built(
    ['ledger', 'add', 'acme', '--amount', '5', '--yes'],
    cleanEnvironment(home, env),
  );
  await api.close();
  expect(code, stderr).toBe(0);
  const files = readFileSync(path.join(home, 'read'), 'utf8').trim().split('\n');
  const read = files.filter((file) => file.startsWith(path.join(path.dirname(program), '..', 'dist')));
  expect(read.map((file) => path.basename(file))).toContain('write.pack.js');
  expect(read.filter((file) => file.endsWith('lines.json'))).toEqual([]);
  expect(read.filter((file) => readFileSync(file, 'utf8').includes('PlainDate'))).toEqual([]);
});
