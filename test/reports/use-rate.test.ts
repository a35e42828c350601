import { expect, test } from 'vitest';
import type { CalendarDate } from '../../src/credits/calendar.ts';
import { amount } from '../../src/credits/exact.ts';
import { UseByDay, usualSpan } from '../../src/reports/use-rate.ts';
import { trendOf } from '../../src/reports/use-trend.ts';

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
