import { expect, test } from 'vitest';
import type { CalendarDate } from '../../src/credits/calendar.ts';
import type { CreditBlock } from '../../src/credits/entry.ts';
import { amount, divide } from '../../src/credits/exact.ts';
import { burndownOf } from '../../src/reports/burndown.ts';
import { expiringOf, worstFirst } from '../../src/reports/expiring.ts';
import type { UseRate } from '../../src/reports/use-rate.ts';
import { trendOf } from '../../src/reports/use-trend.ts';

const asOf = '2026-03-01' as CalendarDate;
const at = Date.UTC(2026, 2, 1, 12);

const block = (id: string, balance: string, rest: Partial<CreditBlock> = {}): CreditBlock => ({
  id,
  balance: amount(balance),
  effective_date: null,
  expiry_date: null,
  per_unit_cost_basis: null,
  status: 'active',
  maximum_initial_balance: amount(balance),
  filters: [],
  credit_block_source: 'manual',
  metadata: {},
  ...rest,
});

/** @param uneven how far each second day is above, and each other one below the mean */
const rate = (used: string, basisDays: number, uneven = 0): UseRate => ({
  used: amount(used),
  perDay: divide(amount(used), Math.max(1, basisDays)),
  basisDays,
  trend: trendOf(
    Array.from(
      { length: basisDays },
      (_, day) => Number(used) / basisDays + (day % 2 === 0 ? uneven : -uneven),
    ),
  ),
});

const burndown = (blocks: readonly CreditBlock[], use: UseRate) =>
  burndownOf({ blocks, asOf, at, zone: 'UTC', rate: use });

test('a balance runs out when it is used up, within a range that even use makes narrow', () => {
  expect(burndown([block('a', '300')], rate('100', 30))).toMatchObject({
    balance: '300',
    perDay: '3.33333333333333333',
    runOutOn: '2026-05-30',
    runOutEarliest: '2026-05-14',
    runOutLatest: '2026-06-28',
    expiringUnused: '0',
    basisDays: 30,
  });
});

test('uneven use makes the range wide, and it holds the likely day', () => {
  const { runOutEarliest, runOutOn, runOutLatest } = burndown([block('a', '300')], rate('300', 30, 10));
  expect([runOutEarliest, runOutOn, runOutLatest]).toEqual(['2026-03-21', '2026-03-31', '2026-05-04']);
});

test('use that grew ends earlier than its mean says, and the range still holds the day of the mean', () => {
  const grown = trendOf(Array.from({ length: 30 }, (_, day) => day));
  const { runOutOn, runOutEarliest, runOutLatest } = burndown([block('a', '3000')], {
    ...rate('435', 30),
    trend: grown,
  });
  expect([runOutEarliest, runOutOn, runOutLatest]).toEqual(['2026-05-25', '2026-09-24', '2026-09-24']);
});

test('use that may as well be none has no latest day', () => {
  const wild = burndown([block('a', '300')], rate('300', 30, 100));
  expect(wild.runOutLatest).toBeNull();
  expect(wild.runOutOn).toBe('2026-03-31');
});

test('below seven days of use there is too little to say', () => {
  const none = { runOutOn: null, runOutEarliest: null, runOutLatest: null };
  expect(burndown([block('a', '10')], rate('60', 6))).toMatchObject({ ...none, perDay: '10' });
  expect(burndown([block('a', '10')], rate('70', 7)).runOutOn).toBe('2026-03-02');
  expect(burndown([], rate('0', 0))).toMatchObject({ ...none, balance: '0' });
});

const may = '2026-05-01T00:00:00+00:00';
const april = '2026-04-01T00:00:00+00:00';

test('what expires unused is told by block, the first to expire first', () => {
  const blocks = [block('m', '100', { expiry_date: may }), block('a', '100', { expiry_date: april })];
  const { expiringUnused, lapsing, runOutOn } = burndown(blocks, rate('30', 30));
  expect(lapsing.map(({ block: { id }, unused }) => [id, unused])).toEqual([
    ['a', '69'],
    ['m', '70'],
  ]);
  expect([expiringUnused, runOutOn]).toEqual(['139', '2026-05-01']);
});

test('the balance is what can be used now', () => {
  const blocks = [
    block('later', '7', { effective_date: april }),
    block('unpaid', '20', { status: 'pending_payment' }),
    block('debt', '-3'),
    block('now', '10.5'),
  ];
  expect(burndown(blocks, rate('30', 30)).balance).toBe('7.5');
});

test('expiring blocks are those up to a day, with what is likely lost of each', () => {
  const blocks = [
    block('m', '100', { expiry_date: may }),
    block('a', '100', { expiry_date: april }),
    block('unpaid', '20', { expiry_date: april, status: 'pending_payment' }),
    block('never', '5'),
  ];
  const expiring = (until: string) =>
    expiringOf({ blocks, asOf, until: until as CalendarDate, zone: 'UTC', rate: rate('30', 30) });
  expect(expiring('2026-03-31')).toEqual([]);
  expect([...expiring('2026-05-01')].sort(worstFirst)).toEqual([
    { block: 'm', balance: '100', expiresOn: '2026-05-01', likelyLost: '70' },
    { block: 'a', balance: '100', expiresOn: '2026-04-01', likelyLost: '69' },
    { block: 'unpaid', balance: '20', expiresOn: '2026-04-01', likelyLost: '0' },
  ]);
});
