// Erasing in place: everything is gone, also for a process that has the database open, and ordinals begin anew.
import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';
import { acme, sandboxAt } from '../sandbox-at.ts';

test('a reset database is as new, settings included', async () => {
  const { add, blocks, get, ledger, path, post, sandbox } = await sandboxAt('2026-01-10T12:00:00Z');
  const other = await openSandbox({ path, now: Date.now, randomBytes });
  onTestFinished(() => other.close());
  const operations = sandbox.operations();
  await operations.seed({ customers: 5, entries: 20_000, seed: 1 }, new AbortController().signal);
  await post('/customers', { name: 'N', email: 'n@example.com' }, { 'idempotency-key': 'k' });
  await add({ entry_type: 'increment', amount: 5 });
  sandbox.clock.set(0);
  operations.faults.set({ seed: 1, probabilities: { '500': 1 } });
  const before = operations.status().bytes;
  other.operations().reset();
  expect(operations.faults.plan()).toBeUndefined();
  expect(sandbox.clock.now()).toBe(Date.parse('2026-01-10T12:00:00Z'));
  const names = (await get('/customers')).json.data.map(({ name }: { name: string }) => name);
  expect(names).toEqual(['Initech', 'Globex', 'Acme Corp']);
  expect(await ledger()).toEqual([]);
  expect(await blocks({ include_all_blocks: 'true' })).toEqual([]);
  expect(operations.status()).toMatchObject({ customers: 3, ledgers: 0, entries: 0, problems: [] });
  expect(operations.status().bytes).toBeLessThan(before / 5);
  expect((await add({ entry_type: 'increment', amount: 5 }, { 'idempotency-key': 'k' })).json).toMatchObject({
    ledger_sequence_number: 1,
  });
  expect((await get(`${acme}/credits`)).json.data).toHaveLength(1);
});
