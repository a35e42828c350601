// Forecasts how fast a customer uses credits, when they run out, and which blocks will expire unused. Pure.
import {
  type CalendarDate,
  type DayFinder,
  dayAfter,
  dayFinder,
  dayOf,
  daysAfter,
} from '../credits/calendar.ts';
import { type CreditBlock, drawableBalance, endOf, type LedgerEntry } from '../credits/customer.ts';
import {
  type Amount,
  add,
  amount,
  compare,
  divide,
  type Instant,
  isZero,
  multiply,
  parseInstant,
  subtract,
  sum,
  zero,
} from '../credits/exact.ts';
import { type Pace, type Projection, project } from './projection.ts';
import { boundAfter, trendOf, type UseTrend } from './use-trend.ts';

/** A range of days, both ends included; if `last` is before `first`, the range is empty. */
export interface DaySpan {
  readonly first: CalendarDate;
  readonly last: CalendarDate;
}

export interface UseRate {
  readonly used: Amount;
  readonly perDay: Amount;
  readonly basisDays: number;
  /** The trend of the daily use. For estimates, not for sums. */
  readonly trend: UseTrend;
}

export type UseEntry = Pick<LedgerEntry, 'created_at' | 'entry_type' | 'starting_balance' | 'ending_balance'>;

/** Adds up use by day. Only a decrement is use: a grant, a void or a changed expiry is not negative use. */
export class UseByDay {
  readonly #dayOf: DayFinder;
  readonly #used = new Map<CalendarDate, Amount>();

  /** @param zone the customer's IANA time zone */
  constructor(zone: string) {
    this.#dayOf = dayFinder(zone);
  }

  /** Takes entries in any order; an entry whose time cannot be read is skipped. */
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

/** The default number of days from which the rate of use is taken. */
export const defaultBasisDays = 30;

export interface LookBack {
  /** Whether the day from which to look back has ended. */
  readonly isOver: boolean;
  /** The first day on which the customer used credits; `undefined` without any use. */
  readonly firstUse: CalendarDate | undefined;
}

/**
 * The last 30 whole days, or fewer where use began later. A day that has not ended counts only if it is the only one.
 * @param asOf the day from which to look back
 */
export function usualSpan(asOf: CalendarDate, { isOver, firstUse }: LookBack): DaySpan {
  const last = isOver || firstUse === asOf ? asOf : daysAfter(asOf, -1);
  const first = daysAfter(last, 1 - defaultBasisDays);
  // Without any use there is no mean, so the range is empty.
  if (firstUse === undefined) return { first: dayAfter(last), last };
  return { first: firstUse > first ? firstUse : first, last };
}

/** The forecast of one ledger. Days are calendar days in the customer's zone. */
export interface Burndown {
  readonly asOf: CalendarDate;
  /** Credits that can be used now. */
  readonly balance: Amount;
  readonly perDay: Amount;
  /** The number of days from which the rate of use is taken. */
  readonly basisDays: number;
  /** The first day that begins without credits; `null` after too few days of use, or if the credits last a hundred years. */
  readonly runOutOn: CalendarDate | null;
  /** Eight of ten run-out days are expected between these two. */
  readonly runOutEarliest: CalendarDate | null;
  readonly runOutLatest: CalendarDate | null;
  /** The sum of the unused credits in `lapsing`, rounded once. */
  readonly expiringUnused: Amount;
  /** Blocks that will expire with unused credits, and how many credits; the first to expire comes first. */
  readonly lapsing: readonly { readonly block: CreditBlock; readonly unused: Amount }[];
  readonly balances: Projection['balances'];
}

export interface BurndownOf {
  /** The open blocks of one currency, newest first. */
  readonly blocks: readonly CreditBlock[];
  readonly asOf: CalendarDate;
  /** Whether the `asOf` day has ended, so that the balance already includes the use of that day. */
  readonly isOver: boolean;
  /** The instant of the balance, on the `asOf` day. */
  readonly at: Instant;
  /** The customer's IANA time zone. */
  readonly zone: string;
  readonly rate: UseRate;
}

/** After fewer days of use than these, no run-out day is forecast. */
export const basisDaysMin = 7;

export function burndownOf({ blocks, asOf, isOver, at, zone, rate }: BurndownOf): Burndown {
  const ahead = { blocks, zone, asOf: isOver ? dayAfter(asOf) : asOf };
  const likely = project({ ...ahead, ...meanPace(rate) });
  const isKnown = rate.basisDays >= basisDaysMin;
  const runOut = (pace: Pace) => (isKnown ? project({ ...ahead, pace }).runOutOn : null);
  const lapsing = blocks
    .map((block) => ({ block, unused: likely.unused.get(block.id) ?? zero }))
    .filter(({ unused }) => !isZero(unused))
    .sort((a, b) => (endOf(a.block) ?? 0) - (endOf(b.block) ?? 0));
  return {
    asOf,
    balance: drawableBalance(blocks, at),
    perDay: rate.perDay,
    basisDays: rate.basisDays,
    runOutOn: isKnown ? likely.runOutOn : null,
    runOutEarliest: runOut(boundPace(rate, 1)),
    runOutLatest: runOut(boundPace(rate, -1)),
    expiringUnused: likely.unusedInAll,
    lapsing,
    balances: likely.balances,
  };
}

/** The mean use in parts of a credit, because the mean of a day is exact only before the division by `basisDays`. */
const meanPace = ({ used, basisDays }: UseRate): { readonly pace: Pace; readonly parts: number } => ({
  pace: (days) => multiply(used, amount(String(days))),
  parts: Math.max(1, basisDays),
});

/** The pace that use stays below (side 1) or above (side -1) in nine of ten cases, with the mean as its limit. */
function boundPace(rate: UseRate, side: 1 | -1): Pace {
  const perDay = Number(rate.used) / rate.basisDays;
  const beyond = side === 1 ? Math.max : Math.min;
  // The total use never falls from one day to the next.
  const reached = [0];
  return (days) => {
    for (let day = reached.length; day <= days; day += 1)
      reached.push(Math.max(reached[day - 1] ?? 0, beyond(perDay * day, boundAfter(rate.trend, day, side))));
    return amount((reached[days] ?? 0).toPrecision(15));
  };
}

export interface ExpiringBlock {
  /** The block's id. */
  readonly block: string;
  readonly balance: Amount;
  /** The first day on which its credits cannot be used, in the customer's zone. */
  readonly expiresOn: CalendarDate;
  /** Credits that will not be used by then; 0 for a block that waits for its payment, because no customer owns them yet. */
  readonly likelyLost: Amount;
}

/** The day on which a block expires; `undefined` for never or after `until`. @param until the last day that counts, if any */
export function expiryDayUntil(
  { expiry_date }: CreditBlock,
  { until, zone }: Pick<ExpiringOf, 'until' | 'zone'>,
): CalendarDate | undefined {
  const day = dayOf(expiry_date, zone);
  return day === undefined || (until !== undefined && day > until) ? undefined : day;
}

/** The blocks include those that expire after `until`, because use draws on them, too. */
export interface ExpiringOf extends Pick<BurndownOf, 'blocks' | 'asOf' | 'zone' | 'rate'> {
  /** The last day that counts; `undefined` for every day. */
  readonly until: CalendarDate | undefined;
}

export function expiringOf(given: ExpiringOf): readonly ExpiringBlock[] {
  const { unused } = project({ ...given, ...meanPace(given.rate) });
  return given.blocks.flatMap((block) => {
    const expiresOn = expiryDayUntil(block, given);
    if (expiresOn === undefined) return [];
    const { id, balance } = block;
    return [{ block: id, balance, expiresOn, likelyLost: unused.get(id) ?? zero }];
  });
}

/** Sorts the largest loss first, then the earliest expiry. */
export const worstFirst = (a: ExpiringBlock, b: ExpiringBlock): number =>
  compare(b.likelyLost, a.likelyLost) || (a.expiresOn < b.expiresOn ? -1 : a.expiresOn > b.expiresOn ? 1 : 0);
