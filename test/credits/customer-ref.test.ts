import { expect, test } from 'vitest';
import { customerRefText, isPathSegment, parseCustomerRef } from '../../src/credits/customer-ref.ts';

test.each([
  ['acme', { by: 'external', id: 'acme' }],
  [' acme ', { by: 'external', id: 'acme' }],
  ['id:4QYWy9UbDY8yXKKd', { by: 'id', id: '4QYWy9UbDY8yXKKd' }],
  ['ID:x', { by: 'external', id: 'ID:x' }],
  ['a/b?c#d', { by: 'external', id: 'a/b?c#d' }],
  ['id:id:x', { by: 'id', id: 'id:x' }],
])('"%s" names a customer', (text, ref) => expect(parseCustomerRef(text)).toEqual(ref));

test.each(['', '  ', 'id:', '.', '..', 'id:.', 'id:..'])('"%s" names nobody', (text) =>
  expect(parseCustomerRef(text)).toBeUndefined());

test('three dots are an id like any other', () => expect(isPathSegment('...')).toBe(true));

test.each(['acme', 'id:4QYWy9UbDY8yXKKd'])('%s is shown as it was typed', (text) => {
  const ref = parseCustomerRef(text);
  expect(ref === undefined ? undefined : customerRefText(ref)).toBe(text);
});
