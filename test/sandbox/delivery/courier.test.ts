// Webhooks on their way: what is sent, in which order, what is tried again, and what must never be sent.
import { expect, onTestFinished, test } from 'vitest';
import { openSandbox, serveSandbox } from '../../../src/sandbox/sandbox.ts';
import { openStore } from '../../../src/sandbox/store/open.ts';
import { isAnythingDue } from '../../../src/sandbox/store/outbox.ts';
import { acme, sandboxAt } from '../sandbox-at.ts';
import { type Receiving, receiving, type Taken } from './receiving.ts';

/** A sandbox at real time with an address, whose events the official client checks. */
async function withAddress() {
  const receiver = await receiving();
  const start = Date.now();
  const opened = await sandboxAt(new Date(start).toISOString());
  receiver.secret = opened.sandbox.operations().webhooks.add(receiver.url) ?? '';
  const later = (seconds: number): void => opened.at(new Date(start + seconds * 1000).toISOString());
  return { ...opened, receiver, later };
}

const alert = (type: string, ...values: number[]) => ({
  type,
  currency: 'credits',
  ...(values.length > 0 ? { thresholds: values.map((value) => ({ value })) } : {}),
});
const watch = `/alerts/external_customer_id/acme`;
const typesOf = ({ taken }: Receiving) => taken.map(({ type }) => type.replace(/^customer\.credit_/, ''));

test('alerts fire when the balance crosses a threshold, and say which', async () => {
  const { sandbox, post, add, receiver } = await withAddress();
  await post(watch, alert('credit_balance_depleted'));
  await post(watch, alert('credit_balance_dropped', 50, 10));
  await post(watch, alert('credit_balance_recovered'));
  await add({ entry_type: 'increment', amount: 100.5 });
  await add({ entry_type: 'decrement', amount: 60 });
  await add({ entry_type: 'decrement', amount: 0.5 });
  await add({ entry_type: 'decrement', amount: 40 });
  await sandbox.deliver(5000);
  expect(typesOf(receiver)).toEqual([
    'balance_recovered',
    'ledger_incremented',
    'balance_dropped',
    'balance_dropped',
    'balance_depleted',
  ]);
  const [recovered, incremented, dropped, lower] = receiver.taken.map(({ event }) => event);
  expect(recovered.properties).not.toHaveProperty('balance_threshold');
  expect(incremented).toMatchObject({
    id: expect.any(String),
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
    customer: { external_customer_id: 'acme', timezone: 'America/Los_Angeles' },
    properties: {
      block: { balance: '100.5', maximum_initial_balance: '100.5', status: 'active' },
      pricing_unit: { id: 'credits', name: 'credits' },
    },
  });
  expect(dropped.properties).toMatchObject({
    balance_threshold: '50',
    alert_configuration: {
      type: 'credit_balance_dropped',
      thresholds: [{ value: '50' }, { value: '10' }],
      balance_alert_status: [
        { threshold_value: '50', in_alert: true },
        { threshold_value: '10', in_alert: false },
      ],
    },
  });
  expect(lower.properties.balance_threshold).toBe('10');
  await add({ entry_type: 'increment', amount: 60 });
  await add({ entry_type: 'decrement', amount: 60 });
  await sandbox.deliver(5000);
  expect(typesOf(receiver).slice(-3)).toEqual(['balance_dropped', 'balance_dropped', 'balance_depleted']);
});

test('invoices send events when they are issued, marked as paid, and voided with their block', async () => {
  const { sandbox, add, remove, receiver } = await withAddress();
  const bought = { entry_type: 'increment', amount: 10, per_unit_cost_basis: '0.2' };
  const terms = { auto_collection: false, net_terms: 30 };
  const { json } = await add({ ...bought, invoice_settings: terms });
  await add({ ...bought, invoice_settings: { ...terms, mark_as_paid: true } });
  await remove(`/credit_blocks/${json.credit_block.id}`);
  await sandbox.deliver(5000);
  const invoices = receiver.taken.filter(({ type }) => type.startsWith('invoice.'));
  expect(invoices.map(({ type, event }) => `${type} ${event.invoice.status}`)).toEqual([
    'invoice.issued issued',
    'invoice.issued paid',
    'invoice.manually_marked_as_paid paid',
    'invoice.manually_marked_as_void void',
  ]);
  expect(invoices[0]?.event).toMatchObject({
    invoice: { total: '2.00', customer: { external_customer_id: 'acme' } },
    properties: { automatically_marked_as_paid: false },
  });
});

test('a write that is taken back sends nothing, and those of the same transaction do', async () => {
  const { sandbox, add, receiver } = await withAddress();
  // The answer is kept as the last step, when the entry and its event are written.
  sandbox.database.exec(`CREATE TEMP TRIGGER broken BEFORE INSERT ON main.idempotency
    WHEN NEW.key = 'broken' BEGIN SELECT RAISE(ABORT, 'broken'); END`);
  const grant = (amount: number, key: string) =>
    add({ entry_type: 'increment', amount }, { 'idempotency-key': key });
  const ended = await Promise.allSettled([grant(1, 'a'), grant(2, 'broken'), grant(4, 'b')]);
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  // Alone, it is a transaction of its own.
  await expect(grant(8, 'broken')).rejects.toThrow();
  await sandbox.deliver(5000);
  expect(receiver.taken.map(({ event }) => event.properties.block.balance)).toEqual(['1', '4']);
});

test('nothing is sent to an address that was removed, and nothing of what happened before one was added', async () => {
  const { sandbox, add, receiver } = await withAddress();
  const { webhooks } = sandbox.operations();
  await add({ entry_type: 'increment', amount: 1 });
  expect(webhooks.remove(receiver.url)).toBe(true);
  await add({ entry_type: 'increment', amount: 2 });
  receiver.secret = webhooks.add(receiver.url) ?? '';
  await add({ entry_type: 'increment', amount: 4 });
  await sandbox.deliver(5000);
  expect(receiver.taken.map(({ event }) => event.properties.block.balance)).toEqual(['4']);
  expect(webhooks.log(10).map(({ state }) => state)).toEqual(['delivered', 'removed']);
});

test('the same request under its key is sent once', async () => {
  const { sandbox, add, receiver } = await withAddress();
  const key = { 'idempotency-key': 'once' };
  await add({ entry_type: 'increment', amount: 1 }, key);
  await add({ entry_type: 'increment', amount: 1 }, key);
  await sandbox.deliver(5000);
  expect(receiver.taken).toHaveLength(1);
});

test('what is not taken is sent again later, unchanged, and later events of the customer wait behind it', async () => {
  const { sandbox, add, post, receiver, later } = await withAddress();
  const whose = ({ event }: Taken): string => event.customer.external_customer_id;
  receiver.status = (taken) => (whose(taken) === 'acme' ? 503 : 200);
  for (const amount of [1, 2, 3]) await add({ entry_type: 'increment', amount });
  await post('/customers/external_customer_id/globex/credits/ledger_entry', {
    entry_type: 'increment',
    amount: 9,
  });
  await sandbox.deliver(5000);
  expect(receiver.taken.map(whose)).toEqual(['acme', 'globex']);
  const [refused] = receiver.taken.splice(0);
  receiver.status = () => 200;
  // It is not due again yet.
  await sandbox.deliver(5000);
  expect(receiver.taken).toEqual([]);
  later(2);
  await sandbox.deliver(5000);
  expect(receiver.taken.map(({ event }) => event.properties.block.balance)).toEqual(['1', '2', '3']);
  expect(receiver.taken[0]?.text).toBe(refused?.text);
  const log = sandbox
    .operations()
    .webhooks.log(10)
    .filter(({ customer }) => customer === 'acme');
  expect(log.map(({ state, attempts }) => `${state} ${attempts}`)).toEqual([
    'delivered 1',
    'delivered 1',
    'delivered 2',
  ]);
});

test('nothing is due while the first event of a customer waits for its next attempt, also in an older file', async () => {
  const beforeNextAttempt = Date.now() + 900;
  const { sandbox, path, add, receiver, later } = await withAddress();
  receiver.status = () => 503;
  for (const amount of [1, 2]) await add({ entry_type: 'increment', amount });
  await sandbox.deliver(5000);
  const { database } = sandbox;
  expect(isAnythingDue(database, beforeNextAttempt)).toBe(false);
  // So did files up to version 11 keep them.
  database.exec(`UPDATE webhook_deliveries SET next_at = 0 WHERE attempts = 0;
    DROP INDEX blocks_soonest; DROP INDEX top_ups_soonest; PRAGMA user_version = 10`);
  const { database: upgraded } = await openStore(path, () => undefined);
  onTestFinished(() => upgraded.close());
  expect(isAnythingDue(upgraded, beforeNextAttempt)).toBe(false);
  receiver.status = () => 200;
  receiver.taken.splice(0);
  later(2);
  await sandbox.deliver(5000);
  expect(receiver.taken.map(({ event }) => event.properties.block.balance)).toEqual(['1', '2']);
});

test('each failure doubles the pause, and after three days the event is given up', async () => {
  const { sandbox, add, receiver, later } = await withAddress();
  receiver.secret = '';
  receiver.status = () => 500;
  await add({ entry_type: 'increment', amount: 1 });
  const state = () => sandbox.operations().webhooks.log(1)[0];
  await sandbox.deliver(5000);
  for (const [seconds, attempts] of [
    [0.9, 1],
    [1.1, 2],
    [2.5, 2],
    [3.3, 3],
    [3 * 86_400 + 1, 4],
  ] as const) {
    later(seconds);
    await sandbox.deliver(5000);
    expect(state()?.attempts).toBe(attempts);
  }
  expect(state()).toMatchObject({ state: 'failed', answer: '500' });
  later(4 * 86_400);
  await sandbox.deliver(5000);
  expect(receiver.taken).toHaveLength(4);
});

test('an address that does not answer holds a command up for a short time only', async () => {
  const { sandbox, add, receiver } = await withAddress();
  receiver.status = () => undefined;
  await add({ entry_type: 'increment', amount: 1 });
  const begun = performance.now();
  await sandbox.deliver(300);
  expect(performance.now() - begun).toBeLessThan(3000);
  expect(sandbox.operations().webhooks.log(1)).toMatchObject([{ state: 'waiting', attempts: 1 }]);
});

test('a moved clock dates the event, and not the timestamp of its signature', async () => {
  const { sandbox, add, receiver } = await withAddress();
  sandbox.clock.set(Date.parse('2031-05-05T00:00:00Z'));
  await add({ entry_type: 'increment', amount: 1 });
  // The official client would refuse a timestamp of another year.
  await sandbox.deliver(5000);
  expect(receiver.taken[0]?.event.created_at).toMatch(/^2031-05-05/);
  expect(receiver.taken[0]?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+$/);
});

test('what a process left behind is sent by the next one that serves the ledger', async () => {
  const { sandbox, path, add, receiver } = await withAddress();
  await add({ entry_type: 'increment', amount: 7 });
  const other = await openSandbox({ path, now: Date.now, randomBytes: (length) => new Uint8Array(length) });
  const served = await serveSandbox(other, { port: 0, apiKey: 'k' });
  onTestFinished(() => served.close().finally(() => other.close()));
  await receiver.arrived(1);
  // A write of another process, which ends without sending it.
  await add({ entry_type: 'increment', amount: 8 });
  await receiver.arrived(2);
  expect(receiver.taken.map(({ event }) => event.properties.block.balance)).toEqual(['7', '8']);
  const { status } = await fetch(`${served.baseUrl}${acme}/credits/ledger_entry`, {
    method: 'POST',
    headers: { authorization: 'Bearer k' },
    body: '{"entry_type":"increment","amount":9}',
  });
  expect(status).toBe(201);
  await receiver.arrived(3);
  expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(3);
  expect(sandbox.operations().webhooks.log(1)).toHaveLength(1);
});

test('of several processes that deliver at once, one sends each event', async () => {
  const { sandbox, path, add, receiver } = await withAddress();
  for (const amount of [1, 2, 3, 4]) await add({ entry_type: 'increment', amount });
  const others = await Promise.all(
    [1, 2, 3].map(() =>
      openSandbox({ path, now: Date.now, randomBytes: (length) => new Uint8Array(length) }),
    ),
  );
  await Promise.all([sandbox, ...others].map((each) => each.deliver(5000)));
  while (sandbox.operations().webhooks.list()[0]?.waiting !== 0) await sandbox.deliver(5000);
  for (const other of others) other.close();
  expect(receiver.taken.map(({ event }) => event.properties.block.balance)).toEqual(['1', '2', '3', '4']);
});

test('a database that fails at the end of a command fails nothing else', async () => {
  const { sandbox, add } = await withAddress();
  await add({ entry_type: 'increment', amount: 1 });
  sandbox.database.exec('DROP TABLE webhook_deliveries');
  await expect(sandbox.deliver(5000)).resolves.toBeUndefined();
});

test('a server sends an expiry that no request asks about', async () => {
  const { sandbox, add, post, receiver } = await withAddress();
  await post(watch, alert('credit_balance_depleted'));
  const expiry = new Date(Date.now() + 10 * 86_400_000).toISOString();
  await add({ entry_type: 'increment', amount: 1, expiry_date: expiry });
  await sandbox.deliver(5000);
  const served = await serveSandbox(sandbox, { port: 0, apiKey: 'k' });
  onTestFinished(() => served.close());
  sandbox.clock.set(Date.parse(expiry) + 1000);
  await receiver.arrived(2);
  expect(typesOf(receiver)).toEqual(['ledger_incremented', 'balance_depleted']);
});
