// The integrity check: silent on an intact database, and precise about each way in which one can be broken.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { acme, sandboxAt, type TestSandbox } from '../sandbox-at.ts';
import { useOn } from '../usage.ts';

async function filled(): Promise<TestSandbox> {
  const box = await sandboxAt('2026-01-10T12:00:00Z');
  const { add, at } = box;
  await add({ entry_type: 'increment', amount: 10, expiry_date: '2026-02-01' });
  const { json } = await add({ entry_type: 'increment', amount: 20.5 });
  await add({ entry_type: 'increment', amount: 7, effective_date: '2026-03-01' });
  await add({ entry_type: 'decrement', amount: 12 });
  await add({ entry_type: 'void', amount: 3, block_id: json.credit_block.id });
  await add({ entry_type: 'amendment', amount: 1, block_id: json.credit_block.id });
  await add({ entry_type: 'increment', amount: 4, expiry_date: '2026-02-01' });
  at('2026-02-10T00:00:00Z');
  await add({ entry_type: 'decrement', amount: 30 });
  at('2026-03-10T00:00:00Z');
  await add({ entry_type: 'decrement', amount: 1 });
  return box;
}

const problemsOf = async ({ sandbox }: TestSandbox) => sandbox.operations().status().problems;

test('a customer that was deleted is not counted', async () => {
  const box = await sandboxAt('2026-01-10T12:00:00Z');
  const { json } = await box.get('/customers/external_customer_id/initech');
  expect((await box.remove(`/customers/${json.id}`)).status).toBe(204);
  expect(box.sandbox.operations().status().customers).toBe(2);
});

test('an intact database has no problems, and is counted', async () => {
  const box = await filled();
  const status = box.sandbox.operations().status();
  expect(status).toMatchObject({
    path: box.path,
    schemaVersion: expect.any(Number),
    customers: 3,
    ledgers: 1,
    problems: [],
  });
  expect(status.entries).toBe((await box.ledger()).length);
  expect(status.blocks).toBe((await box.blocks({ include_all_blocks: 'true' })).length);
  expect(status.bytes).toBeGreaterThan(10_000);
});

test('deleted blocks, top-ups that wait for payment, moved debts and usage leave a database intact', async () => {
  const box = await sandboxAt('2026-01-10T12:00:00Z');
  const { add, at, ledger, post, remove } = box;
  const first = await add({ entry_type: 'increment', amount: 10, effective_date: '2026-01-01' });
  const limits = { effective_date: '2026-01-01', expiry_date: '2026-02-01' };
  await add({ entry_type: 'increment', amount: 30, ...limits });
  await post(`${acme}/credits/top_ups`, {
    currency: 'credits',
    threshold: '5',
    amount: '50',
    per_unit_cost_basis: '1',
    invoice_settings: { auto_collection: true, net_terms: 0, require_successful_payment: true },
    expires_after: 1,
    expires_after_unit: 'month',
  });
  useOn(box, { day: '2026-01-09', credits: '55' });
  expect(await problemsOf(box)).toEqual([]);
  expect((await remove(`/credit_blocks/${first.json.credit_block.id}`)).status).toBe(204);
  expect(await problemsOf(box)).toEqual([]);
  at('2026-05-01T00:00:00Z');
  const said = (await ledger()).map(({ entry_type, description }) => description ?? entry_type);
  expect(said).toEqual(expect.arrayContaining(['Top-up', 'Debt of an expired block', 'credit_block_expiry']));
  expect(await problemsOf(box)).toEqual([]);
});

test.each([
  ['DELETE FROM entries WHERE sequence = 3', 'acme, credits: entry 3 is missing before entry 4'],
  [
    "UPDATE entries SET starting = '1' WHERE sequence = 3",
    'entry 3 starts at 1, but the entry before it ended at 30.5',
  ],
  ["UPDATE entries SET ending = '31' WHERE sequence = 3", 'entry 3, increment of 7, goes from 30.5 to 31'],
  ["UPDATE entries SET amount = '11' WHERE sequence = 4", 'entry 4, decrement of 11, goes from 30.5 to 20.5'],
  [
    'UPDATE entries SET ending = starting WHERE sequence = 5',
    'entry 5, decrement of 2, goes from 20.5 to 20.5',
  ],
  ['UPDATE entries SET created_at = 0 WHERE sequence = 2', 'entry 2 is dated before the entry before it'],
  ["UPDATE ledgers SET balance = '99'", 'but the ledger says 99'],
  ['UPDATE ledgers SET sequence = 99', 'but the ledger says 99'],
  ['UPDATE ledgers SET last_at = 99', 'the last entry is not dated as the ledger says'],
  ["UPDATE blocks SET balance = '5' WHERE ordinal = 1", 'the credit blocks hold'],
  ["UPDATE blocks SET ceiling = '0.5' WHERE ordinal = 3", 'above the 0.5 that it may hold'],
  ['UPDATE blocks SET sign = 1 WHERE ordinal = 1', 'stands in the wrong place of an index'],
  ['UPDATE blocks SET due_at = 1 WHERE ordinal = 2', 'stands in the wrong place of an index'],
  [
    "UPDATE entries SET block = 'gone' WHERE sequence = 2",
    'acme, credits: entry 2 names a credit block that is not there',
  ],
  [
    "INSERT INTO usage_entries SELECT ledger, sequence, block, null, 'p', 'i', '2026-01-10', 0, block, '0' FROM entries WHERE sequence = 1",
    'acme, credits: usage is kept for entry 1, which is no such deduction',
  ],
])('%s', async (sql, sentence) => {
  const box = await filled();
  const database = await openDatabase(box.path);
  database.exec(sql);
  database.close();
  expect((await problemsOf(box)).join('\n')).toContain(sentence);
});

test("what SQLite itself finds is named as SQLite's", async () => {
  const box = await filled();
  const database = await openDatabase(box.path);
  const { rootpage } =
    database.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'blocks_open'").get() ?? {};
  const { page_size: pageSize } = database.prepare('PRAGMA page_size').get() ?? {};
  database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
  database.close();
  // An index that has lost an entry: the count of cells in the header of its page is one too small.
  const countAt = (Number(rootpage) - 1) * Number(pageSize) + 3;
  const bytes = readFileSync(box.path);
  bytes.writeUInt16BE(bytes.readUInt16BE(countAt) - 1, countAt);
  writeFileSync(box.path, bytes);
  const sandbox = await (await import('../../../src/sandbox/sandbox.ts')).openSandbox({
    path: box.path,
    now: () => 0,
    randomBytes: (length) => new Uint8Array(length),
  });
  const { problems } = sandbox.operations().status();
  sandbox.close();
  expect(problems.join('\n')).toContain('SQLite: ');
});
