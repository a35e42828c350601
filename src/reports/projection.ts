// Projects blocks at a given pace of use: the day the balance runs out, and the credits that expire unused. Pure.

import { type CalendarDate, dayOf, daysAfter, daysBetween } from '../credits/calendar.ts';
import type { CreditBlock } from '../credits/customer.ts';
import { inDeductionOrder } from '../credits/deduction-order.ts';
import {
  type Amount,
  add,
  amount,
  compare,
  divide,
  isPositive,
  multiply,
  smaller,
  subtract,
  sum,
  zero,
} from '../credits/exact.ts';
import type { DayBalance } from './balance-series.ts';

/** The total use within a number of days from now; never falls from one day to the next. */
export type Pace = (days: number) => Amount;

export interface ProjectionOf {
  /** The customer's unexpired blocks in one currency, newest first. */
  readonly blocks: readonly CreditBlock[];
  /** The day from which days are counted. Its whole use is still to come. */
  readonly asOf: CalendarDate;
  /** The customer's IANA time zone. */
  readonly zone: string;
  readonly pace: Pace;
  /** The number of units of the pace in one credit, so that a mean is exact; a whole number, default 1. */
  readonly parts?: number;
}

export interface Projection {
  /** The first day that begins without credits; `null` if that is more than a hundred years away. */
  readonly runOutOn: CalendarDate | null;
  /** The unused credits of each usable block that expires, at its expiry, by the block's id. */
  readonly unused: ReadonlyMap<string, Amount>;
  /** Their sum, rounded once and not for each block. */
  readonly unusedInAll: Amount;
  /** Points of the balance from today on, to join by straight lines. A day on which credits expire has two points. */
  readonly balances: readonly DayBalance[];
}

/** Days of the forecast, about a hundred years. */
const daysMax = 36_525;

/** A block with the credits that are left. Its days are numbers, counted from today. */
interface Held {
  readonly id: string;
  readonly from: number;
  /** The first day on which the block cannot be used. */
  readonly before: number;
  /** `left` and `whole` are in parts of a credit, `balance` is in credits. */
  left: Amount;
  readonly balance: Amount;
  readonly whole: Amount;
}

/**
 * Draws on the blocks in the order of deduction, day after day, each until its expiry. A block that waits for its payment
 * is not drawn on. A debt lowers the balance, but takes no credits of another block.
 */
export function project({ blocks, asOf, zone, pace, parts = 1 }: ProjectionOf): Projection {
  const dayIn = (text: string | null): number | undefined => {
    const day = dayOf(text, zone);
    return day === undefined ? undefined : Math.max(0, daysBetween(asOf, day));
  };
  const held: readonly Held[] = inDeductionOrder(blocks)
    .filter(({ status }) => status === 'active')
    .map(({ id, balance, effective_date, expiry_date }) => {
      const whole = multiply(balance, amount(String(parts)));
      return {
        id,
        from: dayIn(effective_date) ?? 0,
        before: dayIn(expiry_date) ?? Number.POSITIVE_INFINITY,
        left: whole,
        balance,
        whole,
      };
    });
  const points: DayBalance[] = [];
  const point = (days: number, balance: Amount): void =>
    void points.push({ day: daysAfter(asOf, days), balance: divide(balance, parts) });
  let runOut: number | undefined;
  let from = 0;
  for (const next of changeDaysOf(held)) {
    const open = held.filter((each) => each.from <= from && from < each.before);
    const balance = sum(open.map(({ left }) => left));
    const spent = (until: number): Amount => subtract(pace(until), pace(from));
    const emptied = emptiedWithin(balance, { from, next, spent });
    const drawn = draw(open, spent(next));
    point(from, balance);
    point(emptied ?? next, subtract(balance, drawn));
    runOut ??= emptied;
    from = next;
  }
  const lapsing = held.filter(({ before }) => before < daysMax);
  return {
    runOutOn: runOut === undefined ? null : daysAfter(asOf, runOut),
    unused: new Map(lapsing.map((each) => [each.id, isPositive(each.left) ? unusedOf(each, parts) : zero])),
    unusedInAll: unusedInAll(lapsing, parts),
    balances: points,
  };
}

function unusedInAll(lapsing: readonly Held[], parts: number): Amount {
  const unused = lapsing.filter(({ left }) => isPositive(left));
  const whole = unused.filter((each) => each.left === each.whole);
  const inPart = unused.filter((each) => each.left !== each.whole);
  return add(sum(whole.map(({ balance }) => balance)), divide(sum(inPart.map(({ left }) => left)), parts));
}

/** The unused credits: rounded if some were used, otherwise the exact balance. */
const unusedOf = ({ left, whole, balance }: Held, parts: number): Amount =>
  left === whole ? balance : divide(left, parts);

/** The days on which a block begins or expires, and the last day of the forecast. */
function changeDaysOf(held: readonly Held[]): readonly number[] {
  const days = new Set(held.flatMap(({ from, before }) => [from, before]));
  return [...[...days].filter((day) => day > 0 && day < daysMax).sort((a, b) => a - b), daysMax];
}

interface Stretch {
  readonly from: number;
  readonly next: number;
  readonly spent: (until: number) => Amount;
}

/** The first day of a stretch that begins without credits. The day at its end belongs to the next stretch. */
function emptiedWithin(balance: Amount, { from, next, spent }: Stretch): number | undefined {
  const isEmpty = (day: number): boolean => compare(spent(day), balance) >= 0;
  if (!isPositive(balance)) return from;
  if (!isEmpty(next - 1)) return undefined;
  let [full, empty] = [from, next - 1];
  while (empty - full > 1) {
    const middle = Math.floor((full + empty) / 2);
    if (isEmpty(middle)) empty = middle;
    else full = middle;
  }
  return empty;
}

/** Takes up to `wanted` credits from the blocks in their order. Returns how many were taken. */
function draw(open: readonly Held[], wanted: Amount): Amount {
  let drawn = zero;
  for (const block of open) {
    if (compare(drawn, wanted) >= 0) break;
    if (!isPositive(block.left)) continue;
    const taken = smaller(block.left, subtract(wanted, drawn));
    block.left = subtract(block.left, taken);
    drawn = add(drawn, taken);
  }
  return drawn;
}
