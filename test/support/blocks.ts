// A credit block for tests of what is computed from blocks.
import type { CreditBlock } from '../../src/credits/customer.ts';
import { amount } from '../../src/credits/exact.ts';

/** One credit, granted by hand, that can always be used. */
export const creditBlock = (changes: Partial<CreditBlock> = {}): CreditBlock => ({
  id: 'b1',
  balance: amount('1'),
  effective_date: null,
  expiry_date: null,
  per_unit_cost_basis: null,
  status: 'active',
  maximum_initial_balance: null,
  filters: [],
  credit_block_source: 'manual',
  metadata: {},
  ...changes,
});
