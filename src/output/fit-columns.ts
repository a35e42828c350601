// Chooses the columns that fit a narrow terminal, and their widths.
import { columnGap } from './table-style.ts';

/** What a column needs. */
export interface Claim {
  /** The cells of its widest value, or of its header. */
  readonly wanted: number;
  /** The fewest cells it can be narrowed to; the same as `wanted` if it cannot be narrowed. */
  readonly least: number;
  /** As in `Column`: the largest is narrowed or hidden first, 0 never. */
  readonly yields: number;
}

/**
 * The width of each column, 0 for a hidden one; `undefined` if the columns that must be shown do not fit.
 * Each column in turn is first narrowed, then hidden; of equal ones the last goes first. At the end, hidden columns
 * that fit after all are shown again.
 */
export function fitColumns(claims: readonly Claim[], width: number): readonly number[] | undefined {
  const widths = claims.map(({ wanted }) => wanted);
  const inTurn = claims
    .map((claim, index) => ({ ...claim, index }))
    .sort((a, b) => b.yields - a.yields || b.index - a.index);
  for (const { wanted, least, yields, index } of inTurn) {
    const over = gridWidth(widths) - width;
    if (over <= 0) break;
    widths[index] = wanted - least >= over ? wanted - over : yields > 0 ? 0 : least;
  }
  if (gridWidth(widths) > width) return undefined;
  for (const { wanted, least, index } of inTurn.reverse()) {
    const room = width - gridWidth(widths) - columnGap;
    if (widths[index] === 0 && room >= least) widths[index] = Math.min(wanted, room);
  }
  return widths;
}

/** The width of a line with these columns; hidden ones have width 0. */
export function gridWidth(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((cells, width) => cells + width, 0) + columnGap * Math.max(0, shown.length - 1);
}
