// What a database promises beyond its engine: nothing is written to a file that is not the one at its path any more.
import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/database/driver.ts';

test.each([
  ['deleted', (file: string) => rmSync(file)],
  [
    'replaced',
    (file: string) => {
      copyFileSync(file, `${file}.copy`);
      renameSync(`${file}.copy`, file);
    },
  ],
])('a file that was %s since it was opened takes no write', async (_how, change) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'driver-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'file.db');
  writeFileSync(file, '');
  const database = await openDatabase(file);
  onTestFinished(() => database.close());
  database.write(() => database.exec('CREATE TABLE notes (note TEXT)'));
  change(file);
  let isReached = false;
  const write = () =>
    database.write(() => {
      isReached = true;
    });
  expect(write).toThrow(`${file} was deleted or replaced while it was open`);
  expect(isReached).toBe(false);
});
