// The test clock: what follows it, across processes, and what never goes back.
import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';
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

test('top-ups begin and alerts are sent by the clock that was set', async () => {
  const { add, get, ledger, post, sandbox } = await sandboxAt(start);
  await add({ entry_type: 'increment', amount: 5, expiry_date: '2026-02-01' });
  const alert = await post(`/alerts/external_customer_id/acme`, {
    currency: 'credits',
    type: 'credit_balance_depleted',
  });
  await post(`${acme}/credits/top_ups`, {
    currency: 'credits',
    threshold: '10',
    amount: '50',
    per_unit_cost_basis: '0',
    invoice_settings: { auto_collection: true, net_terms: 0 },
    active_from: '2026-03-01T00:00:00Z',
  });
  const inAlert = async () =>
    (await get(`/alerts/${alert.json.id}`)).json.balance_alert_status.map(
      ({ in_alert }: { in_alert: boolean }) => in_alert,
    );
  expect(await inAlert()).toEqual([false]);
  sandbox.clock.set(Date.parse('2026-02-10T00:00:00Z'));
  expect(await inAlert()).toEqual([true]);
  sandbox.clock.set(Date.parse('2026-03-02T00:00:00Z'));
  expect(await inAlert()).toEqual([false]);
  expect((await ledger()).at(-1)).toMatchObject({
    created_at: '2026-03-01T00:00:00+00:00',
    description: 'Top-up',
    ending_balance: 50,
  });
  // Made by the clock that was set, and in the past of no other.
  const created = await post('/customers', { name: 'N', email: 'n@example.com' });
  expect(created.json.created_at).toBe('2026-03-02T00:00:00+00:00');
});
