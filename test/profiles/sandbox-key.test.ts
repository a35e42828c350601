import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Environment, Folders } from '../../src/profiles/environment.ts';
import { sandboxKey as keyOf } from '../../src/profiles/sandbox-key.ts';
import { failing, withFs } from '../support/replaced-fs.ts';
import { folderWith, freshFolder } from './files.ts';

const sandboxKey = (env: Environment, folders: Folders) => keyOf(env, folders, 7);
const inFolder = (state: string) => ({ config: '/nowhere', state });

test('the key is made once and kept for its owner alone', () => {
  const state = path.join(freshFolder(), 'new');
  const key = sandboxKey({}, inFolder(state));
  expect(key).toMatch(/^sandbox_[\w-]{32}$/);
  expect(sandboxKey({ CREDITCTL_SANDBOX_KEY: '' }, inFolder(state))).toBe(key);
  const file = path.join(state, 'sandbox-key');
  expect(readFileSync(file, 'utf8').trim()).toBe(key);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(sandboxKey({}, inFolder(freshFolder()))).not.toBe(key);
});

test('a disk that is full leaves no empty key, so that the next start makes one', async () => {
  const state = freshFolder();
  await withFs('writeSync', failing('ENOSPC', 1), () =>
    expect(() => sandboxKey({}, inFolder(state))).toThrow(
      expect.objectContaining({
        message: `The sandbox key file ${state}/sandbox-key cannot be used: the disk is full (ENOSPC)`,
      }),
    ),
  );
  expect(readdirSync(state)).toEqual([]);
  expect(sandboxKey({}, inFolder(state))).toMatch(/^sandbox_/);
});

test('the environment has the first word, and nothing is kept of it', () => {
  const state = freshFolder();
  expect(sandboxKey({ CREDITCTL_SANDBOX_KEY: 'mine' }, inFolder(state))).toBe('mine');
  expect(() => statSync(path.join(state, 'sandbox-key'))).toThrow('ENOENT');
});

test('a key may hold spaces, as that of the official tests does, and those at its ends are not of it', () => {
  const key = 'My API Key';
  expect(sandboxKey({ CREDITCTL_SANDBOX_KEY: key }, inFolder('/x'))).toBe(key);
  expect(sandboxKey({ CREDITCTL_SANDBOX_KEY: ` ${key}\n` }, inFolder('/x'))).toBe(key);
  for (const wrong of ['a\tb', 'a\nb', '\u00e9'])
    expect(() => sandboxKey({ CREDITCTL_SANDBOX_KEY: wrong }, inFolder('/x'))).toThrow('The sandbox key');
});

test('a key that cannot travel is refused without being shown', () => {
  expect(() => sandboxKey({ CREDITCTL_SANDBOX_KEY: 'a\nb' }, inFolder('/x'))).toThrow(
    'The sandbox key (CREDITCTL_SANDBOX_KEY) contains spaces or characters',
  );
  expect(() => sandboxKey({}, inFolder(folderWith('sandbox-key', '')))).toThrow(/sandbox-key\) is empty$/);
});

test('a folder that cannot be used is named', () => {
  const file = path.join(freshFolder(), 'file');
  writeFileSync(file, '');
  expect(() => sandboxKey({}, inFolder(file))).toThrow(/cannot be used: .*(EEXIST|ENOTDIR)\)$/);
});
