// When the credits of a customer run out, from what is there and how fast it is used. Pure.

import type { CalendarDate } from '../credits/calendar.ts';
import { type CreditBlock, isDrawable } from '../credits/entry.ts';
import {
  type Amount,
  amount,
  divide,
  type Instant,
  isZero,
  multiply,
  parseInstant,
  sum,
  zero,
} from '../credits/exact.ts';
import { type Pace, type Projection, project } from './projection.ts';
import type { UseRate } from './use-rate.ts';
import { boundAfter } from './use-trend.ts';

/** The forecast of one ledger. Days are calendar days in the customer's zone. */
export interface Burndown {
  readonly asOf: CalendarDate;
  /** Credits that can be used now. */
  readonly balance: Amount;
  readonly perDay: Amount;
  /** How many days the use was taken from. */
  readonly basisDays: number;
  /** The first day that begins without credits; `null` where there is too little to say, or no end in sight. */
  readonly runOutOn: CalendarDate | null;
  /** Eight of ten run-out days are expected between these two. */
  readonly runOutEarliest: CalendarDate | null;
  readonly runOutLatest: CalendarDate | null;
  /** The credits in the blocks below. */
  readonly expiringUnused: Amount;
  /** Blocks that will expire with credits in them, and how many, the first to expire first. */
  readonly lapsing: readonly { readonly block: CreditBlock; readonly unused: Amount }[];
  /** The projected balance, as in `Projection`. */
  readonly balances: Projection['balances'];
}

export interface BurndownOf {
  /** The open blocks of one currency, newest first. */
  readonly blocks: readonly CreditBlock[];
  readonly asOf: CalendarDate;
  /** The instant of the balance, on that day. */
  readonly at: Instant;
  /** The customer's IANA time zone. */
  readonly zone: string;
  readonly rate: UseRate;
}

/** With use of fewer days than these, nothing is said about a run-out. */
export const basisDaysMin = 7;

export function burndownOf({ rate, at, ...given }: BurndownOf): Burndown {
  const likely = project({ ...given, pace: meanPace(rate) });
  const isKnown = rate.basisDays >= basisDaysMin;
  const runOut = (pace: Pace) => (isKnown ? project({ ...given, pace }).runOutOn : null);
  const lapsing = given.blocks
    .map((block) => ({ block, unused: likely.unused.get(block.id) ?? zero }))
    .filter(({ unused }) => !isZero(unused))
    .sort((a, b) => expiryOf(a.block) - expiryOf(b.block));
  return {
    asOf: given.asOf,
    balance: sum(given.blocks.filter((block) => isDrawable(block, at)).map(({ balance }) => balance)),
    perDay: rate.perDay,
    basisDays: rate.basisDays,
    runOutOn: isKnown ? likely.runOutOn : null,
    runOutEarliest: runOut(boundPace(rate, 1)),
    runOutLatest: runOut(boundPace(rate, -1)),
    expiringUnused: sum(lapsing.map(({ unused }) => unused)),
    lapsing,
    balances: likely.balances,
  };
}

const expiryOf = ({ expiry_date: expiry }: CreditBlock): number => parseInstant(expiry ?? '') ?? 0;

/** The mean, exact for whole multiples of the days it was taken from. */
export const meanPace =
  ({ used, basisDays }: UseRate): Pace =>
  (days) =>
    basisDays === 0 ? zero : divide(multiply(used, amount(String(days))), basisDays);

/** The pace that use stays below, or above, in nine of ten cases; never on the other side of the mean. */
function boundPace(rate: UseRate, side: 1 | -1): Pace {
  const perDay = Number(rate.used) / rate.basisDays;
  const beyond = side === 1 ? Math.max : Math.min;
  // What was used by a day never falls on a later one.
  const reached = [0];
  return (days) => {
    for (let day = reached.length; day <= days; day += 1)
      reached.push(Math.max(reached[day - 1] ?? 0, beyond(perDay * day, boundAfter(rate.trend, day, side))));
    return amount((reached[days] ?? 0).toPrecision(15));
  };
}
