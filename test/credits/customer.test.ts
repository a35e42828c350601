import { expect, test } from 'vitest';
import {
  customerName,
  customerNames,
  customerRefKey,
  customerRefText,
  drawableBalance,
  isDrawable,
  isPathSegment,
  parseCustomerRef,
} from '../../src/credits/customer.ts';
import { amount } from '../../src/credits/exact.ts';
import { creditBlock } from '../support/blocks.ts';

test.each([
  ['acme', { by: 'external', id: 'acme' }],
  [' acme ', { by: 'external', id: ' acme ' }],
  [' id:x', { by: 'external', id: ' id:x' }],
  ['id:x ', { by: 'id', id: 'x ' }],
  ['id:4QYWy9UbDY8yXKKd', { by: 'id', id: '4QYWy9UbDY8yXKKd' }],
  ['ID:x', { by: 'external', id: 'ID:x' }],
  ['a/b?c#d', { by: 'external', id: 'a/b?c#d' }],
  ['id:id:x', { by: 'id', id: 'id:x' }],
])('"%s" names a customer', (text, ref) => expect(parseCustomerRef(text)).toEqual(ref));

test.each([
  '',
  '  ',
  '\u00a0',
  'a\0',
  'a\ud800',
  'id:',
  '.',
  '..',
  'id:.',
  'id:..',
])('"%s" names nobody', (text) => expect(parseCustomerRef(text)).toBeUndefined());

test('an external id that looks like an id of Orb is another key', () =>
  expect(customerRefKey({ by: 'external', id: 'id:x' })).not.toBe(customerRefKey({ by: 'id', id: 'x' })));

test('three dots are an id like any other', () => expect(isPathSegment('...')).toBe(true));

test.each(['acme', 'id:4QYWy9UbDY8yXKKd'])('%s is shown as it was typed', (text) => {
  const ref = parseCustomerRef(text);
  expect(ref === undefined ? undefined : customerRefText(ref)).toBe(text);
});

test('a customer is shown by the external id, and goes by both ids', () => {
  const acme = { id: '4QYW', external_customer_id: 'acme' };
  expect(customerName(acme)).toBe('acme');
  expect([...customerNames(acme)]).toEqual(['id:4QYW', 'acme']);
  const unnamed = { id: '4QYW', external_customer_id: null };
  expect(customerName(unnamed)).toBe('id:4QYW');
  expect([...customerNames(unnamed)]).toEqual(['id:4QYW']);
});

const soon = '2026-12-01T00:00:00+00:00';

test.each([
  ['active', { status: 'active' }, true],
  ['waiting for payment', { status: 'pending_payment' }, false],
  ['of a status that is not known', { status: 'frozen' }, false],
  ['effective this instant', { effective_date: soon }, true],
  ['effective a second later', { effective_date: '2026-12-01T00:00:01+00:00' }, false],
  ['expiring this instant', { expiry_date: soon }, false],
  ['expiring a second later', { expiry_date: '2026-12-01T00:00:01+00:00' }, true],
  ['whose times cannot be read', { effective_date: 'soon', expiry_date: 'soon' }, true],
])('a block %s can be drawn on: %#', (_what, more, isOne) =>
  expect(isDrawable(creditBlock(more), Date.parse(soon))).toBe(isOne));

test('what blocks owe lowers the balance, and what waits or has expired does not count', () => {
  const blocks = [
    { balance: amount('5.5') },
    { balance: amount('-2') },
    { expiry_date: soon },
    { status: 'x' },
  ];
  expect(
    drawableBalance(
      blocks.map((more) => creditBlock(more)),
      Date.parse(soon),
    ),
  ).toBe('3.5');
});
