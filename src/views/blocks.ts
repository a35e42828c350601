// Shows credit blocks: balance, expiry and source.
import type { CreditBlock } from '../credits/customer.ts';
import type { View } from '../output/view.ts';
import { balanceColumn, filtersColumn, metadataColumn, shownEffective, shownExpiry } from './column-kinds.ts';

const unpaidRemark = 'pending_payment: the credits can be used once their invoice is paid.';

export const blocksView: View<CreditBlock> = {
  columns: [
    { name: 'id', header: 'block', text: ({ id }) => id },
    balanceColumn({ name: 'balance' }, ({ balance }) => balance),
    {
      name: 'maximum_initial_balance',
      header: 'initial',
      align: 'right',
      hideRank: 3,
      text: (block) => block.maximum_initial_balance ?? '',
    },
    {
      name: 'effective_date',
      header: 'effective',
      hideRank: 5,
      text: ({ effective_date }) => effective_date ?? '',
      show: ({ effective_date }, context) => shownEffective(effective_date, context),
    },
    {
      name: 'expiry_date',
      header: 'expires',
      hideRank: 1,
      text: ({ expiry_date }) => expiry_date ?? '',
      show: ({ expiry_date }, context) => shownExpiry(expiry_date, context),
    },
    {
      name: 'per_unit_cost_basis',
      header: 'cost basis',
      align: 'right',
      hideRank: 4,
      text: (block) => block.per_unit_cost_basis ?? '',
    },
    {
      name: 'status',
      text: ({ status }) => status,
      show: ({ status }) => ({ text: status, meaning: status === 'active' ? 'good' : 'warning' }),
      remark: ({ status }) => (status === 'pending_payment' ? unpaidRemark : undefined),
    },
    {
      name: 'credit_block_source',
      header: 'source',
      hideRank: 6,
      text: (block) => block.credit_block_source,
    },
    filtersColumn({ name: 'filters', hideRank: 7 }, ({ filters }) => filters),
    metadataColumn({ name: 'metadata', hideRank: 8 }),
  ],
  usual: [
    'id',
    'balance',
    'maximum_initial_balance',
    'effective_date',
    'expiry_date',
    'per_unit_cost_basis',
    'status',
    'credit_block_source',
  ],
  fields: [
    'id',
    'balance',
    'effective_date',
    'expiry_date',
    'per_unit_cost_basis',
    'status',
    'maximum_initial_balance',
    'filters',
    'credit_block_source',
    'metadata',
    'metadata.*',
    'credit_allocation',
    'credit_commitment',
  ],
  none: 'no blocks with credits left (blocks list --all-blocks shows used and expired ones)',
};
