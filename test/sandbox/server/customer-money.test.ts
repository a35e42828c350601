// A customer's balance of money: adjusted by hand, taken by invoices, raised by voids and credit notes.
import { expect, test } from 'vitest';
import { acme, problemsOf, sandboxAt, type TestSandbox } from '../sandbox-at.ts';

const start = '2026-01-10T12:00:00Z';

async function transactionsOf(box: TestSandbox): Promise<string> {
  const { json } = await box.get(acme);
  return `/customers/${json.id}/balance_transactions`;
}

const adjust = async (box: TestSandbox, amount: string, type = 'increment') =>
  box.post(await transactionsOf(box), { amount, type });

const sell = (box: TestSandbox, more: object = {}) =>
  box.add({
    entry_type: 'increment',
    amount: 100,
    per_unit_cost_basis: '0.20',
    invoice_settings: { auto_collection: false, net_terms: 0, ...more },
  });

const balance = async (box: TestSandbox) => (await box.get(acme)).json.balance;

/** What moved the balance, the oldest first. */
const moves = async (box: TestSandbox) =>
  (await box.get(await transactionsOf(box))).json.data
    .map(
      (each: Record<string, string>) =>
        `${each.action} ${each.type} ${each.amount}: ${each.starting_balance} → ${each.ending_balance}`,
    )
    .reverse();

test('an adjustment changes the balance and is listed', async () => {
  const box = await sandboxAt(start);
  expect(await balance(box)).toBe('0.00');
  const { status, json } = await adjust(box, '12.5');
  expect(status).toBe(200);
  expect(json).toEqual({
    id: expect.stringMatching(/^\w{16}$/),
    created_at: '2026-01-10T12:00:00+00:00',
    starting_balance: '0.00',
    ending_balance: '12.50',
    amount: '12.50',
    action: 'manual_adjustment',
    description: null,
    invoice: null,
    type: 'increment',
    credit_note: null,
  });
  await adjust(box, '20', 'decrement');
  expect(await balance(box)).toBe('-7.50');
  const path = await transactionsOf(box);
  const page = (await box.get(path, { limit: '1' })).json;
  expect(page.data).toMatchObject([{ amount: '20.00', type: 'decrement' }]);
  const { next_cursor: cursor } = page.pagination_metadata;
  expect((await box.get(path, { limit: '1', cursor })).json.data).toEqual([json]);
  expect((await box.get(path, { 'operation_time[gt]': start })).json.data).toEqual([]);
});

test.each(['0', '-1', '0.001', 'x'])('an adjustment by %s is refused', async (amount) => {
  const box = await sandboxAt(start);
  expect((await adjust(box, amount)).json.type).toContain('#400-request-validation-errors');
  expect(await balance(box)).toBe('0.00');
});

test('the balance is taken by the next invoice, and a debt is added to it', async () => {
  const box = await sandboxAt(start);
  await adjust(box, '5');
  expect((await sell(box)).json.created_invoices).toMatchObject([
    {
      status: 'issued',
      total: '20.00',
      amount_due: '15.00',
      customer_balance_transactions: [{ action: 'applied_to_invoice', type: 'decrement', amount: '5.00' }],
    },
  ]);
  await adjust(box, '3', 'decrement');
  expect((await sell(box)).json.created_invoices).toMatchObject([{ amount_due: '23.00' }]);
  expect(await balance(box)).toBe('0.00');
});

test('an invoice that the balance covers is paid as it is issued, and so are its credits', async () => {
  const box = await sandboxAt(start);
  await adjust(box, '25');
  const { json } = await sell(box, { require_successful_payment: true });
  expect(json.created_invoices).toMatchObject([
    { status: 'paid', amount_due: '0.00', paid_at: json.created_at },
  ]);
  expect(await box.blocks()).toMatchObject([{ status: 'active', balance: 100 }]);
  expect((await box.ledger()).map(({ ending_balance }) => ending_balance)).toEqual([0, 100]);
  expect(await balance(box)).toBe('5.00');
  expect(problemsOf(box)).toEqual([]);
});

test('what a voided invoice took is returned', async () => {
  const box = await sandboxAt(start);
  await adjust(box, '5');
  const [{ id }] = (await sell(box)).json.created_invoices;
  await box.post(`/invoices/${id}/void`, '');
  expect(await moves(box)).toEqual([
    'manual_adjustment increment 5.00: 0.00 → 5.00',
    'applied_to_invoice decrement 5.00: 5.00 → 0.00',
    'return_from_voiding increment 5.00: 0.00 → 5.00',
  ]);
});

test('the credit note for a deleted block that was paid raises the balance', async () => {
  const box = await sandboxAt(start);
  const { json } = await sell(box, { mark_as_paid: true });
  await box.remove(`/credit_blocks/${json.credit_block.id}`);
  expect(await balance(box)).toBe('20.00');
  const [invoice] = (await box.get('/invoices')).json.data;
  const [note] = (await box.get('/credit_notes')).json.data;
  expect(note).toMatchObject({ invoice_id: invoice.id, total: '20.00', type: 'refund' });
  expect(invoice.credit_notes).toEqual([
    {
      id: note.id,
      credit_note_number: note.credit_note_number,
      reason: 'Order change',
      total: '20.00',
      voided_at: null,
      type: 'refund',
      memo: null,
    },
  ]);
  expect((await box.get(`/credit_notes/${note.id}`)).json).toEqual(note);
  expect((await box.get('/credit_notes/none')).status).toBe(404);
  expect(await moves(box)).toEqual(['credit_note_applied increment 20.00: 0.00 → 20.00']);
});

test('deleting an issued block returns what its invoice took, and a draft disappears', async () => {
  const box = await sandboxAt(start);
  await adjust(box, '5');
  const issued = (await sell(box)).json;
  await box.remove(`/credit_blocks/${issued.credit_block.id}`);
  expect(await balance(box)).toBe('5.00');
  await box.put(acme, { auto_issuance: false });
  const draft = (await sell(box)).json;
  await box.remove(`/credit_blocks/${draft.credit_block.id}`);
  expect((await box.get(`/invoices/${draft.created_invoices[0].id}`)).status).toBe(404);
  expect((await box.get(`/invoices/${issued.created_invoices[0].id}`)).json.status).toBe('void');
});

test('a balance that its changes do not explain is found', async () => {
  const box = await sandboxAt(start);
  await adjust(box, '5');
  expect(problemsOf(box)).toEqual([]);
  box.sandbox.database.exec(`UPDATE customers SET balance = '6' WHERE external_id = 'acme'`);
  expect(problemsOf(box)).toEqual(['acme: the balance of money is 6, but its last change left 5']);
});
