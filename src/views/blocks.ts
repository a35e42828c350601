// Shows credit blocks: balance, expiry and source.
import type { CreditBlock } from '../credits/customer.ts';
import { numberColumn, plainColumn, type View } from '../output/view.ts';
import { balanceColumn, filtersColumn, metadataColumn, shownEffective, shownExpiry } from './column-kinds.ts';

const unpaidRemark = 'pending_payment: the credits can be used once their invoice is paid.';

const plain = plainColumn<CreditBlock>;
const number = numberColumn<CreditBlock>;

export const blocksView: View<CreditBlock> = {
  columns: [
    { name: 'id', header: 'block', text: ({ id }) => id },
    balanceColumn({ name: 'balance' }, ({ balance }) => balance),
    { ...number('maximum_initial_balance', 3), header: 'initial' },
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
    { ...number('per_unit_cost_basis', 4), header: 'cost basis' },
    {
      name: 'status',
      text: ({ status }) => status,
      show: ({ status }) => ({ text: status, meaning: status === 'active' ? 'good' : 'warning' }),
      remark: ({ status }) => (status === 'pending_payment' ? unpaidRemark : undefined),
    },
    { ...plain('credit_block_source', 6), header: 'source' },
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
  none: 'no blocks with credits left. Show used and expired ones: creditctl blocks list <customer> --all-blocks',
};
