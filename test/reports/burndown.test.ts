import { expect, test } from 'vitest';
import type { CalendarDate } from '../../src/credits/calendar.ts';
import type { CreditBlock } from '../../src/credits/customer.ts';
import { amount, divide } from '../../src/credits/exact.ts';
import {
  burndownOf,
  expiringOf,
  UseByDay,
  type UseRate,
  usualSpan,
  worstFirst,
} from '../../src/reports/burndown.ts';
import { trendOf } from '../../src/reports/use-trend.ts';
import { creditBlock } from '../support/blocks.ts';

const day = (text: string) => text as CalendarDate;
const span = (first: string, last: string) => ({ first: day(first), last: day(last) });

function use(
  zone: string,
  entries: readonly (readonly [at: string, type: string, from: string, to: string])[],
) {
  const days = new UseByDay(zone);
  for (const [created_at, entry_type, starting, ending] of entries)
    days.add({ created_at, entry_type, starting_balance: amount(starting), ending_balance: amount(ending) });
  return days;
}

test('only decrements are use, by what they did to the balance', () => {
  const { used, perDay, basisDays } = use('UTC', [
    ['2026-01-01T10:00:00+00:00', 'increment', '0', '100'],
    ['2026-01-01T11:00:00+00:00', 'decrement', '100', '90'],
    ['2026-01-02T11:00:00+00:00', 'void', '90', '40'],
    ['2026-01-03T11:00:00+00:00', 'expiration_change', '40', '40'],
    ['2026-01-03T12:00:00+00:00', 'amendment', '40', '45'],
    ['2026-01-04T11:00:00+00:00', 'decrement', '45', '-5'],
    ['2026-01-04T12:00:00+00:00', 'credit_block_expiry', '-5', '-9'],
  ]).rate(span('2026-01-01', '2026-01-04'));
  expect({ used, perDay, basisDays }).toEqual({ used: '60', perDay: '15', basisDays: 4 });
});

test('a mean is exact, to 18 digits where it has no end', () => {
  const days = use('UTC', [['2026-01-01T10:00:00+00:00', 'decrement', '0.3', '0.2']]);
  expect(days.rate(span('2026-01-01', '2026-01-04')).perDay).toBe('0.025');
  expect(days.rate(span('2026-01-01', '2026-01-03')).perDay).toBe('0.0333333333333333333');
});

test('days are those of the zone, both ends included, and a span without days has no use', () => {
  const days = use('Asia/Tokyo', [
    ['2026-01-30T14:59:59+00:00', 'decrement', '9', '8'],
    ['2026-01-30T15:00:00+00:00', 'decrement', '8', '6'],
    ['2026-01-31T15:00:00+00:00', 'decrement', '6', '2'],
  ]);
  expect(days.rate(span('2026-01-31', '2026-01-31'))).toMatchObject({ used: '2', basisDays: 1 });
  expect(days.rate(span('2026-01-30', '2026-02-01'))).toMatchObject({ used: '7', basisDays: 3 });
  expect(days.rate(span('2026-02-01', '2026-01-31'))).toMatchObject({ used: '0', perDay: '0', basisDays: 0 });
  expect(days.firstDay).toBe('2026-01-30');
});

test('the trend is that of the days of the span, the oldest first', () => {
  const days = use('UTC', [
    ['2026-01-01T10:00:00+00:00', 'decrement', '9', '8'],
    ['2026-01-02T10:00:00+00:00', 'decrement', '8', '6'],
    ['2026-01-04T10:00:00+00:00', 'decrement', '6', '2'],
    ['2026-01-05T10:00:00+00:00', 'decrement', '2', '1'],
  ]);
  expect(days.rate(span('2026-01-01', '2026-01-04')).trend).toEqual(trendOf([1, 2, 0, 4]));
});

const usual = (asOf: string, isOver: boolean, firstUse?: string) => {
  const { first, last } = usualSpan(day(asOf), {
    isOver,
    firstUse: firstUse === undefined ? undefined : day(firstUse),
  });
  return `${first} ${last}`;
};

test('the usual span is 30 whole days, so today does not count', () => {
  expect(usual('2026-03-31', false, '2026-01-01')).toBe('2026-03-01 2026-03-30');
  expect(usual('2026-03-31', true, '2026-01-01')).toBe('2026-03-02 2026-03-31');
});

test('the usual span begins no earlier than the use, and has today if there is no other day', () => {
  expect(usual('2026-03-31', false, '2026-03-20')).toBe('2026-03-20 2026-03-30');
  expect(usual('2026-03-31', false, '2026-03-31')).toBe('2026-03-31 2026-03-31');
  const { first, last } = usualSpan(day('2026-03-31'), { isOver: false, firstUse: undefined });
  expect(first > last).toBe(true);
});

const asOf = '2026-03-01' as CalendarDate;
const at = Date.UTC(2026, 2, 1, 12);

const block = (id: string, balance: string, rest: Partial<CreditBlock> = {}): CreditBlock =>
  creditBlock({ id, balance: amount(balance), maximum_initial_balance: amount(balance), ...rest });

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
  burndownOf({ blocks, asOf, isOver: false, at, zone: 'UTC', rate: use });

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

test('what expires unused is listed by block, the first to expire first', () => {
  const blocks = [block('m', '100', { expiry_date: may }), block('a', '100', { expiry_date: april })];
  const { expiringUnused, lapsing, runOutOn } = burndown(blocks, rate('30', 30));
  expect(lapsing.map(({ block: { id }, unused }) => [id, unused])).toEqual([
    ['a', '69'],
    ['m', '70'],
  ]);
  expect([expiringUnused, runOutOn]).toEqual(['139', '2026-05-01']);
  const days = [may, april, '2026-03-20T00:00:00+00:00'].map((expiry_date, each) =>
    block(`${each}`, '10', { expiry_date }),
  );
  expect(burndown(days, rate('1', 30)).expiringUnused).toBe('27.9666666666666667');
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
