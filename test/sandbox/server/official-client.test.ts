// The official client against the served sandbox: it must not notice the difference.
import Orb from 'orb-billing';
import { expect, onTestFinished, test } from 'vitest';
import { serveSandbox } from '../../../src/sandbox/sandbox.ts';
import { sandboxAt } from '../sandbox-at.ts';

async function client() {
  const { sandbox, at } = await sandboxAt('2026-01-10T12:00:00Z');
  const served = await serveSandbox(sandbox, { port: 0, apiKey: 'sandbox-key' });
  onTestFinished(() => served.close());
  const orb = new Orb({ apiKey: 'sandbox-key', baseURL: served.baseUrl, maxRetries: 0 });
  return { orb, at, baseUrl: served.baseUrl, sandbox };
}

test('customers are listed, created and fetched', async () => {
  const { orb } = await client();
  expect(await orb.topLevel.ping()).toEqual({ response: 'pong' });
  const made = await orb.customers.create({ name: 'N', email: 'n@example.com', external_customer_id: 'n 1' });
  expect(await orb.customers.fetch(made.id)).toEqual(made);
  expect(await orb.customers.fetchByExternalID('n 1')).toEqual(made);
  const names: string[] = [];
  for await (const { name } of orb.customers.list({ limit: 2 })) names.push(name);
  expect(names).toEqual(['N', 'Initech', 'Globex', 'Acme Corp']);
});

test('all five types of entry are created, listed and paged', async () => {
  const { orb } = await client();
  const { credits } = orb.customers;
  const add = (params: Orb.Customers.Credits.LedgerCreateEntryByExternalIDParams) =>
    credits.ledger.createEntryByExternalID('acme', params);
  const granted = await add({
    entry_type: 'increment',
    amount: 100,
    expiry_date: '2026-12-28',
    per_unit_cost_basis: '0.20',
    description: 'Purchased 100 credits',
    invoice_settings: { auto_collection: true, net_terms: 0, mark_as_paid: true },
  });
  expect(granted).toMatchObject({
    starting_balance: 0,
    ending_balance: 100,
    created_invoices: [{ total: '20.00' }],
  });
  const block_id = granted.credit_block.id;
  expect(await add({ entry_type: 'decrement', amount: 20 })).toMatchObject({ ending_balance: 80 });
  expect(
    await add({
      entry_type: 'expiration_change',
      amount: 10,
      block_id,
      expiry_date: '2026-12-28',
      target_expiry_date: '2027-12-28',
    }),
  ).toMatchObject({ starting_balance: 80, ending_balance: 80, credit_block: { id: block_id } });
  expect(await add({ entry_type: 'amendment', amount: 5, block_id })).toMatchObject({ ending_balance: 85 });
  expect(await add({ entry_type: 'void', amount: 75, block_id, void_reason: 'refund' })).toMatchObject({
    entry_type: 'void_initiated',
    amount: 75,
    void_amount: 75,
    starting_balance: 85,
  });
  const entries: string[] = [];
  for await (const entry of credits.ledger.listByExternalID('acme', { limit: 2 })) {
    entries.push(`${entry.ledger_sequence_number} ${entry.entry_type} ${entry.ending_balance}`);
  }
  expect(entries).toEqual([
    '6 void 10',
    '5 void_initiated 85',
    '4 amendment 85',
    '3 expiration_change 80',
    '2 decrement 80',
    '1 increment 100',
  ]);
  const blocks = await credits.listByExternalID('acme');
  expect(blocks.data).toMatchObject([
    { balance: 10, per_unit_cost_basis: '0.20', credit_block_source: 'manual' },
  ]);
  const { id } = await orb.customers.fetchByExternalID('acme');
  expect((await credits.list(id, { include_all_blocks: true })).data).toHaveLength(3);
  expect(
    (await credits.ledger.list(id, { 'created_at[gte]': '2026-01-10T12:00:00Z', entry_type: 'void' })).data,
  ).toHaveLength(1);
  expect(await orb.creditBlocks.retrieve(block_id)).toMatchObject({
    balance: 0,
    maximum_initial_balance: 100,
  });
});

test('voiding a whole block leaves no block behind', async () => {
  const { orb } = await client();
  const { credits } = orb.customers;
  const { credit_block } = await credits.ledger.createEntryByExternalID('acme', {
    entry_type: 'increment',
    amount: 42,
  });
  const voided = await credits.ledger.createEntryByExternalID('acme', {
    entry_type: 'void',
    amount: 42,
    block_id: credit_block.id,
    void_reason: 'refund',
  });
  expect(voided.entry_type).toBe('void_initiated');
  expect((await credits.listByExternalID('acme')).data).toEqual([]);
});

test('each refusal arrives as the class the client has for it', async () => {
  const { orb, baseUrl } = await client();
  const { ledger } = orb.customers.credits;
  const failing = (promise: Promise<unknown>) => promise.then(String, (error: unknown) => error);
  const add = (params: Orb.Customers.Credits.LedgerCreateEntryByExternalIDParams, options = {}) =>
    failing(ledger.createEntryByExternalID('acme', params, options));
  const stranger = new Orb({ apiKey: 'wrong', baseURL: baseUrl, maxRetries: 0 });
  expect(await failing(stranger.topLevel.ping())).toBeInstanceOf(Orb.OrbAuthenticationError);
  expect(await add({ entry_type: 'decrement', amount: 0 })).toBeInstanceOf(Orb.RequestValidationError);
  expect(await add({ entry_type: 'increment', amount: 1, currency: 'EUR' })).toBeInstanceOf(
    Orb.ConstraintViolation,
  );
  expect(await add({ entry_type: 'amendment', amount: 1, block_id: 'x' })).toBeInstanceOf(
    Orb.ResourceNotFound,
  );
  expect(await failing(orb.get('/nowhere'))).toBeInstanceOf(Orb.URLNotFound);
  const twin = { name: 'A', email: 'a@example.com', external_customer_id: 'acme' };
  expect(await failing(orb.customers.create(twin))).toBeInstanceOf(Orb.DuplicateResourceCreation);
  const large = { entry_type: 'decrement', amount: 1, description: 'x'.repeat(1_100_000) } as const;
  expect(await add(large)).toBeInstanceOf(Orb.RequestTooLarge);
  const keyed = { idempotencyKey: 'k' };
  expect(await add({ entry_type: 'increment', amount: 1 }, keyed)).toBe('[object Object]');
  expect(await add({ entry_type: 'increment', amount: 2 }, keyed)).toBeInstanceOf(Orb.ResourceConflict);
});

test('the same key answers the same entry and says so', async () => {
  const { orb } = await client();
  const send = () =>
    orb.customers.credits.ledger
      .createEntryByExternalID('acme', { entry_type: 'increment', amount: 1 }, { idempotencyKey: 'k' })
      .withResponse();
  const first = await send();
  const second = await send();
  expect(second.data).toEqual(first.data);
  expect(first.response.headers.has('idempotent-replayed')).toBe(false);
  expect(second.response.headers.get('idempotent-replayed')).toBe('true');
  expect(second.response.headers.get('idempotency-key')).toBe('k');
  expect(second.response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{24}$/);
});

test('HEAD has no body, other methods and paths outside the API are not found, and the connection survives', async () => {
  const { baseUrl } = await client();
  const headers = { authorization: 'Bearer sandbox-key' };
  const head = await fetch(`${baseUrl}/ping`, { method: 'HEAD', headers });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect((await fetch(`${baseUrl}/ping`, { method: 'DELETE', headers })).status).toBe(404);
  expect((await fetch(baseUrl.replace('/v1', '/v2/ping'), { headers })).status).toBe(404);
  expect((await fetch(`${baseUrl}/ping`)).status).toBe(401);
  expect((await fetch(`${baseUrl}/ping`, { headers })).status).toBe(200);
});

test('a port in use is said in a sentence', async () => {
  const { baseUrl, sandbox } = await client();
  const port = Number(new URL(baseUrl).port);
  await expect(serveSandbox(sandbox, { port, apiKey: 'k' })).rejects.toMatchObject({
    name: 'CreditctlError',
    kind: 'failure',
    message: `Port ${port} on 127.0.0.1 is in use by another process; choose another one with --port.`,
  });
});
