// What differs between two reports: only amounts that both could have, and rows that one of them has not.
import { expect, test } from 'vitest';
import { type Amount, amount } from '../../src/credits/exact.ts';
import { differences, type PrintedPeriod } from '../../src/reports/comparison.ts';

const period = (name: string, amounts: Readonly<Record<string, string>>): PrintedPeriod => ({
  customer: 'acme',
  currency: 'credits',
  period: name,
  amounts: new Map<string, Amount>(Object.entries(amounts).map(([field, text]) => [field, amount(text)])),
});

const said = (earlier: PrintedPeriod[], later: PrintedPeriod[]) =>
  differences(earlier, later).map(({ period, field, before, after }) => [period, field, before, after]);

test('the same amounts in whatever order differ in nothing', () => {
  const some = [period('2026-09', { used: '1' }), period('2026-10', { used: '2', other: '0' })];
  expect(said(some, some.toReversed())).toEqual([]);
});

test('an amount that changed is named with both, a row that is new or gone by what it has', () => {
  const earlier = [period('2026-09', { used: '1', other: '0' }), period('2026-10', { used: '2' })];
  const later = [period('2026-10', { used: '3' }), period('2026-08', { used: '4', other: '0' })];
  expect(said(earlier, later)).toEqual([
    ['2026-09', 'used', '1', null],
    ['2026-10', 'used', '2', '3'],
    ['2026-08', 'used', null, '4'],
  ]);
});

test('a column that the earlier report lacks is no change, but an entry that it lacks is', () => {
  const earlier = [period('2026-10', { used: '2', 'movements.a': '-2' })];
  const later = [period('2026-10', { used: '2', used_value: '9', 'movements.b': '-2' })];
  expect(said(earlier, later)).toEqual([
    ['2026-10', 'movements.a', '-2', null],
    ['2026-10', 'movements.b', null, '-2'],
  ]);
});
