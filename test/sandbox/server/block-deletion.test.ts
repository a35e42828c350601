// Deleting credit blocks and looking at what they were charged for, request by request.
import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { problemsOf, sandboxAt, type TestSandbox } from '../sandbox-at.ts';

const start = '2026-01-10T12:00:00Z';
const bought = (more: object = {}) => ({
  entry_type: 'increment',
  amount: 100,
  per_unit_cost_basis: '0.20',
  invoice_settings: { auto_collection: true, net_terms: 0, ...more },
});

async function added(box: TestSandbox, body: object): Promise<string> {
  const { status, json } = await box.add(body);
  expect(status).toBe(201);
  return json.credit_block.id;
}

const lines = async (box: TestSandbox) =>
  (await box.ledger()).map(
    (entry) =>
      `${entry.ledger_sequence_number} ${entry.entry_type} ${entry.amount}: ${entry.starting_balance} → ${entry.ending_balance}`,
  );

test('the invoices of a block are those that charge for it', async () => {
  const box = await sandboxAt(start);
  const paid = await added(box, bought({ mark_as_paid: true }));
  const free = await added(box, { entry_type: 'increment', amount: 1 });
  const { status, json } = await box.get(`/credit_blocks/${paid}/invoices`);
  expect(status).toBe(200);
  expect(json).toEqual({
    block: (await box.get(`/credit_blocks/${paid}`)).json,
    invoices: [
      {
        id: expect.any(String),
        invoice_number: 'JYEFHK-00001',
        status: 'paid',
        customer: { id: expect.any(String), external_customer_id: 'acme' },
        subscription: null,
      },
    ],
  });
  expect((await box.get(`/credit_blocks/${free}/invoices`)).json.invoices).toEqual([]);
  expect((await box.get('/credit_blocks/none/invoices')).status).toBe(404);
  expect((await box.get(`/credit_blocks/${paid}/invoices`, { limit: '1' })).status).toBe(400);
});

test('a deleted block is gone, and the ledger is as if it had never been', async () => {
  const box = await sandboxAt(start);
  await added(box, { entry_type: 'increment', amount: 40 });
  const block = await added(box, bought());
  await added(box, { entry_type: 'decrement', amount: 70, description: 'Usage' });
  const last = await added(box, { entry_type: 'increment', amount: 5 });
  expect(await box.remove(`/credit_blocks/${block}`)).toMatchObject({ status: 204, text: '' });
  expect(await lines(box)).toEqual([
    '1 increment 40: 0 → 40',
    '2 decrement 70: 40 → -30',
    '3 increment 5: -30 → -25',
  ]);
  expect((await box.ledger())[1]).toMatchObject({ description: 'Usage' });
  expect((await box.blocks()).map(({ id, balance }) => [id === last, balance])).toEqual([
    [true, 5],
    [false, -30],
  ]);
  for (const path of [`/credit_blocks/${block}`, `/credit_blocks/${block}/invoices`]) {
    expect((await box.get(path)).status).toBe(404);
  }
  expect((await box.remove(`/credit_blocks/${block}`)).json).toMatchObject({
    type: expect.stringContaining('#404-resource-not-found'),
  });
  // The ledger goes on from there.
  await added(box, { entry_type: 'decrement', amount: 1 });
  expect((await lines(box)).at(-1)).toBe('4 decrement 1: -25 → -26');
});

test('credits that the balance of money paid for stay active when another block is deleted', async () => {
  const box = await sandboxAt(start);
  const other = await added(box, { entry_type: 'increment', amount: 5 });
  const { id } = (await box.get('/customers/external_customer_id/acme')).json;
  await box.post(`/customers/${id}/balance_transactions`, { amount: '20', type: 'increment' });
  const block = await added(box, bought({ require_successful_payment: true }));
  expect(await box.remove(`/credit_blocks/${other}`)).toMatchObject({ status: 204 });
  expect((await box.get(`/credit_blocks/${block}`)).json).toMatchObject({ status: 'active', balance: 100 });
  expect(await lines(box)).toEqual(['1 increment 100: 0 → 0', '2 increment 100: 0 → 100']);
});

test('large entries are still found by their amount afterwards', async () => {
  const box = await sandboxAt(start);
  for (let count = 0; count < 300; count += 1) await added(box, { entry_type: 'increment', amount: 1 });
  const large = await added(box, { entry_type: 'increment', amount: 900 });
  await added(box, { entry_type: 'increment', amount: 500 });
  await box.remove(`/credit_blocks/${large}`);
  expect(await box.ledger({ minimum_amount: '400' })).toMatchObject([{ ledger_sequence_number: 301 }]);
  expect(await box.ledger({ minimum_amount: '600' })).toEqual([]);
}, 20_000);

test.each([
  ['an issued invoice is voided', {}, { status: 'void', notes: 0 }],
  ['for a paid invoice there is a credit note', { mark_as_paid: true }, { status: 'paid', notes: 1 }],
])('%s', async (_, settings, { status, notes }) => {
  const box = await sandboxAt(start);
  await box.remove(`/credit_blocks/${await added(box, bought(settings))}`);
  const database = await openDatabase(box.path);
  const [invoice] = database.prepare('SELECT status, voided_at FROM invoices').all();
  const credited = database.prepare('SELECT total FROM credit_notes').all();
  database.close();
  expect(invoice).toEqual({ status, voided_at: status === 'void' ? Date.parse(start) : null });
  expect(credited).toEqual(Array(notes).fill({ total: '20' }));
});

test('pages of blocks go on where they were, also after a debt took a place in between', async () => {
  const box = await sandboxAt(start);
  const first = await added(box, { entry_type: 'increment', amount: 10 });
  await added(box, { entry_type: 'decrement', amount: 10 });
  await added(box, { entry_type: 'increment', amount: 20, expiry_date: '2026-12-01' });
  const last = await added(box, { entry_type: 'increment', amount: 30 });
  const page = (await box.get('/customers/external_customer_id/acme/credits', { limit: '1' })).json;
  expect(page.data[0].id).toBe(last);
  await box.remove(`/credit_blocks/${first}`);
  const cursor = page.pagination_metadata.next_cursor;
  expect((await box.blocks({ cursor })).map(({ balance }) => balance)).toEqual([20, -10]);
});

test.each([
  ['at once, paid for and in part', {}, 40],
  ['from a later day on, paid for and in part', { effective_date: '2026-01-11' }, 40],
  ['from a later day on, paid for and wholly', { effective_date: '2026-01-11' }, 100],
  ['from a later day on, never paid for', { effective_date: '2026-01-11', invoice_settings: null }, 40],
])('credits usable %s, moved meanwhile, stay as they are when another block is deleted', async (_, more, moved) => {
  const box = await sandboxAt(start);
  const other = await added(box, { entry_type: 'increment', amount: 1 });
  const sale = { ...bought({ require_successful_payment: true, invoice_date: '2026-01-10' }), ...more };
  const isSold = sale.invoice_settings !== null;
  const { json } = await box.add(isSold ? sale : { ...sale, per_unit_cost_basis: null });
  const { id: block } = json.credit_block;
  const move = { entry_type: 'expiration_change', target_expiry_date: '2027-01-01', block_id: block };
  await added(box, { ...move, amount: moved });
  box.at('2026-01-12T12:00:00Z');
  const path = `/invoices/${json.created_invoices?.[0].id}/mark_paid`;
  const paid = await box.post(path, { payment_received_date: '2026-01-11' });
  expect(paid.status).toBe(isSold ? 200 : 404);
  await added(box, { entry_type: 'decrement', amount: 10 });
  const before = await box.ledger();
  await box.remove(`/credit_blocks/${other}`);
  const facts = (entries: readonly Record<string, unknown>[]) =>
    entries.map(({ id, created_at, entry_type, amount }) => [id, created_at, entry_type, amount]);
  // The one credit that the other block had is drawn from the next one.
  expect(facts(await box.ledger())).toEqual(facts(before.slice(1)));
  const counted =
    moved === 100 ? ['increment 100: 0 → 100'] : ['increment 60: 0 → 60', 'increment 40: 60 → 100'];
  expect((await lines(box)).slice(2)).toEqual(
    [...counted, 'decrement 10: 100 → 90'].map((line, index) => `${index + 3} ${line}`),
  );
  expect((await box.blocks()).map(({ status }) => status)).toEqual(counted.map(() => 'active'));
  expect(problemsOf(box)).toEqual([]);
});
