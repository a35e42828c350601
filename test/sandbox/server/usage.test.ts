// Automatic deductions: grouped by day, price, invoice and block, growing while pending, on the blocks that cover them.
import { expect, test } from 'vitest';
import { sandboxAt, type TestSandbox } from '../sandbox-at.ts';
import { use } from '../usage.ts';

// Late in the morning in Los Angeles, where the day began at 08:00Z. Events are taken from 07:00Z on.
const start = '2026-01-10T19:00:00Z';
const yesterday = '2026-01-10T07:30:00Z';

async function filled(amount = 100): Promise<TestSandbox> {
  const box = await sandboxAt(start);
  await box.add({ entry_type: 'increment', amount, effective_date: '2026-01-01' });
  return box;
}

const lines = async ({ ledger, sandbox }: TestSandbox): Promise<string[]> => {
  expect(sandbox.operations().status().problems).toEqual([]);
  return (await ledger()).map(
    ({ entry_type: type, amount, starting_balance: from, ending_balance: to }) =>
      `${type} ${amount}: ${from} → ${to}`,
  );
};

test('usage is a decrement with price and invoice, and answers the entries it touched', async () => {
  const box = await filled();
  const { status, data } = await use(box, 12.5, { price_id: 'price_1' });
  expect(status).toBe(200);
  expect(data).toMatchObject([
    {
      entry_type: 'decrement',
      entry_status: 'pending',
      amount: 12.5,
      starting_balance: 100,
      ending_balance: 87.5,
      price_id: 'price_1',
      invoice_id: expect.stringMatching(/^[2-9A-HJ-NP-Za-km-z]{16}$/),
      event_id: null,
    },
  ]);
  expect((await box.ledger()).at(-1)).toEqual(data[0]);
  await box.add({ entry_type: 'decrement', amount: 1 });
  expect((await box.ledger()).at(-1)).toMatchObject({ price_id: null, invoice_id: null });
});

test('further usage of a kind grows its pending entry, and all after it end lower', async () => {
  const box = await filled();
  const first = (await use(box, 10)).data[0];
  await use(box, 1, { price_id: 'other' });
  await use(box, 2, { item_id: 'seats' });
  await box.add({ entry_type: 'increment', amount: 5 });
  const again = (await use(box, 0.5)).data[0];
  expect(again).toMatchObject({ id: first.id, amount: 10.5, starting_balance: 100, ending_balance: 89.5 });
  expect(await lines(box)).toEqual([
    'increment 100: 0 → 100',
    'decrement 10.5: 100 → 89.5',
    'decrement 1: 89.5 → 88.5',
    'decrement 2: 88.5 → 86.5',
    'increment 5: 86.5 → 91.5',
  ]);
  const large = (await box.ledger({ minimum_amount: '10.25', entry_type: 'decrement' })).length;
  expect(large).toBe(1);
});

test('another day, or another month, is another entry; an entry that is committed never changes', async () => {
  const box = await filled();
  const entry = async (timestamp?: string) =>
    (await use(box, 1, timestamp === undefined ? {} : { timestamp })).data[0];
  const today = await entry();
  expect((await entry('2026-01-10T08:00:00Z')).id).toBe(today.id);
  const before = await entry(yesterday);
  expect(before.id).not.toBe(today.id);
  expect(before.invoice_id).toBe(today.invoice_id);
  box.at('2026-01-11T09:00:00Z');
  const late = await entry('2026-01-11T07:59:59Z');
  expect(late.id).not.toBe(today.id);
  expect((await box.ledger({ entry_status: 'committed' })).map(({ amount }) => amount)).toEqual([100, 2, 1]);
  box.at('2026-02-03T00:00:00Z');
  expect((await entry()).invoice_id).not.toBe(today.invoice_id);
  await lines(box);
});

test('a day draws on blocks that were effective when it began, soonest expiry first, and spans them', async () => {
  const box = await filled(3);
  await box.add({
    entry_type: 'increment',
    amount: 4,
    effective_date: '2026-01-02',
    expiry_date: '2026-03-01',
  });
  await box.add({ entry_type: 'increment', amount: 50, expiry_date: '2026-02-01' });
  const { data } = await use(box, 6);
  expect(data.map(({ amount }: { amount: number }) => amount)).toEqual([4, 2]);
  // Granted after the day began, and soonest to expire: not for this day, but for the next one.
  box.at('2026-01-11T20:00:00Z');
  expect((await use(box, 6)).data).toMatchObject([
    { amount: 6, credit_block: { expiry_date: '2026-02-01T08:00:00+00:00' } },
  ]);
  await lines(box);
});

test('what no block covers is a debt of the last block, or of a new one', async () => {
  const box = await filled(3);
  const { data } = await use(box, 10);
  expect(data).toMatchObject([{ amount: 10, ending_balance: -7 }]);
  expect(await box.blocks()).toMatchObject([{ balance: -7 }]);
  const bare = await sandboxAt(start);
  expect((await use(bare, 2)).data).toMatchObject([{ ledger_sequence_number: 1, ending_balance: -2 }]);
  expect((await use(bare, 3)).data).toMatchObject([{ ledger_sequence_number: 1, ending_balance: -5 }]);
  await lines(bare);
});

test('usage of an item leaves blocks for other items alone', async () => {
  const box = await sandboxAt(start);
  const grant = async (amount: number, operator: string, values: string[]) => {
    const filters = [{ field: 'item_id', operator, values }];
    await box.add({ entry_type: 'increment', amount, effective_date: '2026-01-01', filters });
  };
  await grant(1, 'includes', ['seats']);
  await grant(2, 'includes', ['api', 'ai']);
  await grant(4, 'excludes', ['api']);
  await box.add({ entry_type: 'increment', amount: 8, effective_date: '2026-01-01' });
  const drawn = async (item?: string) =>
    (await use(box, 20, { item_id: item, price_id: item ?? 'any' })).data.map(
      ({ amount }: { amount: number }) => amount,
    );
  expect(await drawn('api')).toEqual([2, 18]);
  expect(await drawn('seats')).toEqual([1, 4, 15]);
  expect(await drawn()).toEqual([20]);
  await lines(box);
});

// The day of the tests began at 08:00Z.
test.each([
  ['2026-01-10T07:59:59Z', 95],
  ['2026-01-10T08:00:00Z', 100],
  ['2026-01-10T19:00:00Z', 100],
])('a block that is effective from %s on keeps %i of its credits', async (effective_date, left) => {
  const box = await sandboxAt(start);
  await box.add({ entry_type: 'increment', amount: 100, effective_date });
  await use(box, 2);
  await use(box, 3);
  expect(
    (await box.blocks()).find(
      ({ credit_block_source, maximum_initial_balance }) =>
        credit_block_source === 'manual' && maximum_initial_balance === 100,
    ),
  ).toMatchObject({ balance: left });
  expect((await box.ledger()).slice(1)).toMatchObject([
    { entry_type: 'decrement', amount: 5, ending_balance: 95 },
  ]);
  expect(await lines(box)).toHaveLength(2);
});

test('what the blocks of a day do not hold is a debt of theirs, and not of a younger block', async () => {
  const box = await filled(5);
  await box.add({ entry_type: 'increment', amount: 100 });
  await use(box, 12);
  expect((await box.blocks()).map(({ balance }) => balance)).toEqual([100, -7]);
  // A younger block that lasts longer stands last in deduction order. The next one before it pays for 1 of the debt.
  await box.add({
    entry_type: 'increment',
    amount: 1,
    expiry_date: '2026-01-11',
    effective_date: '2026-01-02',
  });
  box.at('2026-01-12T20:00:00Z');
  await box.add({ entry_type: 'decrement', amount: 100 });
  await use(box, 4, { item_id: 'seats' });
  expect((await box.blocks()).map(({ balance }) => balance)).toEqual([-4, -6]);
  expect(await lines(box)).toHaveLength(8);
});
