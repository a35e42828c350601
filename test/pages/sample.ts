// A small statement, its entries and its blocks, for the tests of pages.

import type { CalendarDate, CalendarMonth } from '../../src/credits/calendar.ts';
import type { CreditBlock, LedgerEntry } from '../../src/credits/customer.ts';
import { type Amount, add, amount, negate, subtract, sum } from '../../src/credits/exact.ts';
import { noMovements } from '../../src/reports/movements.ts';
import type { Statement } from '../../src/reports/statement.ts';
import { creditBlock } from '../support/blocks.ts';

/** 27 November 2026, noon in Los Angeles. */
export const now = Date.parse('2026-11-27T20:00:00Z');
export const upTo = '2026-11-27' as CalendarDate;

export const entry = (changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: 'entry1',
  ledger_sequence_number: 1,
  entry_type: 'increment',
  entry_status: 'committed',
  customer: { id: '4QYWy9UbDY8yXKKd', external_customer_id: 'acme' },
  starting_balance: amount('0'),
  ending_balance: amount('100'),
  amount: amount('100'),
  currency: 'credits',
  created_at: '2026-10-05T15:00:00+00:00',
  description: null,
  metadata: {},
  credit_block: { id: 'block1', expiry_date: null, per_unit_cost_basis: null, filters: [] },
  ...changes,
});

export const block = (changes: Partial<CreditBlock> = {}): CreditBlock =>
  creditBlock({
    id: 'block1',
    balance: amount('100'),
    effective_date: '2026-10-05T07:00:00+00:00',
    expiry_date: '2027-01-01T08:00:00+00:00',
    maximum_initial_balance: amount('100'),
    ...changes,
  });

type Move = readonly [day: string, change: string, entry?: Partial<LedgerEntry>];

/** Entries of October 2026 that follow each other from an opening balance, each by its change. */
export function movements(opening: string, moves: readonly Move[]): readonly LedgerEntry[] {
  let balance = amount(opening);
  return moves.map(([day, text, changes = {}], at) => {
    const change = amount(text);
    const before = balance;
    balance = add(before, change);
    const isUse = change.startsWith('-');
    return entry({
      id: `entry${at + 1}`,
      ledger_sequence_number: at + 1,
      entry_type: isUse ? 'decrement' : 'increment',
      starting_balance: before,
      ending_balance: balance,
      amount: isUse ? negate(change) : change,
      created_at: `2026-10-${day}T15:00:00+00:00`,
      ...changes,
    });
  });
}

const changes = (entries: readonly LedgerEntry[], type: string): readonly Amount[] =>
  entries
    .filter(({ entry_type }) => entry_type === type)
    .map(({ starting_balance, ending_balance }) => subtract(ending_balance, starting_balance));

/** October 2026 of acme: the sums are those of its grants and uses, unless others are said. */
export function statement(some: Partial<Statement> = {}): Statement {
  const entries =
    some.movements ??
    movements('100', [
      ['05', '50'],
      ['09', '-12.5'],
    ]);
  const opening = some.opening ?? entries[0]?.starting_balance ?? amount('0');
  return {
    customer: 'acme',
    customerName: 'Acme Corp',
    currency: 'credits',
    month: '2026-10' as CalendarMonth,
    zone: 'America/Los_Angeles',
    isOver: true,
    completeUntil: '2026-10-31' as CalendarDate,
    opening,
    closing: entries.at(-1)?.ending_balance ?? opening,
    sums: {
      ...noMovements(),
      granted: sum(changes(entries, 'increment')),
      used: negate(sum(changes(entries, 'decrement'))),
    },
    valueCurrency: 'USD',
    waited: new Set(),
    movements: entries,
    blocks: [block()],
    blocksAsOf: '2026-10-31' as CalendarDate,
    ...some,
  };
}
