// The test clock: what follows it, across processes, and what never goes back.
import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';
import { openDatabase } from '../../../src/sandbox/store/driver.ts';
import { acme, sandboxAt } from '../sandbox-at.ts';

const start = '2026-01-10T12:00:00Z';
const day = 86_400_000;

test('credits become effective and lapse, entries are committed and keys forgotten as the clock moves', async () => {
  const { add, blocks, ledger, sandbox } = await sandboxAt(start);
  const { clock } = sandbox;
  const key = { 'idempotency-key': 'k' };
  await add(
    { entry_type: 'increment', amount: 5, effective_date: '2026-01-11', expiry_date: '2026-01-20' },
    key,
  );
  expect((await ledger())[0].entry_status).toBe('pending');
  clock.set(clock.now() + day);
  expect(await ledger()).toMatchObject([
    { entry_status: 'committed', ending_balance: 0 },
    { ending_balance: 5 },
  ]);
  const grant = {
    entry_type: 'increment',
    amount: 5,
    effective_date: '2026-01-11',
    expiry_date: '2026-01-20',
  };
  expect((await add(grant, key)).headers).toHaveProperty('idempotent-replayed');
  clock.set(clock.now() + day);
  expect((await add(grant, key)).headers).not.toHaveProperty('idempotent-replayed');
  clock.set(clock.now() + 10 * day);
  expect(await blocks()).toEqual([]);
});

test('a clock that was set runs on, and is followed by every opening of the database', async () => {
  const { at, path, sandbox } = await sandboxAt(start);
  const other = await openSandbox({ path, now: () => Date.parse(start), randomBytes });
  onTestFinished(() => other.close());
  expect(other.clock.now()).toBe(Date.parse(start));
  sandbox.clock.set(Date.parse('2027-06-01T00:00:00Z'));
  expect(other.clock.now()).toBe(Date.parse('2027-06-01T00:00:00Z'));
  at('2026-01-10T12:00:05Z');
  expect(sandbox.clock.now()).toBe(Date.parse('2027-06-01T00:00:05Z'));
  const answer = await other.exchange({
    method: 'POST',
    path: `${acme}/credits/ledger_entry`,
    query: [],
    headers: {},
    body: '{"entry_type":"increment","amount":1}',
  });
  expect(JSON.parse(answer.body).created_at).toBe('2027-06-01T00:00:00+00:00');
  sandbox.clock.set(undefined);
  expect(other.clock.now()).toBe(Date.parse(start));
});

test('a clock set back leaves a ledger where it was', async () => {
  const { add, sandbox } = await sandboxAt(start);
  await add({ entry_type: 'increment', amount: 1 });
  sandbox.clock.set(Date.parse('2025-01-01T00:00:00Z'));
  expect((await add({ entry_type: 'decrement', amount: 1 })).json.created_at).toBe(
    '2026-01-10T12:00:00+00:00',
  );
});

test('until something is set, a database has no table of settings', async () => {
  const { get, path, sandbox } = await sandboxAt(start);
  const tables = async () => {
    const database = await openDatabase(path);
    const row = database
      .prepare("SELECT count(*) AS tables FROM sqlite_master WHERE name = 'settings'")
      .get();
    database.close();
    return row?.tables;
  };
  await get(`${acme}/credits`);
  expect(await tables()).toBe(0);
  sandbox.clock.set(0);
  expect(await tables()).toBe(1);
});
