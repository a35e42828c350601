// Builds the statement of a customer's month as a web page to send to the customer, with a plot of its balance.
import { type CalendarDate, dateAt, daysAfter, lastDayOf } from '../credits/calendar.ts';
import { type Amount, compare, countedIs, type Instant, isZero, negate, zero } from '../credits/exact.ts';
import type { DayBalance } from '../reports/balance-series.ts';
import { dayTicks, type ValueAxis, valueAxis } from '../reports/plot-scales.ts';
import type { Statement } from '../reports/statement.ts';
import { type LocaleFormat, localeFormat } from './locale-format.ts';
import { type Markup, markup } from './markup.ts';
import { pageText } from './page.ts';
import { closingBalances, type Days } from './statement-days.ts';
import { blocksTable, movementsTable } from './statement-tables.ts';

export interface StatementPageOptions {
  /** A locale without a `localeProblem`, in which amounts and days are written. */
  readonly locale: string;
  /** When the page is made. */
  readonly now: Instant;
  /** The last day of the statement if its month is not over, in the customer's zone. */
  readonly upTo: CalendarDate;
}

/** The text of an HTML file. It loads nothing and runs no script, and text from the ledger stays text. */
export function statementPage(statement: Statement, { locale, now, upTo }: StatementPageOptions): string {
  const { customer, customerName, currency, month, zone } = statement;
  const format = localeFormat(locale, amountsOf(statement));
  const name = customerName.trim() === '' ? customer : customerName;
  const today = dateAt(now, zone);
  const body = markup`<header>
<p>Statement of prepaid credits, ${format.month(month)}</p>
<h1 dir="auto">${name}</h1>
<p class="soft">Customer <bdi>${customer}</bdi></p>
</header>
<h2>Balance in ${currency}</h2>
${notes(statement, upTo, format)}${summaryTable(statement, format)}
${plot(statement, upTo, format)}
${movementsTable(statement, format)}
${blocksTable(statement, format)}
<footer>
<p>Days are those of the time zone ${zone}. Credits expire at the start of the day shown.</p>
<p>Made on ${format.day(today)}.</p>
</footer>`;
  const title = `Statement of prepaid credits, ${month}: ${name}`;
  return pageText({ title, direction: format.direction, body });
}

const amountsOf = ({ opening, closing, movements, blocks }: Statement): readonly Amount[] => [
  opening,
  closing,
  ...movements.flatMap(({ starting_balance, ending_balance }) => [starting_balance, ending_balance]),
  ...blocks.map(({ balance }) => balance),
];

/** The plot of the balance; none if the balance is 0 all month. */
function plot(statement: Statement, upTo: CalendarDate, format: LocaleFormat): Markup {
  const { month, opening } = statement;
  const days = closingBalances(statement, upTo);
  if (isZero(opening) && days.every(({ balance }) => isZero(balance))) return markup``;
  return balancePlot({ days, length: Number(lastDayOf(month).slice(-2)), opening }, format);
}

/** Why the figures are not final. */
function notes(
  { isOver, month, sums: { pending } }: Statement,
  upTo: CalendarDate,
  format: LocaleFormat,
): readonly Markup[] {
  return [
    ...(isOver
      ? []
      : [markup`<p>${format.month(month)} is not over: this statement goes up to ${format.day(upTo)}.</p>`]),
    ...(pending === 0
      ? []
      : [markup`<p>${countedIs(pending, 'movement')} pending and may still change.</p>`]),
  ];
}

/** The label of each sum, and whether the sum raises or lowers the balance. */
const sumRows = [
  ['granted', 'Granted', 'adds'],
  ['amended', 'Given back', 'adds'],
  ['used', 'Used', 'takes'],
  ['expired', 'Expired', 'takes'],
  ['voided', 'Voided', 'takes'],
  ['other', 'Other changes', 'adds'],
] as const;

function summaryTable({ opening, closing, sums }: Statement, format: LocaleFormat): Markup {
  const rows = sumRows
    .filter(([field]) => !isZero(sums[field]))
    .map(([field, name, way]) => {
      const change = way === 'adds' ? sums[field] : negate(sums[field]);
      return markup`<tr><th scope="row">${name}</th><td class="figure">${format.change(change)}</td></tr>`;
    });
  return markup`<table>
<caption>How the balance changed</caption>
<tbody>
<tr class="total"><th scope="row">Opening balance</th><td class="figure">${format.amount(opening)}</td></tr>
${rows}<tr class="total"><th scope="row">Closing balance</th><td class="figure">${format.amount(closing)}</td></tr>
</tbody>
</table>`;
}

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
