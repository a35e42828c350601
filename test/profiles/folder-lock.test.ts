import { mkdirSync, mkdtempSync, readdirSync, utimesSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/profiles/config-file.ts';
import { saveSetting } from '../../src/profiles/config-store.ts';
import { alone } from '../../src/profiles/folder-lock.ts';

const fresh = (): string => mkdtempSync(path.join(os.tmpdir(), 'creditctl-lock-'));

test('the lock is held while the work is done, and gone afterwards, also after a failure', () => {
  const folder = fresh();
  expect(alone(folder, () => readdirSync(folder))).toEqual(['.lock']);
  expect(() =>
    alone(folder, () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock that a killed process left behind is taken over', () => {
  const folder = fresh();
  const lock = path.join(folder, '.lock');
  mkdirSync(lock);
  const longAgo = Date.now() / 1000 - 60;
  utimesSync(lock, longAgo, longAgo);
  expect(alone(folder, () => 'done')).toBe('done');
});

test('a setting is saved under the lock', () => {
  const folder = fresh();
  mkdirSync(path.join(folder, '.lock'));
  expect(() => saveSetting(folder, 'p', ['mode', 'test'])).toThrow('cannot be written (EBUSY)');
  expect(readConfig(folder).profiles).toEqual({});
});
