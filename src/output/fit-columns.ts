// Chooses the columns that fit a narrow terminal, and their widths.
import { columnGap } from './view.ts';

/** The widths that a column claims, in cells. */
export interface Claim {
  /** The width of the column's widest value, or of its header. */
  readonly wanted: number;
  /** The width to which a column is narrowed before another one is hidden; `wanted` if the column is never narrowed. */
  readonly least: number;
  /** The width at which the table is given up for a block of lines for each record; default: `least`. */
  readonly floor?: number;
  /** Prose is narrowed first, and only as far as needed. Any other value is whole, or stands on a line of its own. */
  readonly isProse?: boolean;
  /** For prose: the width that it keeps while a column with larger `hideRank` is shown; default: `least`. */
  readonly comfort?: number;
  /** As in `Column`: the column with the largest number is hidden first, one with 0 never. */
  readonly hideRank: number;
}

/**
 * The width of each column, 0 for a hidden one; `undefined` if the columns that must be shown do not fit.
 * Long prose is narrowed first, then columns with few long values. Then columns are hidden one after the other, of equal
 * ones the last first; short prose is narrowed before it is hidden. At the end, hidden columns that fit are shown again.
 */
export function fitColumns(claims: readonly Claim[], width: number): readonly number[] | undefined {
  const widths = claims.map(({ wanted }) => wanted);
  const inTurn = claims
    .map((claim, index) => ({ ...claim, index }))
    .sort((a, b) => b.hideRank - a.hideRank || b.index - a.index);
  const over = (): number => gridWidth(widths) - width;
  const narrow = (to: (claim: Claim) => number, among: (typeof inTurn)[number][]): void => {
    for (const claim of among)
      if (over() > 0) widths[claim.index] = Math.min(widths[claim.index] ?? 0, to(claim));
  };
  const prose = inTurn.filter(({ isProse }) => isProse === true);
  narrow(({ wanted, least, comfort = least }) => Math.max(comfort, wanted - over()), prose);
  narrow(
    ({ least }) => least,
    inTurn.filter(({ isProse }) => isProse !== true),
  );
  for (const claim of inTurn.filter(({ hideRank }) => hideRank > 0)) {
    if (claim.isProse === true)
      narrow(({ least }) => Math.max(least, (widths[claim.index] ?? 0) - over()), [claim]);
    narrow(() => 0, [claim]);
  }
  const essential = inTurn.filter(({ hideRank }) => hideRank === 0).sort((a, b) => b.least - a.least);
  narrow(({ least, floor = least }) => Math.max(floor, least - over()), essential);
  if (over() > 0) return undefined;
  for (const { wanted, least, index } of inTurn.toReversed()) {
    const room = -over() - columnGap;
    if (widths[index] === 0 && room >= least) widths[index] = Math.min(wanted, room);
  }
  for (const { wanted, index, isProse = false } of inTurn.toReversed()) {
    const most = Math.min(wanted, (widths[index] ?? 0) - over());
    if ((widths[index] ?? 0) > 0 && (isProse || most === wanted)) widths[index] = most;
  }
  return widths;
}

/** The width of a line with these columns; hidden ones have width 0. */
function gridWidth(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((cells, width) => cells + width, 0) + columnGap * Math.max(0, shown.length - 1);
}
