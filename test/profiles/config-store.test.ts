import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { saveCurrent, saveKey, saveSetting } from '../../src/profiles/config-store.ts';
import { freshFolder } from './files.ts';

test('the lock is free again after a save, also after one that failed', () => {
  const folder = freshFolder();
  const lock = (): readonly string[] => readdirSync(path.join(folder, '.lock'));
  saveSetting(folder, 'p', ['mode', 'test']);
  expect(lock()).toEqual(['free']);
  writeFileSync(path.join(folder, 'config.json'), 'not JSON');
  expect(() => saveSetting(folder, 'p', ['mode', 'live'])).toThrow(folder);
  expect(lock()).toEqual(['free']);
});

test('what a killed process left of a file that it wrote is removed, because a key may be in it', () => {
  const folder = freshFolder();
  for (const name of [
    'credentials.json.tmp-588417526639853d',
    'config.json.tmp-5884176062d338ab',
    'mine.tmp-58',
  ])
    writeFileSync(path.join(folder, name), '{"p":"key"}');
  saveKey(folder, 'p', undefined);
  expect(readdirSync(folder).filter((name) => name.includes('tmp'))).toEqual(['mine.tmp-58']);
});

test('a file of before is not given the address of a schema, and one that has it keeps it', () => {
  for (const before of [{ current: 'p' }, { $schema: 'https://example.com/s.json', current: 'p' }]) {
    const folder = freshFolder();
    const file = path.join(folder, 'config.json');
    writeFileSync(file, JSON.stringify(before));
    saveSetting(folder, 'p', ['mode', 'test']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...before, profiles: { p: { mode: 'test' } } });
  }
});

test('a file that begins with the profile in use names its schema first, too', () => {
  const folder = freshFolder();
  saveCurrent(folder, 'p');
  const file = JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8')) as object;
  expect(Object.keys(file)).toEqual(['$schema', 'current']);
});
