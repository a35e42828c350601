// Usage and credits that come late: events of a day whose credits have lapsed since, and credits granted for the past.
import { expect, test } from 'vitest';
import { granted, sandboxAt, type TestSandbox } from '../sandbox-at.ts';
import { use, useOn } from '../usage.ts';

// Half past one at night in Los Angeles, where the day began at 08:00Z.
const start = '2026-01-10T09:30:00Z';
const yesterday = '2026-01-10T07:30:00Z';

const lines = async ({ ledger, sandbox }: TestSandbox): Promise<string[]> => {
  expect(sandbox.operations().status().problems).toEqual([]);
  return (await ledger()).map(
    ({ entry_type: type, amount, starting_balance: from, ending_balance: to }) =>
      `${type} ${amount}: ${from} → ${to}`,
  );
};
const balances = async ({ blocks }: TestSandbox): Promise<number[]> =>
  (await blocks()).map(({ balance }) => balance).reverse();

test('late usage draws on credits of its day that have lapsed since, and their expiry shrinks', async () => {
  const box = await sandboxAt('2026-01-09T20:00:00Z');
  await granted(box, 10, { expiry_date: '2026-01-10' });
  await granted(box, 50);
  box.at(start);
  const { data } = await use(box, 4, { timestamp: yesterday });
  expect(data).toMatchObject([{ amount: 4, credit_block: { expiry_date: '2026-01-10T08:00:00+00:00' } }]);
  expect(await lines(box)).toEqual([
    'increment 10: 0 → 10',
    'increment 50: 10 → 60',
    'credit_block_expiry 6: 60 → 54',
    'decrement 4: 54 → 50',
  ]);
  await use(box, 16, { timestamp: yesterday });
  expect(await lines(box)).toEqual([
    'increment 10: 0 → 10',
    'increment 50: 10 → 60',
    'credit_block_expiry 0: 60 → 60',
    'decrement 10: 60 → 50',
    'decrement 10: 50 → 40',
  ]);
  expect(await balances(box)).toEqual([40]);
});

test('usage of the day after is not for them, nor of another item, nor is an expiry that is committed', async () => {
  const box = await sandboxAt('2026-01-09T20:00:00Z');
  const filters = [{ field: 'item_id', operator: 'includes', values: ['api'] }];
  await granted(box, 10, { expiry_date: '2026-01-10', filters });
  await granted(box, 50);
  box.at(start);
  await use(box, 1, { item_id: 'api' });
  await use(box, 1, { item_id: 'ai', timestamp: yesterday });
  expect((await lines(box)).filter((line) => line.startsWith('credit'))).toEqual([
    'credit_block_expiry 10: 60 → 50',
  ]);
  box.at('2026-01-10T20:00:01Z');
  useOn(box, { day: '2026-01-09', credits: '1', item: 'api' });
  expect((await lines(box)).filter((line) => line.startsWith('credit'))).toEqual([
    'credit_block_expiry 10: 60 → 50',
  ]);
  expect(await balances(box)).toEqual([47]);
});

test('lapsed credits stand in deduction order among the others', async () => {
  const box = await sandboxAt('2026-01-09T20:00:00Z');
  const filters = [{ field: 'item_id', operator: 'excludes', values: ['seats'] }];
  await granted(box, 10, { expiry_date: '2026-01-10' });
  await granted(box, 3, { filters });
  box.at(start);
  // A block for some items comes before one for all, however soon that expires.
  const { data } = await use(box, 5, { item_id: 'api', timestamp: yesterday });
  expect(data.map(({ amount }) => amount)).toEqual([3, 2]);
  expect((await lines(box)).slice(2)).toEqual([
    'credit_block_expiry 8: 13 → 5',
    'decrement 3: 5 → 2',
    'decrement 2: 2 → 0',
  ]);
});

test('credits that have lapsed are drawn in deduction order, then the first to lapse first', async () => {
  const box = await sandboxAt('2026-01-09T20:00:00Z');
  const filters = [{ field: 'item_id', operator: 'excludes', values: ['seats'] }];
  await granted(box, 1, { expiry_date: '2026-01-10' });
  await granted(box, 3, { expiry_date: '2026-01-10', filters });
  await granted(box, 10, { expiry_date: '2026-01-10' });
  box.at(start);
  const { data } = await use(box, 5, { item_id: 'api', timestamp: yesterday });
  expect(data.map(({ amount }) => amount)).toEqual([3, 1, 1]);
  expect((await lines(box)).filter((line) => line.startsWith('credit_block_expiry 9'))).toHaveLength(1);
});

test('credits granted for the past take over the overage: 40 used, then 100 for before, leave one block of 60', async () => {
  const box = await sandboxAt('2026-01-10T20:00:00Z');
  await use(box, 40, { price_id: 'p' });
  expect(await balances(box)).toEqual([-40]);
  await granted(box, 100);
  expect((await box.blocks()).map(({ balance }) => balance)).toEqual([60]);
  expect(await lines(box)).toEqual([
    'decrement 40: 0 → -40',
    'increment 100: -40 → 60',
    'amendment 40: 60 → 100',
    'decrement 40: 100 → 60',
  ]);
  // What was used is listed once, whoever paid for it.
  const priced = (await box.ledger({ entry_type: 'decrement' })).filter(({ price_id }) => price_id === 'p');
  expect(priced.map(({ amount }) => amount)).toEqual([40]);
});

test.each([
  ['it was effective too late', { effective_date: '2026-01-10T12:00:00Z' }, [-40, 100]],
  [
    'it is for another item',
    { filters: [{ field: 'item_id', operator: 'includes', values: ['seats'] }] },
    [-40, 100],
  ],
  ['it had expired by then', { expiry_date: '2026-01-10' }, [-40]],
  [
    'it waits for its payment',
    {
      per_unit_cost_basis: '1',
      invoice_settings: { auto_collection: false, net_terms: 0, require_successful_payment: true },
    },
    [-40, 100],
  ],
])('a grant takes over nothing if %s', async (_, more, left) => {
  const box = await sandboxAt('2026-01-10T20:00:00Z');
  await use(box, 40, { item_id: 'api' });
  await granted(box, 100, more);
  expect(await balances(box)).toEqual(left);
  await lines(box);
});

test('a grant takes over only what is usage and still a debt, each part once', async () => {
  const box = await sandboxAt('2026-01-10T20:00:00Z');
  await granted(box, 10);
  await use(box, 25);
  await box.add({ entry_type: 'decrement', amount: 100 });
  expect(await balances(box)).toEqual([-115]);
  await granted(box, 7);
  expect(await balances(box)).toEqual([-108]);
  // Of the 25 used, the block paid 10 itself and the first grant 7; the decrement by hand is not usage.
  await granted(box, 50);
  expect(await balances(box)).toEqual([-100, 42]);
  await granted(box, 50);
  expect(await balances(box)).toEqual([-100, 42, 50]);
  // Four grants, two deductions, and two entries for each of the two grants that took something over.
  expect(await lines(box)).toHaveLength(10);
});

test.each([
  ['at once', [25]],
  ['as its entry grew', [4, 21]],
])('a grant takes over no usage that the block in debt paid itself, %s', async (_, reported) => {
  const box = await sandboxAt('2026-01-10T20:00:00Z');
  const deleted = await granted(box, 1, { expiry_date: '2026-01-10' });
  await granted(box, 10);
  for (const credits of reported) await use(box, credits, { item_id: 'api' });
  await use(box, 20, { item_id: 'seats' });
  expect(await balances(box)).toEqual([-35]);
  const filters = [{ field: 'item_id', operator: 'includes', values: ['api'] }];
  await granted(box, 100, { filters });
  expect(await balances(box)).toEqual([-20, 85]);
  await box.remove(`/credit_blocks/${deleted}`);
  await granted(box, 100, { filters });
  expect(await balances(box)).toEqual([-20, 85, 100]);
  await lines(box);
});

test('overage that its block left to another when it expired is taken over, too, also in a replay', async () => {
  const box = await sandboxAt('2026-01-09T20:00:00Z');
  const filters = [{ field: 'item_id', operator: 'includes', values: ['seats'] }];
  await granted(box, 10, { expiry_date: '2026-01-10' });
  await use(box, 40, { item_id: 'api' });
  const deleted = await granted(box, 1, { filters });
  box.at('2026-01-11T20:00:00Z');
  expect(await balances(box)).toEqual([1, -30]);
  await granted(box, 100);
  expect(await balances(box)).toEqual([1, 70]);
  await box.remove(`/credit_blocks/${deleted}`);
  expect(await balances(box)).toEqual([70]);
  expect(await lines(box)).toHaveLength(6);
});

test('without the grant the overage is there again; without another block, the grant takes over what there is then', async () => {
  const box = await sandboxAt('2026-01-10T20:00:00Z');
  const first = await granted(box, 10);
  await use(box, 40);
  const second = await granted(box, 100);
  expect(await balances(box)).toEqual([70]);
  await box.remove(`/credit_blocks/${first}`);
  expect(await balances(box)).toEqual([60]);
  expect(await lines(box)).toEqual([
    'decrement 40: 0 → -40',
    'increment 100: -40 → 60',
    'amendment 40: 60 → 100',
    'decrement 40: 100 → 60',
  ]);
  await granted(box, 5);
  expect(await balances(box)).toEqual([60, 5]);
  await box.remove(`/credit_blocks/${second}`);
  // The later grant finds the overage now.
  expect(await balances(box)).toEqual([-35]);
  await lines(box);
});
