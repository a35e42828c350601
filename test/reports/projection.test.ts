import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CalendarDate, daysAfter } from '../../src/credits/calendar.ts';
import type { CreditBlock } from '../../src/credits/customer.ts';
import { amount, multiply } from '../../src/credits/exact.ts';
import { project } from '../../src/reports/projection.ts';
import { creditBlock } from '../support/blocks.ts';
import { runs } from '../support/runs.ts';

const asOf = '2026-03-01' as CalendarDate;

interface Given {
  readonly id: string;
  readonly balance: string;
  /** Days from today. */
  readonly from?: number | undefined;
  readonly before?: number | undefined;
  readonly cost?: string | undefined;
  readonly status?: string;
  readonly item?: boolean;
}

const at = (days: number | undefined): string | null =>
  days === undefined ? null : `${daysAfter(asOf, days)}T00:00:00+00:00`;

const block = ({ id, balance, from, before, cost, status = 'active', item = false }: Given): CreditBlock =>
  creditBlock({
    id,
    balance: amount(balance),
    effective_date: at(from),
    expiry_date: at(before),
    per_unit_cost_basis: cost === undefined ? null : amount(cost),
    status,
    maximum_initial_balance: amount(balance),
    filters: item ? [{ field: 'item_id', operator: 'includes', values: ['i'] }] : [],
  });

/** @param blocks oldest first */
function projected(blocks: readonly Given[], perDay: string) {
  const pace = (days: number) => multiply(amount(perDay), amount(String(days)));
  const { runOutOn, unused } = project({ blocks: blocks.map(block).reverse(), asOf, zone: 'UTC', pace });
  return { runOutOn, unused: Object.fromEntries(unused) };
}

test('a block that never expires lasts as long as its credits', () => {
  expect(projected([{ id: 'a', balance: '70' }], '10')).toEqual({ runOutOn: '2026-03-08', unused: {} });
  expect(projected([{ id: 'a', balance: '70.1' }], '10').runOutOn).toBe('2026-03-09');
});

test('a mean that is no decimal is exact: no day is lost, and no digit is left over', () => {
  const pace = (days: number) => amount(String(10 * days));
  const over = (...given: readonly Given[]) =>
    project({ blocks: given.map(block).reverse(), asOf, zone: 'UTC', pace, parts: 30 });
  const first = { id: 'a', balance: '100', before: 7 };
  expect(over(first, { id: 'b', balance: '10' }).runOutOn).toBe(daysAfter(asOf, 37));
  const { unused } = over(first, { id: 'b', balance: '40', before: 37 });
  expect(Object.fromEntries(unused)).toEqual({ a: '97.6666666666666667', b: '30' });
  const three = [1, 2, 3].map((before) => ({ id: `${before}`, balance: '10', before }));
  expect(over(...three).unusedInAll).toBe('29');
});

test('what will not be used at all keeps all its digits', () => {
  const balance = '123456789012345678.123456789012345678';
  const blocks = [block({ id: 'b', balance, before: 9 }), block({ id: 'a', balance: '100', before: 8 })];
  const { unused } = project({ blocks, asOf, zone: 'UTC', pace: () => amount('1'), parts: 3 });
  expect(unused.get('b')).toBe(balance);
});

test('what expires unused does not serve later', () => {
  expect(projected([{ id: 'a', balance: '1000', before: 10 }], '10')).toEqual({
    runOutOn: '2026-03-11',
    unused: { a: '900' },
  });
  expect(
    projected(
      [
        { id: 'a', balance: '1000', before: 10 },
        { id: 'b', balance: '50' },
      ],
      '10',
    ),
  ).toEqual({
    runOutOn: '2026-03-16',
    unused: { a: '900' },
  });
});

test('the block that expires first is drawn on first, then the cheaper, and one for some items before all', () => {
  const late = { id: 'late', balance: '100', before: 20 };
  const soon = { id: 'soon', balance: '100', before: 15 };
  expect(projected([late, soon], '10').unused).toEqual({ soon: '0', late: '0' });
  expect(
    projected([late, soon, { id: 'item', balance: '100', before: 30, item: true }], '10').unused,
  ).toEqual({
    item: '0',
    soon: '50',
    late: '50',
  });
});

test('a block serves from the day it becomes effective on, and a run-out before it is one', () => {
  expect(
    projected(
      [
        { id: 'a', balance: '20' },
        { id: 'b', balance: '100', from: 2 },
      ],
      '10',
    ).runOutOn,
  ).toBe('2026-03-13');
  expect(
    projected(
      [
        { id: 'a', balance: '10' },
        { id: 'b', balance: '100', from: 2, before: 4 },
      ],
      '10',
    ),
  ).toEqual({
    runOutOn: '2026-03-02',
    unused: { b: '80' },
  });
});

test('a balance of nothing, a debt, and credits that wait for their payment have run out today', () => {
  expect(projected([], '10').runOutOn).toBe(asOf);
  expect(projected([{ id: 'a', balance: '-5' }], '0').runOutOn).toBe(asOf);
  expect(projected([{ id: 'a', balance: '5', before: 3, status: 'pending_payment' }], '1')).toEqual({
    runOutOn: asOf,
    unused: {},
  });
});

test('without use, the balance ends with its last block or never', () => {
  expect(projected([{ id: 'a', balance: '5', before: 3 }], '0')).toEqual({
    runOutOn: '2026-03-04',
    unused: { a: '5' },
  });
  expect(projected([{ id: 'a', balance: '5' }], '0').runOutOn).toBeNull();
  expect(projected([{ id: 'a', balance: '5' }], '0.0001').runOutOn).toBeNull();
});

test('a block that expires later today is lost whole', () => {
  const { unused } = projected(
    [
      { id: 'a', balance: '5', before: 0 },
      { id: 'b', balance: '5' },
    ],
    '1',
  );
  expect(unused).toEqual({ a: '5' });
});

test('days of a zone count, not those of UTC', () => {
  const midnight = { ...block({ id: 'a', balance: '100' }), expiry_date: '2026-03-04T08:00:00+00:00' };
  const pace = (days: number) => amount(String(days * 10));
  const { runOutOn } = project({ blocks: [midnight], asOf, zone: 'America/Los_Angeles', pace });
  expect(runOutOn).toBe('2026-03-04');
});

const days = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined });
const blocks = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 0, max: 99 }).map((n) => `b${n}`),
    balance: fc.integer({ min: 1, max: 300 }).map((n) => String(n / 4)),
    from: days,
    before: days,
    cost: fc.option(fc.constantFrom('0', '0.5', '2'), { nil: undefined }),
    item: fc.boolean(),
  }),
  { selector: ({ id }) => id, maxLength: 7 },
);

/** The same by walking through every day and every block: slow, and with nothing in common. */
function walked(given: readonly Given[], perDay: number) {
  const order = [...given.entries()].sort(
    ([i, a], [j, b]) =>
      Number(b.item) - Number(a.item) ||
      Math.sign((a.before ?? 1e9) - (b.before ?? 1e9)) ||
      Number(a.cost ?? 0) - Number(b.cost ?? 0) ||
      i - j,
  );
  const left = new Map(given.map(({ id, balance }) => [id, Number(balance)]));
  let runOut: number | undefined;
  for (let day = 0; day < 4000; day += 1) {
    const open = order
      .map(([, each]) => each)
      .filter(({ from = 0, before = 1e9 }) => from <= day && day < before)
      .map(({ id }) => id);
    if (open.every((id) => left.get(id) === 0)) runOut ??= day;
    let wanted = perDay;
    for (const id of open) {
      const taken = Math.min(wanted, left.get(id) ?? 0);
      left.set(id, (left.get(id) ?? 0) - taken);
      wanted -= taken;
    }
  }
  const unused = given
    .filter(({ before }) => before !== undefined)
    .map(({ id }) => [id, String(left.get(id))]);
  return {
    runOutOn: runOut === undefined ? null : daysAfter(asOf, runOut),
    unused: Object.fromEntries(unused),
  };
}

test('any blocks: the same as a walk through every day', () => {
  fc.assert(
    fc.property(blocks, fc.integer({ min: 1, max: 40 }), (given, quarters) => {
      const perDay = quarters / 4;
      expect(projected(given, String(perDay))).toEqual(walked(given, perDay));
    }),
    { numRuns: runs(200) },
  );
});

test('the drawn balance begins with what is there and falls by what is used', () => {
  const given = [block({ id: 'a', balance: '100', before: 5 }), block({ id: 'b', balance: '60' })].reverse();
  const pace = (n: number) => amount(String(n * 10));
  const { balances } = project({ blocks: given, asOf, zone: 'UTC', pace });
  expect(balances.map(({ day, balance }) => `${day} ${balance}`)).toEqual([
    ...['2026-03-01 160', '2026-03-06 110', '2026-03-06 60', '2026-03-12 0'],
  ]);
});
