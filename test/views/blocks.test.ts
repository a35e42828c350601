import { expect, test } from 'vitest';
import { amount } from '../../src/credits/exact.ts';
import { blocksView } from '../../src/views/blocks.ts';
import { block, cell } from './records.ts';

const shown = (name: string, some = {}) => cell(blocksView, name, block(some)).shown;
const text = (name: string, some = {}) => cell(blocksView, name, block(some)).text;

test.each([
  [null, { text: 'never', meaning: 'muted' }],
  ['2026-06-13T08:00:00+00:00', { text: '2026-06-13 08:00Z, in 12 days', meaning: 'warning' }],
  ['2026-06-01T05:00:00+00:00', { text: '2026-06-01 05:00Z, in 5 hours', meaning: 'warning' }],
  ['2027-01-31T08:00:00+00:00', { text: '2027-01-31 08:00Z, in 244 days' }],
  ['2026-05-29T00:00:00+00:00', { text: '2026-05-29 00:00Z, expired', meaning: 'bad' }],
  ['2026-06-01T00:00:00+00:00', { text: '2026-06-01 00:00Z, expired', meaning: 'bad' }],
  ['some day', { text: 'some day' }],
])('an expiry of %s', (expiry_date, expected) => {
  expect(shown('expiry_date', { expiry_date })).toEqual(expected);
  expect(text('expiry_date', { expiry_date })).toBe(expiry_date ?? '');
});

test.each([
  [null, { text: 'always', meaning: 'muted' }],
  ['2026-05-01T00:00:00+00:00', { text: '2026-05-01 00:00Z' }],
  ['2026-06-03T00:00:00+00:00', { text: '2026-06-03 00:00Z, in 2 days', meaning: 'warning' }],
])('effective from %s', (effective_date, expected) => {
  expect(shown('effective_date', { effective_date })).toEqual(expected);
});

test.each([
  ['-12.5', { text: '-12.5', meaning: 'bad' }],
  ['0', { text: '0', meaning: 'muted' }],
  ['7', { text: '7' }],
])('a balance of %s', (balance, expected) => {
  expect(shown('balance', { balance: amount(balance) })).toEqual(expected);
});

test('a status is a word, and a block that cannot be drawn from stands out', () => {
  expect(shown('status', { status: 'active' })).toEqual({ text: 'active', meaning: 'good' });
  expect(shown('status', { status: 'pending_payment' })).toEqual({
    text: 'pending_payment',
    meaning: 'warning',
  });
});

test('filters are JSON for a pipe and a sentence for a person', () => {
  const filters = [{ field: 'item_id', operator: 'includes', values: ['a', 'b'] }];
  expect(text('filters', { filters })).toBe('[{"field":"item_id","operator":"includes","values":["a","b"]}]');
  expect(shown('filters', { filters })).toEqual({ text: 'item_id includes a or b' });
  expect(text('filters')).toBe('');
});
