import { expect, test } from 'vitest';
import { blockPath, customerPath } from '../../src/requests/request.ts';

test('ids travel as one segment of a path', () => {
  expect(customerPath({ by: 'id', id: 'x y' })).toBe('/customers/x%20y');
  expect(customerPath({ by: 'external', id: 'a/../b?c#d%' })).toBe(
    '/customers/external_customer_id/a%2F..%2Fb%3Fc%23d%25',
  );
  expect(blockPath('b/1')).toBe('/credit_blocks/b%2F1');
});
