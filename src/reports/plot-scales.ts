// The axes of a plot of balances: round values and round dates, and where they lie. Only this file uses d3-scale.
import { scaleLinear, scaleUtc } from 'd3-scale';
import { type CalendarDate, daysBetween, parseDate } from '../credits/calendar.ts';
import type { Amount } from '../credits/exact.ts';

/** A mark on an axis. Positions are for drawing alone: they are rounded, as amounts never are. */
export interface Tick<Value> {
  readonly value: Value;
  /** From 0, the beginning of the axis, to 1, its end. */
  readonly position: number;
}

export interface ValueAxis {
  /** Round values, the lowest first, with their text, such as `-1,500` or `0.25`. */
  readonly ticks: readonly (Tick<number> & { readonly label: string })[];
  /** Where a balance lies, from 0 to 1. */
  readonly positionOf: (balance: Amount) => number;
}

/**
 * An axis that holds every balance, zero included, and ends at round values.
 * @param count about how many ticks there shall be
 */
export function valueAxis(balances: readonly Amount[], count: number): ValueAxis {
  const numbers = balances.map(Number);
  const lowest = numbers.reduce((least, each) => Math.min(least, each), 0);
  const highest = numbers.reduce((most, each) => Math.max(most, each), 0);
  // A ledger that was always empty still has a line to draw.
  const isFlat = lowest === highest;
  const scale = scaleLinear([lowest, isFlat ? 1 : highest], [0, 1]).nice(count);
  const format = scale.tickFormat(count);
  const ticks = scale.ticks(count).map((value) => ({
    value,
    position: scale(value),
    // d3 writes the sign as U+2212, which a plain terminal lacks.
    label: format(value).replace('\u2212', '-'),
  }));
  return { ticks, positionOf: (balance) => scale(Number(balance)) };
}

const dayLength = 86_400_000;

/**
 * Round dates within a span of days: days, firsts of months or of years, about `count` of them.
 * @param last later than `first`, or the same day
 */
export function dayTicks(
  first: CalendarDate,
  last: CalendarDate,
  count: number,
): readonly Tick<CalendarDate>[] {
  const length = Math.max(1, daysBetween(first, last));
  // A calendar date is no instant: it stands here as if every day had 24 hours, in any zone.
  const scale = scaleUtc([Date.parse(first), Date.parse(last)], [0, 1]);
  return scale.ticks(count).flatMap((date) => {
    const value = date.getTime() % dayLength === 0 ? parseDate(date.toISOString().slice(0, 10)) : undefined;
    return value === undefined ? [] : [{ value, position: daysBetween(first, value) / length }];
  });
}
