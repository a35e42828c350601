import { expect, test } from 'vitest';
import type { CalendarDate } from '../../src/credits/calendar.ts';
import { amount } from '../../src/credits/exact.ts';
import { ClosingBalances } from '../../src/reports/balance-series.ts';

const day = (text: string) => text as CalendarDate;

function closing(zone: string, entries: readonly (readonly [at: string, balance: string])[]) {
  const balances = new ClosingBalances(zone);
  const numbered = entries.map(([created_at, balance], index) => ({
    created_at,
    ledger_sequence_number: index + 1,
    ending_balance: amount(balance),
  }));
  // The API lists the newest first.
  for (const entry of numbered.reverse()) balances.add(entry);
  return balances;
}

const texts = (balances: ClosingBalances, first: string, last: string, opening = '0') =>
  balances
    .series(day(first), day(last), amount(opening))
    .map(({ day: each, balance }) => `${each} ${balance}`);

test('a day ends with its last entry, and a day without entries with the day before', () => {
  const balances = closing('UTC', [
    ['2026-01-30T08:00:00+00:00', '100'],
    ['2026-01-30T09:00:00+00:00', '90.5'],
    ['2026-02-01T00:00:00+00:00', '-3'],
  ]);
  expect(texts(balances, '2026-01-29', '2026-02-02')).toEqual([
    ...['2026-01-29 0', '2026-01-30 90.5', '2026-01-31 90.5', '2026-02-01 -3', '2026-02-02 -3'],
  ]);
  expect(balances.firstDay).toBe('2026-01-30');
  // The last entry before the first day says what it begins with, and no opening does.
  expect(texts(balances, '2026-02-03', '2026-02-03', '7')).toEqual(['2026-02-03 -3']);
});

test('a day is one of the zone, also where the clocks change', () => {
  // 2026-03-08 has 23 hours in Los Angeles, and ends at 07:00 UTC.
  const balances = closing('America/Los_Angeles', [
    ['2026-03-08T07:59:59+00:00', '1'],
    ['2026-03-08T08:00:00+00:00', '2'],
    ['2026-03-09T06:59:59+00:00', '3'],
    ['2026-03-09T07:00:00+00:00', '4'],
  ]);
  expect(texts(balances, '2026-03-07', '2026-03-09')).toEqual([
    ...['2026-03-07 1', '2026-03-08 3', '2026-03-09 4'],
  ]);
});

test('a series begins with what the days before it left, or with the opening balance', () => {
  const balances = closing('UTC', [['2026-01-30T08:00:00+00:00', '7']]);
  expect(texts(balances, '2026-02-27', '2026-03-01')).toEqual([
    ...['2026-02-27 7', '2026-02-28 7', '2026-03-01 7'],
  ]);
  expect(texts(closing('UTC', []), '2026-02-28', '2026-03-01', '5')).toEqual([
    ...['2026-02-28 5', '2026-03-01 5'],
  ]);
  expect(closing('UTC', []).firstDay).toBeUndefined();
});
