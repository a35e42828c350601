// Top-ups request by request: what is accepted, what replaces what, and what a deletion leaves.
import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { acme, sandboxAt, type TestSandbox } from '../sandbox-at.ts';

const start = '2026-01-10T12:00:00Z';
const topUps = `${acme}/credits/top_ups`;
const rule = (more: object = {}) => ({
  currency: 'credits',
  threshold: '10',
  amount: '50',
  per_unit_cost_basis: '0.20',
  invoice_settings: { auto_collection: true, net_terms: 0 },
  ...more,
});
const awaitingPayment = {
  invoice_settings: { auto_collection: true, net_terms: 0, require_successful_payment: true },
};
const balances = async (box: TestSandbox) => (await box.blocks()).map(({ balance }) => balance);

test('a top-up is created, listed and deleted', async () => {
  const box = await sandboxAt(start);
  await box.add({ entry_type: 'increment', amount: 100 });
  const more = { expires_after: 3, expires_after_unit: 'month', active_from: '2026-01-05' };
  const { status, json } = await box.post(topUps, rule(more));
  expect(status).toBe(201);
  expect(json).toEqual({
    id: expect.stringMatching(/^\w{16}$/),
    currency: 'credits',
    threshold: '10',
    amount: '50',
    per_unit_cost_basis: '0.20',
    invoice_settings: { auto_collection: true, net_terms: 0, memo: null, require_successful_payment: false },
    expires_after: 3,
    expires_after_unit: 'month',
  });
  const { id } = (await box.get(acme)).json;
  const byId = `/customers/${id}/credits/top_ups`;
  expect((await box.get(byId)).json.data).toEqual([json]);
  expect((await box.remove(`/customers/external_customer_id/globex/credits/top_ups/${json.id}`)).status).toBe(
    404,
  );
  expect(await box.remove(`${byId}/${json.id}`)).toMatchObject({ status: 204, text: '' });
  expect((await box.get(topUps)).json.data).toEqual([]);
  expect((await box.remove(`${topUps}/${json.id}`)).status).toBe(404);
  await box.add({ entry_type: 'decrement', amount: 95 });
  expect(await balances(box)).toEqual([5]);
});

test('the block of a top-up says where it came from, what it cost and when it ends', async () => {
  const box = await sandboxAt(start);
  await box.add({ entry_type: 'increment', amount: 100 });
  await box.post(topUps, rule({ expires_after: 30, expires_after_unit: 'day' }));
  await box.add({ entry_type: 'decrement', amount: 95 });
  const [block] = await box.blocks();
  expect(block).toMatchObject({
    balance: 50,
    credit_block_source: 'top_up',
    per_unit_cost_basis: '0.20',
    expiry_date: '2026-02-09T12:00:00+00:00',
  });
  expect((await box.get(`/credit_blocks/${block.id}/invoices`)).json.invoices).toMatchObject([
    { status: 'issued' },
  ]);
  expect((await box.ledger()).at(-1)).toMatchObject({
    description: 'Top-up',
    created_invoices: [{ total: '10.00' }],
  });
});

test('a balance at the threshold is topped up at once, also in a ledger without entries', async () => {
  const box = await sandboxAt(start);
  await box.post(topUps, rule({ threshold: '0' }));
  expect(await balances(box)).toEqual([50]);
});

test('a payment that leaves the balance at the threshold is followed by another top-up', async () => {
  const box = await sandboxAt(start);
  await box.post(topUps, rule({ amount: '5', ...awaitingPayment }));
  const [{ id }] = (await box.get('/invoices')).json.data;
  const paid = await box.post(`/invoices/${id}/mark_paid`, { payment_received_date: '2026-01-10' });
  expect(paid.status).toBe(200);
  expect((await box.blocks()).map(({ status }) => status)).toEqual(['pending_payment', 'active']);
});

test('a later start is waited for, and the top-up is dated then', async () => {
  const box = await sandboxAt(start);
  await box.post(topUps, rule({ active_from: '2026-02-01T00:00:00Z' }));
  expect(await balances(box)).toEqual([]);
  box.at('2026-03-01T00:00:00Z');
  expect(await balances(box)).toEqual([50]);
  expect((await box.ledger())[0]).toMatchObject({ created_at: '2026-02-01T00:00:00+00:00' });
});

test('a new top-up takes the place of the one in its currency, and of no other', async () => {
  const box = await sandboxAt(start);
  const make = async (more: object) =>
    (await box.post(topUps, rule({ active_from: '2026-05-01T00:00:00Z', ...more }))).json.id;
  await make({ amount: '1' });
  const dollars = await make({ currency: 'USD' });
  const second = await make({ amount: '2' });
  const page = (await box.get(topUps, { limit: '1' })).json;
  expect(page.data).toMatchObject([{ id: second, amount: '2' }]);
  expect(page.pagination_metadata.has_more).toBe(true);
  const cursor = page.pagination_metadata.next_cursor;
  expect((await box.get(topUps, { limit: '1', cursor })).json).toMatchObject({
    data: [{ id: dollars, currency: 'USD' }],
    pagination_metadata: { has_more: false, next_cursor: null },
  });
});

test('deleting a top-up voids the invoices of credits that were not paid, and the credits', async () => {
  const box = await sandboxAt(start);
  await box.add({ entry_type: 'increment', amount: 5 });
  const { id } = (await box.post(topUps, rule(awaitingPayment))).json;
  const [pending] = await box.blocks();
  expect(pending).toMatchObject({ status: 'pending_payment', balance: 50 });
  await box.add({ entry_type: 'decrement', amount: 1 });
  expect(await balances(box)).toEqual([50, 4]);
  await box.remove(`${topUps}/${id}`);
  expect(await balances(box)).toEqual([4]);
  expect((await box.get(`/credit_blocks/${pending.id}/invoices`)).json).toMatchObject({
    block: { balance: 0 },
    invoices: [{ status: 'void' }],
  });
  const ledger = await box.ledger();
  expect(ledger[1].created_invoices).toMatchObject([
    { status: 'void', voided_at: '2026-01-10T12:00:00+00:00', amount_due: '10.00' },
  ]);
  expect(ledger.at(-1)).toMatchObject({ entry_type: 'void', ending_balance: 4 });
});

test('what the one before left unpaid goes on being waited for by the one that takes its place', async () => {
  const box = await sandboxAt(start);
  await box.post(topUps, rule(awaitingPayment));
  await box.post(topUps, rule({ amount: '70' }));
  expect(await balances(box)).toEqual([50]);
  const [pending] = await box.blocks();
  const [invoice] = (await box.get(`/credit_blocks/${pending.id}/invoices`)).json.invoices;
  await box.post(`/invoices/${invoice.id}/void`, '');
  expect(await balances(box)).toEqual([70]);
});

test('nothing is bought for a customer who was deleted', async () => {
  const box = await sandboxAt(start);
  const { id } = (await box.get(acme)).json;
  await box.add({ entry_type: 'increment', amount: 100, expiry_date: '2026-01-20' });
  await box.post(topUps, rule());
  await box.remove(`/customers/${id}`);
  box.at('2026-02-01T12:00:00Z');
  await box.get('/invoices');
  await box.post(`/customers/external_customer_id/globex/credits/top_ups`, rule());
  expect((await box.get('/invoices')).json.data).toMatchObject([{ invoice_number: 'JYEFHK-00001' }]);
});

test('a top-up whose credits count already leaves them and what is owed for them', async () => {
  const box = await sandboxAt(start);
  const { id } = (await box.post(topUps, rule())).json;
  await box.remove(`${topUps}/${id}`);
  const [block] = await box.blocks();
  expect(block).toMatchObject({ balance: 50 });
  expect((await box.get(`/credit_blocks/${block.id}/invoices`)).json.invoices).toMatchObject([
    { status: 'issued' },
  ]);
});

test('without a deleted block the balance may have to be topped up, now and not in the past', async () => {
  const box = await sandboxAt(start);
  const { json } = await box.add({ entry_type: 'increment', amount: 100 });
  await box.add({ entry_type: 'increment', amount: 5 });
  await box.post(topUps, rule());
  box.at('2026-01-20T00:00:00Z');
  await box.remove(`/credit_blocks/${json.credit_block.id}`);
  expect(await box.ledger()).toMatchObject([
    { amount: 5, created_at: '2026-01-10T12:00:00+00:00' },
    { amount: 50, created_at: '2026-01-20T00:00:00+00:00', ledger_sequence_number: 2 },
  ]);
});

test('the same key makes one top-up', async () => {
  const box = await sandboxAt(start);
  const first = await box.post(topUps, rule(), { 'idempotency-key': 'k' });
  const second = await box.post(topUps, rule(), { 'idempotency-key': 'k' });
  expect(second.text).toBe(first.text);
  expect(await balances(box)).toEqual([50]);
});

test('all that is wrong with a body is said at once', async () => {
  const box = await sandboxAt(start);
  const { json } = await box.post(topUps, {
    threshold: 10,
    amount: '-5',
    per_unit_cost_basis: 'x',
    invoice_settings: { auto_collection: true, net_terms: -1 },
    expires_after: 0,
    surprise: 1,
  });
  expect(json.validation_errors).toEqual([
    "'currency' is a required property",
    "threshold: 10 is not of type 'string'",
    "per_unit_cost_basis: 'x' is not a 'decimal'",
    'invoice_settings.net_terms: -1 is not between 0 and 36500',
    "Additional properties are not allowed ('surprise' was unexpected)",
    'amount: -5 is not greater than 0',
    'expires_after and expires_after_unit must be specified together',
  ]);
});

test.each([
  ['money of another currency', { currency: 'EUR' }, '400-constraint-violation'],
  ['a start too long ago', { active_from: '2025-12-31T11:00:00Z' }, '400-request-validation-errors'],
  [
    'a length of another unit',
    { expires_after: 1, expires_after_unit: 'year' },
    '400-request-validation-errors',
  ],
  ['too long a life', { expires_after: 1201, expires_after_unit: 'month' }, '400-request-validation-errors'],
])('%s is refused, and nothing is written', async (_, more, type) => {
  const box = await sandboxAt(start);
  const { status, json } = await box.post(topUps, rule(more));
  expect([status, json.type.split('#')[1]]).toEqual([400, type]);
  expect((await box.get(topUps)).json.data).toEqual([]);
  const database = await openDatabase(box.path);
  expect(database.prepare('SELECT count(*) AS n FROM ledgers').get()).toMatchObject({ n: 0 });
  database.close();
});
