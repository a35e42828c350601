// Shows ledger entries, with the change of the balance as a signed number.

import { changeOf, type LedgerEntry } from '../credits/customer.ts';
import { type Amount, isNegative, isPositive } from '../credits/exact.ts';
import { numberColumn, type Shown, type View } from '../output/view.ts';
import {
  externalIdColumn,
  filtersColumn,
  instantColumn,
  metadataColumn,
  shownExpiry,
} from './column-kinds.ts';

const signed = (change: Amount): string => (isPositive(change) ? `+${change}` : change);

function shownChange(entry: LedgerEntry): Shown {
  const change = changeOf(entry);
  const meaning = isNegative(change) ? 'bad' : isPositive(change) ? 'good' : 'muted';
  return { text: signed(change), meaning };
}

function shownStatus({ entry_status }: LedgerEntry): Shown {
  return entry_status === 'committed' ? { text: entry_status } : { text: entry_status, meaning: 'warning' };
}

const pendingRemark =
  'pending: the balance counts the entry, but it may still change. committed: it is final.';

const number = numberColumn<LedgerEntry>;

export const entriesView: View<LedgerEntry> = {
  columns: [
    { ...number('ledger_sequence_number', 7), header: 'seq' },
    { name: 'id', hideRank: 9, text: ({ id }) => id },
    instantColumn({ name: 'created_at', header: 'created', hideRank: 3 }, ({ created_at }) => created_at),
    { name: 'entry_type', header: 'type', text: ({ entry_type }) => entry_type },
    {
      name: 'entry_status',
      header: 'status',
      hideRank: 1,
      text: ({ entry_status }) => entry_status,
      show: shownStatus,
      remark: ({ entry_status }) => (entry_status === 'pending' ? pendingRemark : undefined),
    },
    { name: 'change', align: 'right', text: (entry) => signed(changeOf(entry)), show: shownChange },
    { name: 'amount', align: 'right', hideRank: 8, text: ({ amount }) => amount },
    { ...number('starting_balance', 9), header: 'before' },
    { ...number('ending_balance', 2), header: 'balance' },
    { name: 'currency', hideRank: 9, text: ({ currency }) => currency },
    // The block is hidden before the description: a void or an amendment names it already, and `blocks list` shows it, too.
    { name: 'credit_block.id', header: 'block', hideRank: 6, text: ({ credit_block }) => credit_block.id },
    {
      name: 'credit_block.expiry_date',
      header: 'block expiry',
      hideRank: 9,
      text: ({ credit_block }) => credit_block.expiry_date ?? '',
      show: ({ credit_block }, context) => shownExpiry(credit_block.expiry_date, context),
    },
    {
      name: 'credit_block.per_unit_cost_basis',
      header: 'cost basis',
      align: 'right',
      hideRank: 9,
      text: ({ credit_block }) => credit_block.per_unit_cost_basis ?? '',
    },
    filtersColumn(
      { name: 'credit_block.filters', header: 'block filters', hideRank: 10 },
      (entry) => entry.credit_block.filters,
    ),
    instantColumn(
      { name: 'new_block_expiry_date', header: 'new expiry', hideRank: 9 },
      (entry) => entry.new_block_expiry_date,
    ),
    { name: 'void_amount', align: 'right', hideRank: 9, text: (entry) => entry.void_amount ?? '' },
    { name: 'void_reason', hideRank: 9, text: (entry) => entry.void_reason ?? '' },
    { name: 'customer.id', header: 'customer id', hideRank: 9, text: ({ customer }) => customer.id },
    externalIdColumn(9),
    metadataColumn({ name: 'metadata', hideRank: 10 }),
    { name: 'description', shortens: true, hideRank: 4, text: ({ description }) => description ?? '' },
  ],
  usual: [
    'ledger_sequence_number',
    'created_at',
    'entry_type',
    'entry_status',
    'change',
    'amount',
    'ending_balance',
    'credit_block.id',
    'description',
  ],
  fields: [
    'id',
    'ledger_sequence_number',
    'entry_type',
    'entry_status',
    'customer',
    'customer.id',
    'customer.external_customer_id',
    'starting_balance',
    'ending_balance',
    'amount',
    'currency',
    'created_at',
    'description',
    'credit_block',
    'credit_block.id',
    'credit_block.expiry_date',
    'credit_block.per_unit_cost_basis',
    'credit_block.filters',
    'metadata',
    'metadata.*',
    'new_block_expiry_date',
    'void_amount',
    'void_reason',
    'price_id',
    'invoice_id',
    'event_id',
    'created_invoices',
  ],
  none: 'no entries',
};
