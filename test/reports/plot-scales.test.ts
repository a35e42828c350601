import { expect, test } from 'vitest';
import type { CalendarDate } from '../../src/credits/calendar.ts';
import { amount } from '../../src/credits/exact.ts';
import { dayTicks, valueAxis } from '../../src/reports/plot-scales.ts';

const axis = (...balances: string[]) => valueAxis(balances.map(amount), 4);
const labels = (...balances: string[]) => axis(...balances).ticks.map(({ label }) => label);

test('an axis of values has round ends and holds zero', () => {
  expect(labels('120', '1870')).toEqual(['0', '500', '1,000', '1,500', '2,000']);
  expect(labels('-30', '55')).toEqual(['-40', '-20', '0', '20', '40', '60']);
  expect(labels('0.02')).toEqual(['0.000', '0.005', '0.010', '0.015', '0.020']);
});

test('a balance lies between the ends of its axis', () => {
  const { positionOf, ticks } = axis('500', '2000');
  expect([positionOf(amount('0')), positionOf(amount('500')), positionOf(amount('2000'))]).toEqual([
    0, 0.25, 1,
  ]);
  expect(ticks.map(({ position }) => position)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test('a ledger that was always empty has an axis, too', () => {
  expect(axis('0').positionOf(amount('0'))).toBe(0);
  expect(axis().ticks.length).toBeGreaterThan(1);
});

const days = (first: string, last: string, count = 4) =>
  dayTicks(first as CalendarDate, last as CalendarDate, count).map(({ value }) => value);

test('the dates on an axis are firsts of months, or days where the span is short', () => {
  expect(days('2026-10-15', '2027-02-10')).toEqual(['2026-11-01', '2026-12-01', '2027-01-01', '2027-02-01']);
  expect(days('2024-02-27', '2024-03-01', 3)).toEqual([
    '2024-02-27',
    '2024-02-28',
    '2024-02-29',
    '2024-03-01',
  ]);
  expect(days('2026-01-31', '2026-01-31')).toEqual(['2026-01-31']);
});

test('a date lies at its share of the days', () => {
  const [tick] = dayTicks('2026-10-22' as CalendarDate, '2026-11-11' as CalendarDate, 1);
  expect(tick).toEqual({ value: '2026-11-01', position: 0.5 });
});
