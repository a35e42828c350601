import { expect, test } from 'vitest';
import type { CalendarDate } from '../../src/credits/calendar.ts';
import { amount } from '../../src/credits/exact.ts';
import { closingBalances } from '../../src/pages/statement-days.ts';
import { statement } from './sample.ts';

const today = '2026-11-27' as CalendarDate;

test('each day of a month that is over has the balance it ended with', () => {
  const days = closingBalances(statement(), today);
  expect(days).toHaveLength(31);
  expect(days[0]).toEqual({ day: '2026-10-01', balance: '100' });
  expect([days[3]?.balance, days[4]?.balance, days[8]?.balance]).toEqual(['100', '150', '137.5']);
  expect(days.at(-1)).toEqual({ day: '2026-10-31', balance: '137.5' });
});

test('a running month goes up to today', () => {
  const days = closingBalances(statement({ isOver: false }), '2026-10-09' as CalendarDate);
  expect(days.at(-1)).toEqual({ day: '2026-10-09', balance: '137.5' });
});

test('what changed without an entry shows on the last day', () => {
  const days = closingBalances(statement({ closing: amount('140') }), today);
  expect([days.at(-2)?.balance, days.at(-1)?.balance]).toEqual(['137.5', '140']);
});

test('a month without movements stays at its opening balance', () => {
  const days = closingBalances(statement({ opening: amount('7'), movements: [] }), today);
  expect(new Set(days.map(({ balance }) => balance))).toEqual(new Set(['7']));
});
