// Records and documents as the API sends them, and what a view's column makes of them.

import type { CreditBlock, LedgerEntry } from '../../src/credits/customer.ts';
import { amount } from '../../src/credits/exact.ts';
import type { View } from '../../src/output/view.ts';
import { creditBlock } from '../support/blocks.ts';

export const now = Date.parse('2026-06-01T00:00:00Z');

export const block = (some: Partial<CreditBlock> = {}): CreditBlock =>
  creditBlock({
    id: '8EiAAQWdytmsV95s',
    balance: amount('100'),
    maximum_initial_balance: amount('100'),
    ...some,
  });

export const entry = (some: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: 'Nk7TXB8BTMM9j8Q2',
  ledger_sequence_number: 2,
  entry_type: 'decrement',
  entry_status: 'committed',
  customer: { id: '9VJGi3JckeMWqjpP', external_customer_id: 'acme' },
  starting_balance: amount('100'),
  ending_balance: amount('80'),
  amount: amount('20'),
  currency: 'credits',
  created_at: '2026-05-05T17:17:06+00:00',
  description: null,
  metadata: {},
  credit_block: { id: '8EiAAQWdytmsV95s', expiry_date: null, per_unit_cost_basis: null, filters: [] },
  ...some,
});

/** A column's value for a pipe, and what a terminal shows of it. */
export function cell<R>(view: View<R>, name: string, record: R) {
  const column = view.columns.find((each) => each.name === name);
  if (column === undefined) throw new Error(`the view has no column ${name}`);
  const text = column.text(record);
  return { text, shown: column.show?.(record, { now }) ?? { text } };
}
