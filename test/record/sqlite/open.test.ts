// The file of a record: made with care, completed after a copy, and refused in one sentence where it is not usable.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { openRecordFile } from '../../../src/record/sqlite/open.ts';
import { steps } from '../../../src/record/sqlite/schema.ts';
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { temporaryFolder } from '../../sandbox/sandbox-at.ts';
import { grant, noted } from '../facts.ts';
import { all, orb } from '../store-suite.ts';

const open = (file: string, purpose: 'read' | 'write' = 'write') =>
  openSqliteRecord(file, { purpose, now: Date.now, process: { who: 'ana' } });

test('the file and its folders are the user’s alone', async () => {
  const folder = path.join(temporaryFolder(), 'a', 'b');
  const file = path.join(folder, 'record.db');
  await (await open(file)).close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(path.dirname(folder)).mode & 0o777).toBe(0o700);
});

test('reading makes no file, and what is not there answers as an empty record', async () => {
  const folder = temporaryFolder();
  const store = await open(path.join(folder, 'state', 'record.db'), 'read');
  expect(await store.accounts()).toEqual([]);
  const record = store.of({ id: 1, ...orb });
  expect(await all(record.writes({}))).toEqual([]);
  expect(await record.head()).toMatchObject({ link: 0 });
  await expect(record.append([noted('k')])).rejects.toThrow('is read-only');
  await store.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('a record that is read is not written', async () => {
  const file = path.join(temporaryFolder(), 'record.db');
  const writing = await open(file);
  const account = await writing.addAccount(orb);
  await writing.of(account).append([noted('k')]);
  const reading = await open(file, 'read');
  const before = readFileSync(file);
  expect(await reading.of(account).write('k')).toMatchObject({ state: 'noted' });
  await expect(reading.of(account).append([noted('l')])).rejects.toThrow('is read-only');
  expect(readFileSync(file)).toEqual(before);
  await Promise.all([writing.close(), reading.close()]);
});

test('a commit is on the disk, and the file of the transaction is kept for the next one', async () => {
  const file = path.join(temporaryFolder(), 'record.db');
  const database = await openRecordFile({ file, isToRead: false, fill: () => undefined });
  onTestFinished(() => database.close());
  expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 3 });
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'persist' });
  expect(database.prepare('PRAGMA journal_size_limit').get()).toEqual({
    journal_size_limit: 32 * 1024 * 1024,
  });
  const kept = statSync(`${file}-journal`).size;
  expect(kept).toBeGreaterThan(0);
  database.write(() => database.exec("INSERT INTO meta VALUES ('name', 'value')"));
  expect(statSync(`${file}-journal`).size).toBeGreaterThanOrEqual(kept);
});

async function failure(file: string, purpose: 'read' | 'write' = 'write'): Promise<object> {
  const opened = open(file, purpose);
  const error: unknown = await opened.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toMatchObject({ name: 'CreditctlError', facts: { applied: 'no' } });
  return error as object;
}

test('what is no record is refused, and left as it is', async () => {
  const folder = temporaryFolder();
  const garbage = path.join(folder, 'garbage.db');
  writeFileSync(garbage, 'no database at all, but long enough to look like one'.repeat(100));
  const foreign = path.join(folder, 'foreign.db');
  writeFileSync(foreign, '');
  const database = await openDatabase(foreign);
  database.exec('CREATE TABLE recipes (name TEXT)');
  database.close();
  const newer = path.join(folder, 'newer.db');
  await (await open(newer)).close();
  const later = await openDatabase(newer);
  later.exec('PRAGMA user_version=99');
  later.close();
  const unnumbered = path.join(folder, 'unnumbered.db');
  await (await open(unnumbered)).close();
  const changed = await openDatabase(unnumbered);
  changed.exec('PRAGMA user_version=0');
  changed.close();
  for (const [file, words] of [
    [garbage, 'is damaged or not a database'],
    [foreign, 'belongs to another program'],
    [unnumbered, 'belongs to another program'],
    [newer, 'was written by a newer creditctl'],
  ] as const) {
    const before = readFileSync(file);
    for (const purpose of ['read', 'write'] as const)
      expect(await failure(file, purpose)).toMatchObject({
        kind: 'refused',
        message: expect.stringMatching(new RegExp(`The record ${file} ${words}.*CREDITCTL_STATE_DIR`)),
      });
    expect(readFileSync(file)).toEqual(before);
  }
});

test('a record that was cut is refused when it is read', async () => {
  const file = path.join(temporaryFolder(), 'record.db');
  const store = await open(file);
  const account = await store.addAccount(orb);
  await store.of(account).append(Array.from({ length: 200 }, (_, index) => grant(`k${index}`)));
  await store.close();
  truncateSync(file, statSync(file).size - 40_960);
  const error = await open(file)
    .then((cut) => all(cut.of(account).writes({})))
    .catch((cause: unknown) => cause);
  expect(error).toMatchObject({ kind: 'refused' });
});

test.each([
  ['a folder in the place of the file', (file: string) => mkdirSync(file), 'is a folder'],
  ['a pipe', (file: string) => execFileSync('mkfifo', [file]), 'is a pipe, a socket or a device'],
  [
    'a file in the place of a folder',
    (file: string) => writeFileSync(path.dirname(file), ''),
    'part of it is a file',
  ],
])('%s is one sentence', async (_, prepare, words) => {
  const folder = path.join(temporaryFolder(), 'state');
  const file = path.join(folder, 'record.db');
  if (!words.includes('part of it')) mkdirSync(folder);
  prepare(file);
  expect(await failure(file)).toMatchObject({ message: expect.stringContaining(words) });
});

test('a folder that can never be made ends in a sentence, not in a loop', async () => {
  expect(await failure('/proc/creditctl/state/record.db')).toMatchObject({
    kind: 'failure',
    message: expect.stringContaining('/proc/creditctl/state/record.db'),
  });
}, 5000);

test('a full disk adds nothing, and the record goes on once there is room', async ({ skip }) => {
  const disk = path.join(temporaryFolder(), 'disk');
  mkdirSync(disk);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status !== 0)
    return skip('no file system may be mounted here');
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', disk]);
  });
  const file = path.join(disk, 'record.db');
  const store = await open(file);
  const record = store.of(await store.addAccount(orb));
  await record.append([noted('before')]);
  const large = Array.from({ length: 50 }, (_, index) => ({
    ...noted(`k${index}`),
    texts: { request: 'x'.repeat(40_000) },
  }));
  await expect(record.append(large)).rejects.toMatchObject({
    kind: 'failure',
    facts: { applied: 'no' },
    message: expect.stringContaining(`There is no room left for the record ${file}`),
  });
  expect(await record.write('k0')).toBeUndefined();
  expect(await record.append([noted('after')])).toMatchObject({ kind: 'appended', versions: [2] });
  await store.close();
});

test('an older record is completed after a copy, which nobody writes over', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'record.db');
  const at = (more: number) =>
    openRecordFile({
      ...{ file, isToRead: false, fill: () => undefined },
      steps: [
        ...steps,
        ...Array.from(
          { length: more },
          (_, step) => (database: { exec(sql: string): void }) =>
            database.exec(`CREATE TABLE more_${step} (x)`),
        ),
      ],
    });
  const first = await at(0);
  first.exec("INSERT INTO meta VALUES ('kept', 'yes')");
  first.close();
  (await at(1)).close();
  const latest = await at(2);
  expect(latest.prepare("SELECT value FROM meta WHERE name = 'kept'").get()).toEqual({ value: 'yes' });
  expect(latest.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name LIKE 'more_%'").get()).toEqual({
    n: 2,
  });
  latest.close();
  expect(
    readdirSync(folder)
      .filter((name) => name.includes('version'))
      .sort(),
  ).toEqual(['record.db.version-1', 'record.db.version-2']);
  await expect(at(0)).rejects.toMatchObject({ kind: 'refused' });
  const copy = await openDatabase(path.join(folder, 'record.db.version-1'));
  expect(copy.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
  copy.close();
});

test('a program that has the record open writes nothing more once a newer one has upgraded it', async () => {
  const file = path.join(temporaryFolder(), 'record.db');
  const store = await open(file);
  const record = store.of(await store.addAccount(orb));
  await record.append([noted('before')]);
  const newer = await openRecordFile({
    ...{ file, isToRead: false, fill: () => undefined },
    steps: [...steps, (database) => database.exec('CREATE TABLE more (x)')],
  });
  newer.close();
  await expect(record.append([noted('after')])).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('was written by a newer creditctl'),
  });
  expect((await all(record.writes({}))).map(({ key }) => key)).toEqual(['before']);
  await store.close();
});

test('a network disk is refused before anything is made on it', async () => {
  const file = path.join(temporaryFolder(), 'state', 'record.db');
  const disks = { typeOf: () => 0x6969, mounts: () => '' };
  await expect(openRecordFile({ file, isToRead: false, fill: () => undefined, disks })).rejects.toMatchObject(
    {
      kind: 'refused',
      message: expect.stringMatching(/lies on a network disk \(nfs\).*CREDITCTL_STATE_DIR/),
    },
  );
  expect(readdirSync(path.dirname(path.dirname(file)))).toEqual([]);
});
