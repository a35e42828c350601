// Opening the database file: what is created, and each way in which the file can be wrong.
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bytes, type Database, openDatabase } from '../../../src/database/driver.ts';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';
import { openStore, sandboxNaming } from '../../../src/sandbox/store/open.ts';
import { acme, temporaryFolder } from '../sandbox-at.ts';

const open = (path: string) => openSandbox({ path, now: () => 0, randomBytes });

async function failure(path: string): Promise<string> {
  const error = await open(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'CreditctlError', kind: 'failure' });
  return error instanceof Error ? error.message : '';
}

test('the first opening makes the folder, the file and three customers; the second finds them', async () => {
  const path = join(temporaryFolder(), 'state', 'creditctl', 'sandbox.db');
  const first = await open(path);
  expect(first.created).toBe(true);
  const second = await open(path);
  expect(second.created).toBe(false);
  const { body } = await second.exchange({ method: 'GET', path: '/customers', query: [], headers: {} });
  expect(JSON.parse(body).data).toMatchObject([
    { external_customer_id: 'initech', timezone: 'Asia/Tokyo', currency: 'JPY' },
    { external_customer_id: 'globex', timezone: 'Europe/London', currency: 'GBP' },
    { external_customer_id: 'acme', timezone: 'America/Los_Angeles', currency: 'USD' },
  ]);
  first.close();
  second.close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
});

test('an empty file is a new database', async () => {
  const path = join(temporaryFolder(), 'empty.db');
  writeFileSync(path, '');
  const sandbox = await open(path);
  expect(sandbox.created).toBe(true);
  sandbox.close();
});

test('the journal is a write-ahead log, flushed to disk at every commit', async () => {
  const { database } = await openStore(join(temporaryFolder(), 'a.db'), () => undefined);
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  database.close();
});

test('a file that is no database is left as it is', async () => {
  const path = join(temporaryFolder(), 'notes.txt');
  const text = 'Remember the milk. '.repeat(500);
  writeFileSync(path, text);
  expect(await failure(path)).toBe(
    `The sandbox database ${path} is damaged or not a database. Move it away to start with a new one, or name another file with --db or CREDITCTL_SANDBOX_DB.`,
  );
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('a database cut short is said to be damaged', async () => {
  const path = join(temporaryFolder(), 'cut.db');
  (await open(path)).close();
  await change(path, (database) => {
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  });
  for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  truncateSync(path, 8192);
  const sandbox = await open(path).catch((error: unknown) => error);
  const said =
    sandbox instanceof Error ? sandbox.message : await failureOf(sandbox as Awaited<ReturnType<typeof open>>);
  expect(said).toContain(`The sandbox database ${path} is damaged`);
});

async function failureOf(sandbox: Awaited<ReturnType<typeof open>>): Promise<string> {
  const request = { method: 'GET', path: `${acme}/credits`, query: [], headers: {} } as const;
  return sandbox.exchange(request).then(
    ({ body }) => body,
    (error: unknown) => (error instanceof Error ? `${error.name} ${error.message}` : ''),
  );
}

test('a folder is not a database', async () => {
  const folder = temporaryFolder();
  expect(await failure(folder)).toBe(
    `The sandbox database ${folder} is a folder. Name a file inside it with --db or CREDITCTL_SANDBOX_DB.`,
  );
});

test('a file where a folder should be', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(await failure(join(file, 'a.db'))).toContain('cannot be made, because a part of it is a file');
});

test('a database of a newer version is refused, and so is another program’s', async () => {
  const folder = temporaryFolder();
  const newer = join(folder, 'newer.db');
  (await open(newer)).close();
  await change(newer, (database) => database.exec('PRAGMA user_version=99'));
  expect(await failure(newer)).toContain(`${newer} was written by a newer creditctl (its version is 99`);
  const foreign = join(folder, 'foreign.db');
  writeFileSync(foreign, '');
  await change(foreign, (database) => database.exec('CREATE TABLE recipes (name TEXT)'));
  expect(await failure(foreign)).toContain(`${foreign} belongs to another program`);
});

async function change(path: string, work: (database: Database) => void): Promise<void> {
  const database = await openDatabase(path);
  work(database);
  database.close();
}

test('a full disk is a sentence too', async () => {
  const path = join(temporaryFolder(), 'full.db');
  (await open(path)).close();
  const database = await openDatabase(path, sandboxNaming);
  const other = await openDatabase(path, sandboxNaming);
  database.exec('PRAGMA max_page_count=1');
  const fill = () =>
    database.write(() =>
      database
        .prepare('INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)')
        .run('k', 'f', 201, 'x'.repeat(100_000), 0),
    );
  expect(fill).toThrow(`There is no room left for the sandbox database ${path}`);
  // The failed transaction left nothing open.
  other.write(() => undefined);
  database.close();
  other.close();
});

test('only text, numbers, bigints, bytes and null are bound', async () => {
  const { database } = await openStore(join(temporaryFolder(), 'bind.db'), () => undefined);
  const echo = database.prepare('SELECT ? AS value');
  expect(echo.get(null)).toEqual({ value: null });
  expect(echo.get('ü')).toEqual({ value: 'ü' });
  expect(Buffer.from(bytes(echo.get(Buffer.from([0, 255])) ?? {}, 'value'))).toEqual(Buffer.from([0, 255]));
  for (const wrong of [true, new Date(), {}, undefined]) {
    expect(() => echo.get(wrong as unknown as string)).toThrow(TypeError);
  }
  database.close();
});
