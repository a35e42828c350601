// The kept machine code is only taken for the very source that it was made of.
import { chmodSync, cpSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { built, cleanEnvironment, program, start } from '../support/built-program.ts';
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
