// Opening a file that an older version wrote: it is completed, wholly or not at all, and nothing in it is lost.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Database, openDatabase } from '../../../src/database/driver.ts';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';
import { openStore } from '../../../src/sandbox/store/open.ts';
import { schemaVersion } from '../../../src/sandbox/store/schema.ts';
import { temporaryFolder } from '../sandbox-at.ts';
import { versionOne } from './version-one.ts';

const rows = (database: Database, sql: string) => database.prepare(sql).all();
const tables = `SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name`;

async function opened(path: string): Promise<Database> {
  const { database } = await openStore(path, () => undefined);
  onTestFinished(() => database.close());
  return database;
}

test('an old file ends with the same tables and indexes as a new one', async () => {
  const old = await opened(await versionOne());
  const fresh = await opened(join(temporaryFolder(), 'new.db'));
  expect(rows(old, tables)).toEqual(rows(fresh, tables));
  expect(rows(old, 'PRAGMA user_version')).toEqual([{ user_version: schemaVersion }]);
});

test('entries learn which block they made and which command they belong to', async () => {
  const database = await opened(await versionOne());
  const entries = rows(database, 'SELECT type, continues, new_block FROM entries ORDER BY ledger, sequence');
  expect(entries.map(({ type, continues, new_block }) => `${type} ${continues} ${new_block}`)).toEqual([
    'increment 0 null',
    'increment 0 null',
    'expiration_change 0 EtRafmLeVuTsLfDU',
    'decrement 0 null',
    'decrement 1 null',
    'void_initiated 0 cCQevmj794DW3SZM',
    'void 1 null',
    'expiration_change 0 NsRHtaoewF5ZAkzM',
    'decrement 0 null',
  ]);
});

test('what was in the file is still listed, and hierarchies now from both sides', async () => {
  const sandbox = await openSandbox({ path: await versionOne(), now: () => 1768046800000, randomBytes });
  onTestFinished(() => sandbox.close());
  expect(sandbox.created).toBe(false);
  const get = async (path: string) =>
    JSON.parse((await sandbox.exchange({ method: 'GET', path, query: [], headers: {} })).body);
  const customer = (id: string) => get(`/customers/external_customer_id/${id}`);
  const { data } = await get('/customers/external_customer_id/acme/credits/ledger');
  expect(data).toHaveLength(8);
  expect(data[0]).toMatchObject({ entry_type: 'expiration_change', ending_balance: 80 });
  expect(await customer('kid')).toMatchObject({
    name: 'Kid',
    hierarchy: { parent: { external_customer_id: 'umbrella' }, children: [] },
  });
  expect(await customer('umbrella')).toMatchObject({
    hierarchy: { parent: null, children: [{ external_customer_id: 'kid' }] },
  });
  expect(await customer('initech')).toMatchObject({
    hierarchy: { parent: { external_customer_id: 'holding' } },
  });
});

test('a block of an old file is deleted as if it had never been', async () => {
  const sandbox = await openSandbox({ path: await versionOne(), now: () => 1768046800000, randomBytes });
  onTestFinished(() => sandbox.close());
  const common = { query: [], headers: {} } as const;
  const path = '/credit_blocks/mREFRqT6TwqoGgA6';
  expect(await sandbox.exchange({ ...common, method: 'DELETE', path })).toMatchObject({ status: 204 });
  const ledger = '/customers/external_customer_id/acme/credits/ledger';
  const { body } = await sandbox.exchange({ ...common, method: 'GET', path: ledger });
  // Of the moved, drawn and voided credits nothing is left but the usage, and it is one entry again.
  expect(JSON.parse(body).data).toMatchObject([
    {
      entry_type: 'decrement',
      amount: 60,
      starting_balance: 50,
      ending_balance: -10,
      ledger_sequence_number: 2,
    },
    { entry_type: 'increment', amount: 50 },
  ]);
});

test('an invoice belongs to the customer of its block', async () => {
  const database = await opened(await versionOne());
  expect(
    rows(
      database,
      'SELECT external_id FROM invoices JOIN customers ON customers.ordinal = invoices.customer',
    ),
  ).toEqual([{ external_id: 'acme' }]);
});

test('a step that fails leaves the file as it was', async () => {
  const path = await versionOne();
  const database = await openDatabase(path);
  onTestFinished(() => database.close());
  database.exec('CREATE TABLE alerts (stranger TEXT)');
  const before = rows(database, tables);
  await expect(openStore(path, () => undefined)).rejects.toThrow('alerts');
  expect(rows(database, tables)).toEqual(before);
  expect(rows(database, 'PRAGMA user_version')).toEqual([{ user_version: 1 }]);
});
