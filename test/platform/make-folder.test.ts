// Folders that are made with those above them, or not at all.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../src/platform/make-folder.ts';
import { temporaryFolder } from '../sandbox/sandbox-at.ts';

test('a folder and those above it are made for the user alone, and twice is no harm', () => {
  const folder = path.join(temporaryFolder(), 'a', 'b', 'c');
  makeFolder(folder);
  makeFolder(folder);
  for (const place of [folder, path.dirname(folder)]) expect(statSync(place).mode & 0o777).toBe(0o700);
});

test('where none can be made, the system says why', () => {
  expect(() => makeFolder('/proc/creditctl/a/b')).toThrow(/ENOENT|EACCES|EPERM/);
  const file = path.join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(path.join(file, 'a'))).toThrow(/ENOTDIR|EEXIST/);
  expect(existsSync('/proc/creditctl')).toBe(false);
});
