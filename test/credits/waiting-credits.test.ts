// Unpaid and future credits whose expiry was changed before they counted: their increment is no grant.
import { expect, test } from 'vitest';
import { WaitingCredits } from '../../src/credits/waiting-credits.ts';
import { decodeBlock, decodeEntry } from '../../src/orb/decode/records.ts';
import { BlocksAsOf } from '../../src/reports/blocks-as-of.ts';
import { granted, sandboxAt, type TestSandbox } from '../sandbox/sandbox-at.ts';

const bought = {
  per_unit_cost_basis: '1',
  expiry_date: '2026-03-01',
  invoice_settings: { auto_collection: false, net_terms: 30, require_successful_payment: true },
};

async function bill(box: TestSandbox, amount: number, more: object = {}) {
  const { json } = await box.add({ entry_type: 'increment', amount, ...bought, ...more });
  return { block: json.credit_block.id as string, invoice: json.created_invoices[0].id as string };
}

const pay = (box: TestSandbox, invoice: string) =>
  box.post(`/invoices/${invoice}/mark_paid`, { payment_received_date: '2026-02-10' });

const move = (box: TestSandbox, block_id: string, target_expiry_date: string, amount?: number) =>
  box.add({ entry_type: 'expiration_change', block_id, target_expiry_date, amount });

const newest = async (box: TestSandbox): Promise<string> =>
  (await box.blocks({ include_all_blocks: 'true' }))[0].id;

async function waiting(box: TestSandbox) {
  const credits = new WaitingCredits();
  for (const entry of await box.ledger()) credits.add(decodeEntry(entry).record);
  const { granted, moved } = credits.blocks();
  return { granted: [...granted], moved: [...moved] };
}

test('credits that were moved before they were paid for are known by their move; an equal grant is another', async () => {
  const box = await sandboxAt('2026-01-10T12:00:00Z');
  await granted(box, 5);
  const { block, invoice } = await bill(box, 100);
  await move(box, block, '2026-06-01', 60);
  const first = await newest(box);
  await move(box, block, '2026-07-01', 40);
  const second = await newest(box);
  await box.add({ entry_type: 'void', block_id: second, amount: 15 });
  await move(box, first, '2026-08-01');
  const third = await newest(box);
  box.at('2026-02-10T12:00:00Z');
  await pay(box, invoice);
  for (const [amount, expiry_date] of [
    [60, '2026-08-01'],
    [25, '2026-07-01'],
  ] as const)
    await bill(box, amount, { expiry_date, invoice_settings: { auto_collection: false, net_terms: 0 } });
  const { granted: grants, moved } = await waiting(box);
  expect(grants).toEqual([block]);
  expect(moved.toSorted()).toEqual([second, third].toSorted());
});

test('a grant with metadata of its own is none of the credits that still wait, whatever else is equal', async () => {
  const box = await sandboxAt('2026-01-10T12:00:00Z');
  const metadata = { reference: 'A' };
  const block = await granted(box, 50, { effective_date: '2026-02-01', expiry_date: '2026-03-01', metadata });
  await move(box, block, '2026-06-01');
  const moved = await newest(box);
  await granted(box, 50, { expiry_date: '2026-06-01', metadata: { reference: 'B' } });
  expect(await waiting(box)).toEqual({ granted: [block], moved: [] });
  box.at('2026-02-05T12:00:00Z');
  expect(await waiting(box)).toEqual({ granted: [block], moved: [moved] });
});

test('of blocks that are alike, a move takes from the one that holds just as much, also where its credits count', async () => {
  const box = await sandboxAt('2026-01-10T12:00:00Z');
  const future = { effective_date: '2026-02-01', expiry_date: '2026-03-01' };
  const larger = await granted(box, 20, future);
  const smaller = await granted(box, 10, future);
  const usable = await granted(box, 5, { expiry_date: '2026-03-01' });
  const alike: string[] = [];
  for (const block of [larger, smaller, usable]) {
    await move(box, block, '2026-06-01');
    alike.push(await newest(box));
  }
  await move(box, alike[1] ?? '', '2026-07-01');
  const further = await newest(box);
  await move(box, alike[2] ?? '', '2026-08-01');
  box.at('2026-02-05T12:00:00Z');
  const { granted: grants, moved } = await waiting(box);
  expect(grants).toEqual([larger, smaller]);
  expect(moved.toSorted()).toEqual([alike[0], further].toSorted());
});

test('future credits that were moved are known by their move, and what was moved later is not', async () => {
  const box = await sandboxAt('2026-01-10T12:00:00Z');
  const block = await granted(box, 50, { effective_date: '2026-02-01', expiry_date: '2026-03-01' });
  await move(box, block, '2026-06-01', 20);
  const moved = await newest(box);
  box.at('2026-02-05T12:00:00Z');
  await move(box, block, '2026-07-01');
  await granted(box, 30, { expiry_date: '2026-07-01' });
  expect(await waiting(box)).toEqual({ granted: [block], moved: [moved] });
});

test('a block that an extension made is there on the days between it and its payment', async () => {
  const box = await sandboxAt('2026-01-10T12:00:00Z');
  await granted(box, 5);
  const { block, invoice } = await bill(box, 100);
  await move(box, block, '2026-06-01');
  const moved = await newest(box);
  const at = Date.parse('2026-01-31T12:00:00Z');
  box.at('2026-02-10T12:00:00Z');
  await pay(box, invoice);
  await bill(box, 100, { expiry_date: '2026-06-01' });
  const asOf = new BlocksAsOf(at);
  for (const entry of await box.ledger()) asOf.add(decodeEntry(entry).record);
  const now = (await box.blocks({ include_all_blocks: 'true' })).map((each) => decodeBlock(each).record);
  expect(asOf.blocks(now)).toMatchObject([
    { id: moved, balance: '100', status: 'pending_payment' },
    { balance: '5', status: 'active' },
  ]);
});
