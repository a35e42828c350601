import { expect, test } from 'vitest';
import type { CreditBlock } from '../../src/credits/customer.ts';
import { inDeductionOrder } from '../../src/credits/deduction-order.ts';
import { amount } from '../../src/credits/exact.ts';
import { creditBlock } from '../support/blocks.ts';

const filters = [{ field: 'item_id', operator: 'includes', values: ['i'] }] as const;

function block(id: string, expiry: string | null, cost: string | null, filtered = false): CreditBlock {
  const per_unit_cost_basis = cost === null ? null : amount(cost);
  return creditBlock({ id, expiry_date: expiry, per_unit_cost_basis, filters: filtered ? filters : [] });
}

const ids = (blocks: readonly CreditBlock[]): readonly string[] => blocks.map(({ id }) => id);
const soon = '2026-12-01T00:00:00+00:00';
const late = '2027-12-01T00:00:00+00:00';

test('filtered blocks come first, then the soonest to expire, the cheaper, the older', () => {
  const newestFirst = [
    block('never, newer', null, null),
    block('never, older', null, '0'),
    block('never, dear', null, '10'),
    block('never, cheap', null, '9'),
    block('late', late, null),
    block('soon', soon, '99'),
    block('soon by another clock', '2026-12-01T01:00:00+01:00', '98'),
    block('filtered', null, '5', true),
  ];
  expect(ids(inDeductionOrder(newestFirst))).toEqual([
    'filtered',
    'soon by another clock',
    'soon',
    'late',
    'never, older',
    'never, newer',
    'never, cheap',
    'never, dear',
  ]);
});

test('the list that was given stays in its order', () => {
  const given = [block('a', null, null), block('b', soon, null)];
  inDeductionOrder(given);
  expect(ids(given)).toEqual(['a', 'b']);
});
