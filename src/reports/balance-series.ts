// Computes the balance at the end of each calendar day in the customer's zone. Pure.

import { type CalendarDate, type DayFinder, dayAfter, dayFinder } from '../credits/calendar.ts';
import type { LedgerEntry } from '../credits/customer.ts';
import { type Amount, parseInstant } from '../credits/exact.ts';

/** The balance at the end of a day. */
export interface DayBalance {
  readonly day: CalendarDate;
  readonly balance: Amount;
}

export type BalanceEntry = Pick<LedgerEntry, 'created_at' | 'ledger_sequence_number' | 'ending_balance'>;

/** Collects the closing balance of each day with an entry. Memory grows with the days, not with the entries. */
export class ClosingBalances {
  readonly #dayOf: DayFinder;
  readonly #last = new Map<CalendarDate, { readonly sequence: number; readonly balance: Amount }>();

  /** @param zone the customer's IANA time zone */
  constructor(zone: string) {
    this.#dayOf = dayFinder(zone);
  }

  /** Takes entries in any order; an entry whose time cannot be read is skipped. */
  add({ created_at, ledger_sequence_number: sequence, ending_balance: balance }: BalanceEntry): void {
    const at = parseInstant(created_at);
    if (at === undefined) return;
    const day = this.#dayOf(at);
    if (sequence >= (this.#last.get(day)?.sequence ?? Number.NEGATIVE_INFINITY))
      this.#last.set(day, { sequence, balance });
  }

  /** The first day with an entry; `undefined` without entries. */
  get firstDay(): CalendarDate | undefined {
    return this.#days()[0];
  }

  /**
   * A balance for every day from the first to the last, both included; a day without entries keeps the balance of the day
   * before. @param opening the balance before the first day, if no entry before that day was added
   */
  series(first: CalendarDate, last: CalendarDate, opening: Amount): readonly DayBalance[] {
    const before = this.#days().findLast((day) => day < first);
    let balance = (before === undefined ? undefined : this.#last.get(before)?.balance) ?? opening;
    const series: DayBalance[] = [];
    for (let day = first; day <= last; day = dayAfter(day)) {
      balance = this.#last.get(day)?.balance ?? balance;
      series.push({ day, balance });
    }
    return series;
  }

  #days(): readonly CalendarDate[] {
    return [...this.#last.keys()].sort();
  }
}
