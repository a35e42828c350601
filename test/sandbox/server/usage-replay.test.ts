// Usage where top-ups buy and blocks are deleted: it is reported again by its own rule, and keeps what it was for.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../support/runs.ts';
import { acme, granted, sandboxAt, type TestSandbox } from '../sandbox-at.ts';
import { use, useOn } from '../usage.ts';

// Noon in Los Angeles, where the day began at 08:00Z.
const start = '2026-01-10T20:00:00Z';

const lines = async ({ ledger, sandbox }: TestSandbox): Promise<string[]> => {
  expect(sandbox.operations().status().problems).toEqual([]);
  return (await ledger()).map(
    ({ entry_type: type, amount, starting_balance: from, ending_balance: to, price_id: price }) =>
      `${type} ${amount}: ${from} → ${to}${price === undefined || price === null ? '' : ` for ${price}`}`,
  );
};

test('usage of a deleted block falls on the next one that covers it, and says what it was for as before', async () => {
  const box = await sandboxAt(start);
  const first = await granted(box, 10, { expiry_date: '2026-06-01' });
  await granted(box, 30);
  const used = (await use(box, 4, { price_id: 'seats' })).data[0];
  await box.add({ entry_type: 'decrement', amount: 1 });
  await box.remove(`/credit_blocks/${first}`);
  expect(await lines(box)).toEqual([
    'increment 30: 0 → 30',
    'decrement 4: 30 → 26 for seats',
    'decrement 1: 26 → 25',
  ]);
  const again = (await box.ledger())[1];
  expect(again).toMatchObject({ id: used.id, invoice_id: used.invoice_id, created_at: used.created_at });
  // The entry still takes up usage of its kind, under its new number.
  expect((await use(box, 2, { price_id: 'seats' })).data).toMatchObject([{ id: used.id, amount: 6 }]);
  await lines(box);
});

test('a report that spanned blocks is one again, and two of a kind become one entry where they share a block', async () => {
  const box = await sandboxAt(start);
  const first = await granted(box, 10, { expiry_date: '2026-06-01' });
  await granted(box, 30);
  expect((await use(box, 12, { price_id: 'p' })).data).toHaveLength(2);
  await use(box, 3, { price_id: 'p' });
  await use(box, 1, { price_id: 'q' });
  await box.remove(`/credit_blocks/${first}`);
  expect(await lines(box)).toEqual([
    'increment 30: 0 → 30',
    'decrement 15: 30 → 15 for p',
    'decrement 1: 15 → 14 for q',
  ]);
  const apart = await sandboxAt(start);
  const small = await granted(apart, 10, { expiry_date: '2026-06-01' });
  await granted(apart, 30);
  await use(apart, 10, { price_id: 'p' });
  await apart.add({ entry_type: 'decrement', amount: 1 });
  await use(apart, 2, { price_id: 'p' });
  await apart.remove(`/credit_blocks/${small}`);
  expect(await lines(apart)).toEqual([
    'increment 30: 0 → 30',
    'decrement 12: 30 → 18 for p',
    'decrement 1: 18 → 17',
  ]);
});

test('a replay keeps to the days and items that blocks cover', async () => {
  const box = await sandboxAt(start);
  const deleted = await granted(box, 50, { expiry_date: '2026-06-01' });
  const seats = { filters: [{ field: 'item_id', operator: 'includes', values: ['seats'] }] };
  await granted(box, 5, seats);
  await granted(box, 20, { effective_date: '2026-01-10T12:00:00Z', expiry_date: '2026-02-01' });
  await granted(box, 7);
  await use(box, 9, { item_id: 'api', price_id: 'p' });
  await box.remove(`/credit_blocks/${deleted}`);
  // Neither from the block for seats nor from the one that began at noon.
  expect((await lines(box)).at(-1)).toBe('decrement 9: 32 → 23 for p');
  expect((await box.blocks()).map(({ balance }) => balance)).toEqual([-2, 20, 5]);
});

test('without any block the usage is a debt, and deleting all of it leaves nothing that it was for', async () => {
  const box = await sandboxAt(start);
  const only = await granted(box, 10);
  await use(box, 4, { price_id: 'p' });
  await box.remove(`/credit_blocks/${only}`);
  expect(await lines(box)).toEqual(['decrement 4: 0 → -4 for p']);
  const [debt] = await box.blocks();
  expect((await use(box, 1, { price_id: 'p' })).data).toMatchObject([{ amount: 5 }]);
  expect((await box.remove(`/credit_blocks/${debt.id}`)).status).toBe(204);
  expect(await lines(box)).toEqual(['decrement 5: 0 → -5 for p']);
});

test('usage that leaves the balance at the threshold tops it up, and answers only what it drew', async () => {
  const box = await sandboxAt(start);
  await granted(box, 20);
  await box.post(`${acme}/credits/top_ups`, {
    currency: 'credits',
    threshold: '5',
    amount: '100',
    per_unit_cost_basis: '0',
    invoice_settings: { auto_collection: true, net_terms: 0 },
  });
  expect((await use(box, 10, { price_id: 'p' })).data).toHaveLength(1);
  // It only grows what is there, and that is enough to buy.
  const { data } = await use(box, 6, { price_id: 'p' });
  expect(data).toMatchObject([{ amount: 16, ending_balance: 4 }]);
  expect(data).toHaveLength(1);
  expect(await lines(box)).toEqual([
    'increment 20: 0 → 20',
    'decrement 16: 20 → 4 for p',
    'increment 100: 4 → 104',
  ]);
});

const step = fc.oneof(
  fc.record({
    do: fc.constant('grant' as const),
    amount: fc.integer({ min: 1, max: 60 }),
    expires: fc.option(fc.integer({ min: 1, max: 9 })),
    item: fc.option(fc.constantFrom('a', 'b')),
  }),
  fc.record({
    do: fc.constant('use' as const),
    amount: fc.integer({ min: 1, max: 25 }),
    item: fc.option(fc.constantFrom('a', 'b')),
    daysAgo: fc.integer({ min: 0, max: 2 }),
  }),
  fc.record({ do: fc.constant('take' as const), amount: fc.integer({ min: 1, max: 25 }) }),
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 0, max: 30 }) }),
  fc.record({ do: fc.constant('delete' as const), which: fc.nat(20) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A ledger that lives through steps, and how much usage of each price was reported to it. */
class Life {
  readonly box: TestSandbox;
  readonly used = new Map<string, number>();
  deleted = 0;
  #now = Date.parse(start);

  constructor(box: TestSandbox) {
    this.box = box;
  }

  async live(step: Step): Promise<void> {
    switch (step.do) {
      case 'wait':
        this.#now += step.hours * 3_600_000;
        this.box.at(new Date(this.#now).toISOString());
        break;
      case 'take':
        await this.box.add({ entry_type: 'decrement', amount: step.amount });
        break;
      case 'grant':
        await this.#grant(step);
        break;
      case 'use':
        this.#use(step);
        break;
      case 'delete':
        await this.#delete(step.which);
    }
  }

  async #grant({ amount, expires, item }: Extract<Step, { do: 'grant' }>): Promise<void> {
    const filters = item === null ? null : [{ field: 'item_id', operator: 'includes', values: [item] }];
    await granted(this.box, amount, { filters, expiry_date: expires === null ? null : this.#day(expires) });
  }

  #use({ amount, item, daysAgo }: Extract<Step, { do: 'use' }>): void {
    const price = `price of ${item}`;
    useOn(this.box, { day: this.#day(-1 - daysAgo), credits: String(amount), item });
    this.used.set(price, (this.used.get(price) ?? 0) + amount);
  }

  async #delete(which: number): Promise<void> {
    const blocks = await this.box.blocks({ include_all_blocks: 'true' });
    const block = blocks[which % Math.max(blocks.length, 1)];
    if (block === undefined) return;
    expect((await this.box.remove(`/credit_blocks/${block.id}`)).status).toBe(204);
    this.deleted += 1;
  }

  #day(days: number): string {
    return new Date(this.#now + days * 86_400_000).toISOString().slice(0, 10);
  }
}

test('whatever is deleted in between, books stay whole and no usage is lost, added or listed as another', async () => {
  let deleted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25, size: 'max' }), async (steps) => {
      const life = new Life(await sandboxAt(start));
      for (const each of steps) await life.live(each);
      await lines(life.box);
      const listed = new Map<string, number>();
      for (const { price_id: price, amount } of await life.box.ledger({ entry_type: 'decrement' }))
        if (price !== null) listed.set(price, (listed.get(price) ?? 0) + amount);
      expect([...listed].sort()).toEqual([...life.used].sort());
      deleted += life.deleted;
    }),
    { numRuns: runs(25), seed: 20260110 },
  );
  expect(deleted).toBeGreaterThan(30);
}, 60_000);
