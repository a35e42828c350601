// What becomes of blocks if they are used at a given pace: the day the balance runs out, and what expires unused. Pure.

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

/** What will have been used so many days from now in all; never falls from one day to the next. */
export type Pace = (days: number) => Amount;

export interface ProjectionOf {
  /** The customer's unexpired blocks in one currency, newest first. */
  readonly blocks: readonly CreditBlock[];
  /** The day from which days are counted. Its whole use is still to come. */
  readonly asOf: CalendarDate;
  /** The customer's IANA time zone. */
  readonly zone: string;
  readonly pace: Pace;
  /** How many parts of a credit the pace counts in for each credit, so that a mean is exact; a whole number, default 1. */
  readonly parts?: number;
}

export interface Projection {
  /** The first day that begins without credits; `null` if that is more than a hundred years away. */
  readonly runOutOn: CalendarDate | null;
  /** What each block that can be used and expires will still hold then, by its id. */
  readonly unused: ReadonlyMap<string, Amount>;
  /** The balance where its slope changes, from today on: straight lines join them. A day that credits expire on has two. */
  readonly balances: readonly DayBalance[];
}

/** About a hundred years: what is later is no forecast. */
const daysMax = 36_525;

/** A block with what is left of it. Its days are numbers, counted from today. */
interface Held {
  readonly id: string;
  readonly from: number;
  /** The first day that it does not serve. */
  readonly before: number;
  /** In parts of a credit. */
  left: Amount;
  readonly balance: Amount;
  readonly whole: Amount;
}

/**
 * Draws on the blocks in the order of deduction, day after day. Credits that expire serve no later day. A block that
 * waits for its payment is not drawn from. A debt lowers the balance, but takes no credits of another block.
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
  for (const next of turnsOf(held)) {
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
    balances: points,
  };
}

/** Rounded only where something was used: a balance has all its digits. */
const unusedOf = ({ left, whole, balance }: Held, parts: number): Amount =>
  left === whole ? balance : divide(left, parts);

/** The days on which a block begins or expires, and the last day of all. */
function turnsOf(held: readonly Held[]): readonly number[] {
  const days = new Set(held.flatMap(({ from, before }) => [from, before]));
  return [...[...days].filter((day) => day > 0 && day < daysMax).sort((a, b) => a - b), daysMax];
}

interface Stretch {
  readonly from: number;
  readonly next: number;
  readonly spent: (until: number) => Amount;
}

/** The first day of a stretch that begins without credits. What happens at its end is for the next stretch to say. */
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

/** Takes credits from the blocks in their order, as far as there are any. Returns how many it took. */
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
