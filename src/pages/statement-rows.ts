// Turns the entries of a statement into lines, with a line of its own for each change without an entry.

import { type CalendarDate, dayOf } from '../credits/calendar.ts';
import type { LedgerEntry } from '../credits/customer.ts';
import { type Amount, isZero, subtract } from '../credits/exact.ts';
import { kindOf } from '../reports/movements.ts';
import type { Statement } from '../reports/statement.ts';

export interface StatementRow {
  /** A day of the customer's zone; `undefined` for a change that has no entry. */
  readonly day: CalendarDate | undefined;
  /** What happened: `Granted`. */
  readonly what: string;
  /** The new expiry of a block whose expiry was changed; `null` for never. */
  readonly newExpiry?: CalendarDate | null;
  readonly description: string | null;
  readonly isPending: boolean;
  readonly change: Amount;
  /** The customer's balance after this line. */
  readonly balance: Amount;
}

const names: Readonly<Record<string, string>> = {
  increment: 'Granted',
  decrement: 'Used',
  credit_block_expiry: 'Expired',
  expiration_change: 'Expiry changed',
  void: 'Voided',
  void_initiated: 'Void started',
  amendment: 'Given back',
};

const otherChange = 'Other change';

/** The lines in order: their changes lead from the opening to the closing balance, with no gap. */
export function statementRows({ opening, closing, movements, ...given }: Statement): readonly StatementRow[] {
  const rows: StatementRow[] = [];
  let balance = opening;
  const move = (to: Amount): void => {
    if (to !== balance) rows.push(withoutEntry(balance, to));
    balance = to;
  };
  for (const entry of movements) {
    move(entry.starting_balance);
    rows.push(rowOf(entry, given));
    balance = entry.ending_balance;
  }
  move(closing);
  return rows;
}

const withoutEntry = (before: Amount, after: Amount): StatementRow => ({
  day: undefined,
  what: otherChange,
  description: null,
  isPending: false,
  change: subtract(after, before),
  balance: after,
});

function rowOf(entry: LedgerEntry, { zone, waited }: Pick<Statement, 'zone' | 'waited'>): StatementRow {
  const { entry_type: type, starting_balance, ending_balance, new_block_expiry_date: expiry } = entry;
  const change = subtract(ending_balance, starting_balance);
  // An increment that makes waiting credits count is `other` in the sums, because the credits were granted before.
  const isOther = type === 'increment' && !isZero(change) && kindOf(entry, waited) === 'other';
  return {
    day: dayOf(entry.created_at, zone),
    what: isOther ? otherChange : (names[type] ?? type.replaceAll('_', ' ')),
    ...(type === 'expiration_change' && expiry !== undefined
      ? { newExpiry: expiry === null ? null : (dayOf(expiry, zone) ?? null) }
      : {}),
    description: entry.description,
    isPending: entry.entry_status !== 'committed',
    change,
    balance: ending_balance,
  };
}
