// Computes the axes of a plot of balances: round values, round dates and their positions. Only this file uses d3-scale.
import { scaleLinear, scaleUtc } from 'd3-scale';
import { type CalendarDate, daysBetween, parseDate } from '../credits/calendar.ts';
import type { Amount } from '../credits/exact.ts';

/** A mark on an axis. The position is for drawing only, because it is rounded, as amounts never are. */
export interface Tick<Value> {
  readonly value: Value;
  /** From 0, the beginning of the axis, to 1, its end. */
  readonly position: number;
}

export interface ValueAxis {
  /** Round values, the lowest first, with their text, such as `-1,500` or `0.25`. */
  readonly ticks: readonly (Tick<number> & { readonly label: string })[];
  /** The position of a balance, from 0 to 1. */
  readonly positionOf: (balance: Amount) => number;
}

/**
 * An axis that holds every balance, zero included, and ends at round values.
 * @param count the approximate number of ticks
 */
export function valueAxis(balances: readonly Amount[], count: number): ValueAxis {
  const numbers = balances.map(Number);
  const lowest = numbers.reduce((least, each) => Math.min(least, each), 0);
  const highest = numbers.reduce((most, each) => Math.max(most, each), 0);
  // A balance that is always 0 still needs an axis with a height.
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
 * Round dates within a range of days: days, first days of months or of years, about `count` of them.
 * @param last the same day as `first`, or a later one
 */
export function dayTicks(
  first: CalendarDate,
  last: CalendarDate,
  count: number,
): readonly Tick<CalendarDate>[] {
  const length = Math.max(1, daysBetween(first, last));
  // On the axis, every date is midnight in UTC, so that every day has 24 hours.
  const scale = scaleUtc([Date.parse(first), Date.parse(last)], [0, 1]);
  return scale.ticks(count).flatMap((date) => {
    const value = date.getTime() % dayLength === 0 ? parseDate(date.toISOString().slice(0, 10)) : undefined;
    return value === undefined ? [] : [{ value, position: daysBetween(first, value) / length }];
  });
}
