import { expect, test } from 'vitest';
import { amount } from '../../src/credits/exact.ts';
import { joinedMoves, movedText, noneMoved, toMoveText } from '../../src/requests/moved-credits.ts';

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

test('sums are worded as done, and as still to be done', () => {
  const sums = { currency: 'credits', ...noneMoved, granted: amount('9'), expiry_changed: amount('2') };
  const euros = { currency: 'EUR', ...noneMoved, given_back: amount('1.5') };
  expect(movedText([sums, euros])).toBe('granted 9, expiry changed 2 credits; given back 1.5 EUR');
  expect(toMoveText([sums, euros])).toBe('grant 9, change the expiry of 2 credits; give back 1.5 EUR');
  const one = { ...sums, expiry_changed: amount('1') };
  expect(movedText([one])).toBe('granted 9, expiry changed 1 credit');
});
