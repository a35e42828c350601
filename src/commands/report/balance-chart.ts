// Draws a balance over time as lines of text: full bars for the past, lighter bars for the projection. Pure.

import { type CalendarDate, daysAfter, daysBetween } from '../../credits/calendar.ts';
import { type Amount, amount, zero } from '../../credits/exact.ts';
import type { Paint } from '../../output/view.ts';
import type { DayBalance } from '../../reports/balance-series.ts';
import { dayTicks, type Tick, type ValueAxis, valueAxis } from '../../reports/plot-scales.ts';

export interface ChartOf {
  /** A balance for each day, oldest first; at least one. */
  readonly history: readonly DayBalance[];
  /** Points of the projection that straight lines join, oldest first; the first is on the last day of the history. */
  readonly projected: readonly DayBalance[];
  /** The last day to draw, later than the history. */
  readonly last: CalendarDate;
}

export interface ChartStyle {
  /** Width of a line, in cells. */
  readonly width: number;
  /** Whether the chart may contain only ASCII. */
  readonly ascii: boolean;
  readonly paint: Paint;
}

/** Characters of the chart. The parts of a cell go from empty to full. */
interface Glyphs {
  readonly was: readonly string[];
  readonly willBe: readonly string[];
  readonly side: string;
  readonly tick: string;
  readonly corner: string;
  readonly floor: string;
  readonly floorTick: string;
}

const unicode: Glyphs = {
  was: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  willBe: [' ', '░'],
  side: '│',
  tick: '┤',
  corner: '└',
  floor: '─',
  floorTick: '┴',
};
const plain: Glyphs = {
  was: [' ', '_', '#'],
  willBe: [' ', '.', ':'],
  side: '|',
  tick: '+',
  corner: '+',
  floor: '-',
  floorTick: '+',
};

/** Approximate number of rows of bars; the label of the highest value stands above them. */
const defaultRows = 10;
const valueTicks = 4;
/** Cells of a date label and the gap after the label. */
const dateCells = 14;

/** The chart, each line ended by a newline and none wider than the style's width. */
export function balanceChart(chart: ChartOf, { width, ascii, paint }: ChartStyle): string {
  const { history, projected, last } = chart;
  const glyphs = ascii ? plain : unicode;
  const first = history[0]?.day ?? last;
  const axis = valueAxis(
    [...history, ...projected.filter(({ day }) => day <= last)].map(({ balance }) => balance),
    valueTicks,
  );
  const margin = Math.max(...axis.ticks.map(({ label }) => label.length)) + 1;
  const cells = Math.max(10, width - margin - 1);
  // Each gap between labels has the same number of rows, so each label has a row of its own.
  const gaps = Math.max(1, axis.ticks.length - 1);
  const rows = gaps * Math.max(1, Math.round(defaultRows / gaps));
  const bars = columnsOf(chart, cells).map((column) => barOf(column, axis, rows));
  const begins = bars.findIndex(({ isProjected }) => isProjected);
  const end = begins === -1 ? bars.length : begins;
  const lines: string[] = [];
  for (let row = rows; row >= 0; row -= 1) {
    const label = axis.ticks.find(({ position }) => Math.round(position * rows) === row)?.label;
    const drawn = bars.map((bar) => cellOf(bar, row, glyphs));
    const future = drawn.slice(end).join('').trimEnd();
    const past = drawn.slice(0, end).join('');
    const side = label === undefined ? glyphs.side : glyphs.tick;
    const line = future === '' ? past.trimEnd() : `${past}${paint('muted', future)}`;
    lines.push(`${(label ?? '').padStart(margin - 1)} ${side}${line}`);
  }
  return [...lines, ...floorLines(dayTicks(first, last, cells / dateCells), { cells, margin, glyphs })]
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

interface Column {
  readonly balance: Amount;
  readonly isProjected: boolean;
}

/** The balance in the middle of each column. */
function columnsOf({ history, projected, last }: ChartOf, cells: number): readonly Column[] {
  const first = history[0]?.day ?? last;
  const days = daysBetween(first, last);
  return Array.from({ length: cells }, (_, cell) => {
    const offset = (cell / (cells - 1)) * days;
    const known = history[Math.floor(offset)];
    if (known !== undefined) return { balance: known.balance, isProjected: false };
    return { balance: balanceOn(projected, first, offset), isProjected: true };
  });
}

/** The balance on the line between two points. The value only places a bar, so it may be inexact. */
function balanceOn(points: readonly DayBalance[], first: CalendarDate, offset: number): Amount {
  const at = ({ day }: DayBalance): number => daysBetween(first, day);
  const next = points.findIndex((point) => at(point) > offset);
  const [before, after] = [points.at(next === -1 ? -1 : next - 1), points[next]];
  if (before === undefined) return zero;
  if (after === undefined) return before.balance;
  const share = (offset - at(before)) / (at(after) - at(before));
  const [from, to] = [Number(before.balance), Number(after.balance)];
  return amount((from + (to - from) * share).toPrecision(12));
}

interface Bar {
  /** Bottom of the bar, in rows from the floor. */
  readonly from: number;
  readonly to: number;
  readonly isProjected: boolean;
}

/** The bar between zero and the balance. */
function barOf({ balance, isProjected }: Column, { positionOf }: ValueAxis, rows: number): Bar {
  const ends = [positionOf(zero), positionOf(balance)].map((position) => position * rows);
  return { from: Math.min(...ends), to: Math.max(...ends), isProjected };
}

function cellOf({ from, to, isProjected }: Bar, row: number, { was, willBe }: Glyphs): string {
  const parts = isProjected ? willBe : was;
  const filled = Math.min(to, row + 1) - Math.max(from, row);
  if (filled <= 0) return ' ';
  const full = parts.length - 1;
  // A bar below zero may end within a cell, but no character fills only the upper part of a cell.
  if (from > row) return filled >= 0.5 ? (parts[full] ?? ' ') : ' ';
  // A small balance still gets the smallest part, because the balance is not zero.
  return parts[Math.max(to <= row + 1 ? 1 : 0, Math.round(filled * full))] ?? ' ';
}

/** The axis of dates and their labels, as many as fit beside one another. */
function floorLines(
  ticks: readonly Tick<CalendarDate>[],
  { cells, margin, glyphs }: { readonly cells: number; readonly margin: number; readonly glyphs: Glyphs },
): readonly [string, string] {
  const floor = Array.from({ length: cells }, () => glyphs.floor);
  let labels = '';
  for (const { value, position } of ticks) {
    const cell = Math.round(position * (cells - 1));
    const begin = Math.min(Math.max(0, cell - Math.floor(value.length / 2)), cells - value.length);
    if (labels !== '' && begin < labels.length + 1) continue;
    floor[cell] = glyphs.floorTick;
    labels = `${labels.padEnd(begin)}${value}`;
  }
  return [`${' '.repeat(margin)}${glyphs.corner}${floor.join('')}`, `${' '.repeat(margin + 1)}${labels}`];
}

/** The last day of the chart: a little past the run-out, at most a year ahead, or as far as the history is long. */
export function chartEnd(history: readonly DayBalance[], asOf: CalendarDate, runOutOn: CalendarDate | null) {
  const ahead = runOutOn === null ? history.length : Math.ceil(daysBetween(asOf, runOutOn) * 1.1);
  return daysAfter(asOf, Math.min(Math.max(ahead, 7), 366));
}
