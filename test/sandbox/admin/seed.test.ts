// Sample data: exactly as much as asked for, the same again for the same seed, and books that balance.
import { expect, test } from 'vitest';
import { amount, compare, sum } from '../../../src/credits/exact.ts';
import { sandboxAt, type TestSandbox } from '../sandbox-at.ts';

const now = '2026-06-10T12:00:00Z';
const patience = new AbortController().signal;

async function seeded(load: { customers: number; entries: number; seed: number }): Promise<TestSandbox> {
  const box = await sandboxAt(now);
  await box.sandbox.operations().seed(load, patience);
  return box;
}

const entriesOf = async (box: TestSandbox, customer: string, query = {}) =>
  (await box.get(`/customers/external_customer_id/${customer}/credits/ledger`, { limit: '1000', ...query }))
    .json.data;

test('as many customers and entries as asked for, and the check finds nothing', async () => {
  const box = await seeded({ customers: 40, entries: 5001, seed: 3 });
  const status = box.sandbox.operations().status();
  expect(status).toMatchObject({ customers: 43, entries: 5001, problems: [] });
});

test('one large ledger has a realistic mix, over two years at most, and what was due is settled', async () => {
  const box = await seeded({ customers: 1, entries: 3000, seed: 1 });
  const entries = await entriesOf(box, 'load-1-1');
  const kinds = new Map<string, number>();
  for (const type of ['increment', 'decrement', 'credit_block_expiry', 'void_initiated', 'void']) {
    kinds.set(type, (await entriesOf(box, 'load-1-1', { entry_type: type })).length);
  }
  expect(kinds.get('decrement')).toBe(1000);
  expect(kinds.get('increment')).toBeGreaterThan(100);
  expect(kinds.get('credit_block_expiry')).toBeGreaterThan(10);
  expect(kinds.get('void')).toBeGreaterThan(5);
  expect(kinds.get('void')).toBe(kinds.get('void_initiated'));
  expect(entries[0].ledger_sequence_number).toBe(3000);
  expect(entries[0].created_at > '2026-06-01').toBe(true);
  const first = await entriesOf(box, 'load-1-1', { 'created_at[lt]': '2024-06-10T00:00:00Z' });
  expect(first).toEqual([]);
});

test('the bulk way of writing leaves what single writes would: blocks, minimum amounts, further entries', async () => {
  const box = await seeded({ customers: 2, entries: 900, seed: 5 });
  const path = '/customers/external_customer_id/load-5-1/credits';
  const entries = await entriesOf(box, 'load-5-1');
  const large = await entriesOf(box, 'load-5-1', { minimum_amount: '80' });
  expect(large).toEqual(entries.filter((entry: { amount: number }) => entry.amount >= 80));
  const blocks = (await box.get(path, { limit: '100' })).json.data;
  const balance = sum(blocks.map((block: { balance: number }) => amount(String(block.balance))));
  expect(balance).toBe(String(entries[0].ending_balance));
  const drawn = await box.post(`${path}/ledger_entry`, { entry_type: 'decrement', amount: Number(balance) });
  expect(drawn.json).toMatchObject({ ending_balance: 0 });
  expect(compare(balance, amount('0'))).toBe(1);
  expect(box.sandbox.operations().status().problems).toEqual([]);
});

test('the same seed is the same rows, another seed others, and a seed is loaded once', async () => {
  const load = { customers: 5, entries: 300, seed: 9 };
  const box = await seeded(load);
  const twin = await seeded(load);
  expect(await entriesOf(twin, 'load-9-2')).toEqual(await entriesOf(box, 'load-9-2'));
  const operations = box.sandbox.operations();
  await expect(operations.seed(load, patience)).rejects.toMatchObject({ kind: 'refused' });
  await operations.seed({ ...load, seed: 10 }, patience);
  expect(operations.status()).toMatchObject({ customers: 13, entries: 600, problems: [] });
  expect(await entriesOf(box, 'load-10-2')).not.toEqual(await entriesOf(box, 'load-9-2'));
});

test('a load whose customers were deleted is there all the same, and adding it again adds nothing', async () => {
  const load = { customers: 2, entries: 10, seed: 4 };
  const box = await seeded(load);
  for (const name of ['load-4-1', 'load-4-2']) {
    const { json } = await box.get(`/customers/external_customer_id/${name}`);
    expect((await box.remove(`/customers/${json.id}`)).status).toBe(204);
    await expect(box.sandbox.operations().seed(load, patience)).rejects.toMatchObject({ kind: 'refused' });
  }
  expect(box.sandbox.operations().status()).toMatchObject({ customers: 3, entries: 10, problems: [] });
});

test('an interrupted load leaves a database that is whole', async () => {
  const box = await sandboxAt(now);
  const operations = box.sandbox.operations();
  const stop = new AbortController();
  setImmediate(() => stop.abort(new Error('stop')));
  await expect(operations.seed({ customers: 3, entries: 100_000, seed: 1 }, stop.signal)).rejects.toThrow(
    'stop',
  );
  const { entries, problems } = operations.status();
  expect(entries).toBeGreaterThan(1000);
  expect(entries).toBeLessThan(50_000);
  expect(problems).toEqual([]);
});
