// What a database promises beyond its engine: nothing is written to a file that is not the one at its path any more.
import { copyFileSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase } from '../../src/database/driver.ts';

test.each([
  ['deleted', 'DELETE', (file: string) => rmSync(file)],
  // SQLite finds its journal then, and reports a failed disk.
  ['moved away from its journal', 'PERSIST', (file: string) => renameSync(file, `${file}.away`)],
  [
    'replaced',
    'DELETE',
    (file: string) => {
      copyFileSync(file, `${file}.copy`);
      renameSync(`${file}.copy`, file);
    },
  ],
])('a file that was %s since it was opened takes no write', async (_how, journal, change) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'driver-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'file.db');
  writeFileSync(file, '');
  const database = await openDatabase(file);
  onTestFinished(() => database.close());
  database.prepare(`PRAGMA journal_mode=${journal}`).get();
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

/** Two connections to one file, which wait for each other for 20 ms. */
async function two() {
  const folder = mkdtempSync(path.join(tmpdir(), 'driver-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'file.db');
  writeFileSync(file, '');
  const open = async () => {
    const database = await openDatabase(file);
    onTestFinished(() => database.close());
    database.exec('PRAGMA busy_timeout=20');
    return database;
  };
  return { file, one: await open(), other: await open() };
}

test('a writer whom others pass over waits on while they get on', async () => {
  const { one, other } = await two();
  one.write(() => one.exec('CREATE TABLE notes (note TEXT)'));
  one.exec('BEGIN IMMEDIATE');
  let looks = 0;
  const now = Date.now;
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => {
    looks += 1;
    if (looks === 6) one.exec('COMMIT');
    return now();
  });
  onTestFinished(() => spy.mockRestore());
  other.write(() => other.exec("INSERT INTO notes VALUES ('late')"));
  expect(one.prepare('SELECT note FROM notes').all()).toEqual([{ note: 'late' }]);
});

test('a writer whose holder stands still gives up', async () => {
  const { file, one, other } = await two();
  one.write(() => one.exec('CREATE TABLE notes (note TEXT)'));
  one.exec('BEGIN IMMEDIATE');
  const before = Date.now() / 1000 - 5;
  utimesSync(file, before, before);
  expect(() => other.write(() => {})).toThrow('locked by another process for too long');
  one.exec('COMMIT');
});
