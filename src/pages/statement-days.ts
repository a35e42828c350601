// Computes the balance at the end of each day of a statement's month.
import { type CalendarDate, firstDayOf, lastDayOf } from '../credits/calendar.ts';
import { ClosingBalances, type DayBalance } from '../reports/balance-series.ts';
import type { Statement } from '../reports/statement.ts';

/** At least one day. */
export type Days = readonly [...(readonly DayBalance[]), DayBalance];

/** Begins at the first day of the month. @param upTo the last day if the month is not over, in the customer's zone */
export function closingBalances(statement: Statement, upTo: CalendarDate): Days {
  const { month, zone, opening, closing, movements } = statement;
  const first = firstDayOf(month);
  const last = statement.isOver || upTo < first ? lastDayOf(month) : upTo;
  const balances = new ClosingBalances(zone);
  for (const entry of movements) balances.add(entry);
  const days = balances.series(first, last, opening);
  // A change without an entry has no day, so the last day includes the change.
  return [...days.slice(0, -1), { day: last, balance: closing }];
}
