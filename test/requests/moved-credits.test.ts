import { expect, test } from 'vitest';
import { amount } from '../../src/credits/exact.ts';
import { joinedMoves, noneMoved } from '../../src/requests/moved-credits.ts';

test('the sums of two maps are added by currency, digit by digit', () => {
  const some = new Map([['credits', { currency: 'credits', ...noneMoved, rows: 1, granted: amount('0.1') }]]);
  const more = new Map([
    ['credits', { currency: 'credits', ...noneMoved, rows: 2, granted: amount('0.2'), used: amount('3') }],
    ['USD', { currency: 'USD', ...noneMoved, rows: 1, voided: amount('4') }],
  ]);
  expect([...joinedMoves(some, more).values()]).toEqual([
    { currency: 'credits', ...noneMoved, rows: 3, granted: '0.3', used: '3' },
    { currency: 'USD', ...noneMoved, rows: 1, voided: '4' },
  ]);
});
