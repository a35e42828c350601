import { expect, test } from 'vitest';
import { amount, zero } from '../../src/credits/exact.ts';
import {
  addMoved,
  joinedMoves,
  type MovedCredits,
  movedDocument,
  movedText,
  noneMoved,
  toMoveText,
} from '../../src/requests/moved-credits.ts';
import { type JsonObject, jsonNumber, writeJson } from '../../src/wire/json.ts';

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

test('a request adds to the sums of its currency, by its type, and the larger amount is handed on', () => {
  const sums = new Map<string, MovedCredits>();
  const add = (entry_type: string, credits: string, more: JsonObject = {}) =>
    addMoved({ body: { entry_type, amount: jsonNumber(credits), ...more } }, sums, amount('4'));
  expect([add('increment', '0.1'), add('increment', '0.2'), add('decrement', '5')]).toEqual(['4', '4', '5']);
  expect([add('amendment', '4'), add('void', '6', { currency: 'USD' })]).toEqual(['4', '6']);
  const all = { body: { entry_type: 'expiration_change' } };
  expect([addMoved({ ...all, moved: '7' }, sums, zero), addMoved(all, sums, zero)]).toEqual(['7', '0']);
  const credits = { granted: '0.3', used: '5', expiry_changed: '7', voided: '0', given_back: '4' };
  expect([...sums.values()]).toEqual([
    { currency: 'credits', rows: 6, ...credits },
    { ...noneMoved, currency: 'USD', rows: 1, voided: '6' },
  ]);
  const text =
    '{"currency":"USD","rows":1,"granted":0,"used":0,"expiry_changed":0,"voided":6,"given_back":0}';
  expect([...sums.values()].map((each) => writeJson(movedDocument(each)))[1]).toBe(text);
});

test('sums are worded as done, and as still to be done', () => {
  const sums = { currency: 'credits', ...noneMoved, granted: amount('9'), expiry_changed: amount('2') };
  const euros = { currency: 'EUR', ...noneMoved, given_back: amount('1.5') };
  expect(movedText([sums, euros])).toBe('granted 9, expiry changed 2 credits; given back 1.5 EUR');
  expect(toMoveText([sums, euros])).toBe('grant 9, change the expiry of 2 credits; give back 1.5 EUR');
  const one = { ...sums, expiry_changed: amount('1') };
  expect(movedText([one])).toBe('granted 9, expiry changed 1 credit');
});
