// Which columns a narrow terminal has room for, and how wide each may be.
import { columnGap } from './table-style.ts';

/** What a column needs. */
export interface Claim {
  /** The cells of its widest value, or of its header. */
  readonly wanted: number;
  /** The cells it can do with, by leaving out the end of its values; as many as wanted if it cannot. */
  readonly least: number;
  /** As of a column: the largest gives way first, 0 never does. */
  readonly yields: number;
}

/**
 * The width of each column, 0 for one that has to be hidden; `undefined` if even those that never give way do not fit.
 * Each in turn is first narrowed and then hidden; of columns that yield alike, the last one goes first. Where the last
 * one to go was wide, those that went before it and still fit come back.
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

/** The cells of a line with these columns; those of no width are not in it. */
export function gridWidth(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((cells, width) => cells + width, 0) + columnGap * Math.max(0, shown.length - 1);
}
