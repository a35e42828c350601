// Native code is only loaded from a file that nobody else can write, and that holds the very bytes.
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fullAfter, withFs } from '../support/replaced-fs.ts';
import { freshHome } from '../support/run.ts';

interface CodeCache {
  readonly cacheFolder: (version: string, env: object, platform: string) => string | undefined;
  readonly codeCache: (version: string) => { readonly fileOf: (name: string, bytes: Buffer) => string };
}

const require = createRequire(import.meta.url);
const { cacheFolder, codeCache } = require('../../bin/code-cache.cjs') as CodeCache;
const bytes = Buffer.from('native code');

function cacheIn(cache: string) {
  vi.stubEnv('XDG_CACHE_HOME', cache);
  onTestFinished(() => void vi.unstubAllEnvs());
  return codeCache('1.0.0');
}

test('the file is made once, for its owner alone, and again where it holds something else', () => {
  const { fileOf } = cacheIn(freshHome());
  const file = fileOf('keyring.node', bytes);
  expect(readFileSync(file)).toEqual(bytes);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { ino } = statSync(file);
  expect(statSync(fileOf('keyring.node', bytes)).ino).toBe(ino);
  writeFileSync(file, 'other code.');
  expect(readFileSync(fileOf('keyring.node', bytes))).toEqual(bytes);
});

test('on a full disk no part of a file stays, to which every start would add one', async () => {
  const { fileOf } = cacheIn(freshHome());
  const folder = path.dirname(fileOf('keyring.node', bytes));
  await withFs('writeFileSync', fullAfter(3), () =>
    expect(() => fileOf('other.node', bytes)).toThrow('no space'),
  );
  expect(readdirSync(folder)).toEqual(['keyring.node']);
});

test('a folder that others can write is refused, and so is none', () => {
  const { fileOf } = cacheIn(freshHome());
  chmodSync(path.dirname(fileOf('keyring.node', bytes)), 0o777);
  expect(() => fileOf('keyring.node', bytes)).toThrow('Others can write');
  vi.stubEnv('HOME', '');
  expect(() => cacheIn('').fileOf('keyring.node', bytes)).toThrow('HOME');
});

test.each([
  [{ LOCALAPPDATA: 'C:\\Local', HOME: '/home/u' }, 'win32', 'C:\\Local/creditctl/'],
  [{ LOCALAPPDATA: 'C:\\Local', XDG_CACHE_HOME: '/xc' }, 'win32', '/xc/creditctl/'],
  [{ LOCALAPPDATA: '/local', HOME: '/home/u' }, 'linux', '/home/u/.cache/creditctl/'],
])('the cache folder of %j on %s', (env, platform, folder) =>
  expect(cacheFolder('1.0.0', env, platform)).toContain(folder));
