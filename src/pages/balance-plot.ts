// Draws the balance of a month with a step a day; the drawing takes any width, the labels keep their size.

import { daysAfter } from '../credits/calendar.ts';
import { type Amount, compare, zero } from '../credits/exact.ts';
import type { DayBalance } from '../reports/balance-series.ts';
import { dayTicks, type ValueAxis, valueAxis } from '../reports/plot-scales.ts';
import type { LocaleFormat } from './locale-format.ts';
import { type Markup, markup } from './markup.ts';
import type { Days } from './statement-days.ts';

export interface BalancePlot {
  /** The balance at the end of each day. */
  readonly days: Days;
  /** The number of days on the axis, future days included. */
  readonly length: number;
  /** The balance before the first day. */
  readonly opening: Amount;
}

/** The size in units of the drawing; a browser stretches the drawing to the available width. */
const across = 1000;
const up = 180;
/** Pixels above the drawing, for half of the topmost number; and below the drawing, for the dates. */
const above = 8;
const below = 24;

/** The plot as a picture, with its content in words. */
export function balancePlot(plot: BalancePlot, format: LocaleFormat): Markup {
  const { days, length, opening } = plot;
  const axis = valueAxis([opening, ...days.map(({ balance }) => balance)], 4);
  const height = (balance: Amount): string => rounded(up * (1 - axis.positionOf(balance)));
  const line = steps([opening, ...days.map(({ balance }) => balance)].map(height), across / length);
  const ground = height(zero);
  return markup`<svg class="plot" role="img" aria-labelledby="plot-title plot-text" direction="ltr" height="${whole(above + up + below)}">
<title id="plot-title">Balance at the end of each day</title>
<desc id="plot-text">${inWords(plot, format)}</desc>
${gridLines(axis)}<svg aria-hidden="true" y="${whole(above)}" width="100%" height="${whole(up)}" viewBox="0 0 ${whole(across)} ${whole(up)}" preserveAspectRatio="none" overflow="visible">
<path class="area" d="${line}V${ground}H0Z"/>
<path class="line" d="${line}"/>
</svg>
${valueLabels(axis, format)}${dateLabels(plot, format)}</svg>`;
}

const whole = (pixels: number): string => String(pixels);
const rounded = (units: number): string => String(Math.round(units * 10) / 10);

/** The path through the heights: the first is the opening balance, each further one is a day wide. */
function steps([first = '0', ...heights]: readonly string[], day: number): string {
  let path = `M0,${first}`;
  let before = first;
  for (const [at, height] of heights.entries()) {
    if (height !== before) path += `H${rounded(day * at)}V${height}`;
    before = height;
  }
  return `${path}H${rounded(day * heights.length)}`;
}

const heightOf = (position: number): number => above + up * (1 - position);

const gridLines = ({ ticks }: ValueAxis): readonly Markup[] =>
  ticks.map(({ position }) => {
    const y = rounded(heightOf(position));
    return markup`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/>`;
  });

const valueLabels = ({ ticks }: ValueAxis, format: LocaleFormat): readonly Markup[] =>
  ticks.map(
    ({ value, position }) =>
      markup`<text x="-8" y="${rounded(heightOf(position) + 4)}" text-anchor="end">${format.tick(value)}</text>`,
  );

/** A label at the edge of the plot begins there instead of being centred, so that it is not cut. */
const dateLabels = ({ days: [first], length }: BalancePlot, format: LocaleFormat): readonly Markup[] =>
  dayTicks(first.day, daysAfter(first.day, length), 4)
    .filter(({ position }) => position < 1)
    .map(({ value, position }) => {
      const anchor = position === 0 ? 'start' : 'middle';
      return markup`<text x="${rounded(100 * position)}%" y="${whole(above + up + below - 6)}" text-anchor="${anchor}">${format.shortDayText(value)}</text>`;
    });

function inWords({ days, opening }: BalancePlot, { dayText, amountText }: LocaleFormat): Markup {
  const [first] = days;
  const last = days.at(-1) ?? first;
  const lowest = days.reduce((least, each) => (compare(each.balance, least.balance) < 0 ? each : least));
  const highest = days.reduce((most, each) => (compare(each.balance, most.balance) > 0 ? each : most));
  const on = ({ day, balance }: DayBalance) => markup`${amountText(balance)} at the end of ${dayText(day)}`;
  return markup`The balance begins at ${amountText(opening)} and is ${on(last)}. Lowest: ${on(lowest)}. Highest: ${on(highest)}.`;
}
