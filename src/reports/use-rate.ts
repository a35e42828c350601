// How fast a customer uses credits: what was used on each calendar day, and the mean of a span of days. Pure.

import { type CalendarDate, dayAfter, dayFinder, daysAfter } from '../credits/calendar.ts';
import type { LedgerEntry } from '../credits/entry.ts';
import { type Amount, add, divide, parseInstant, subtract, sum, zero } from '../credits/exact.ts';
import { trendOf, type UseTrend } from './use-trend.ts';

/** Days, the first and the last included; a span that ends before it begins has no days. */
export interface DaySpan {
  readonly first: CalendarDate;
  readonly last: CalendarDate;
}

export interface UseRate {
  readonly used: Amount;
  readonly perDay: Amount;
  readonly basisDays: number;
  /** What the days say of those to come. For estimates, not for sums. */
  readonly trend: UseTrend;
}

/** What is read of an entry. */
export type UseEntry = Pick<LedgerEntry, 'created_at' | 'entry_type' | 'starting_balance' | 'ending_balance'>;

/** Adds up what was used by day. Only a decrement is use: a grant, a void or a changed expiry is not negative use. */
export class UseByDay {
  readonly #dayOf: ReturnType<typeof dayFinder>;
  readonly #used = new Map<CalendarDate, Amount>();

  /** @param zone the customer's IANA time zone */
  constructor(zone: string) {
    this.#dayOf = dayFinder(zone);
  }

  /** Takes entries in any order. One whose time cannot be read belongs to no day and is passed over. */
  add({ created_at, entry_type, starting_balance, ending_balance }: UseEntry): void {
    const at = entry_type === 'decrement' ? parseInstant(created_at) : undefined;
    if (at === undefined) return;
    const day = this.#dayOf(at);
    this.#used.set(day, add(this.#used.get(day) ?? zero, subtract(starting_balance, ending_balance)));
  }

  /** The first day of use that was added; `undefined` if there is none. */
  get firstDay(): CalendarDate | undefined {
    return [...this.#used.keys()].sort()[0];
  }

  /** The mean use of a span, days without use included. */
  rate({ first, last }: DaySpan): UseRate {
    const days: Amount[] = [];
    for (let day = first; day <= last; day = dayAfter(day)) days.push(this.#used.get(day) ?? zero);
    const basisDays = days.length;
    const used = sum(days);
    const perDay = basisDays === 0 ? zero : divide(used, basisDays);
    return { used, perDay, basisDays, trend: trendOf(days.map(Number)) };
  }
}

/** How many days the rate of use is taken from by default. */
export const basisDaysUsual = 30;

export interface LookBack {
  /** Whether the day that is looked back from has ended. */
  readonly isOver: boolean;
  /** The first day on which the customer used credits; `undefined` without any use. */
  readonly firstUse: CalendarDate | undefined;
}

/**
 * The last 30 whole days, or fewer where use began later. A day that is not over counts only if there is no other.
 * @param asOf the day that is looked back from
 */
export function usualSpan(asOf: CalendarDate, { isOver, firstUse }: LookBack): DaySpan {
  const last = isOver || firstUse === asOf ? asOf : daysAfter(asOf, -1);
  const first = daysAfter(last, 1 - basisDaysUsual);
  // Without any use there is nothing to take a mean of.
  if (firstUse === undefined) return { first: dayAfter(last), last };
  return { first: firstUse > first ? firstUse : first, last };
}
