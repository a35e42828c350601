// Measures what each column of a table needs, from the values of its pages.
import { textWidth } from './shown-text.ts';
import { type Column, headerOf, type Shown } from './view.ts';

/** Prose is narrowed to this width before its column is hidden; a longer first word still stays whole. */
const proseCellsMin = 12;
const firstWordMax = 20;

/** Prose up to this width, some three words, is not cut while a less important column is shown. */
const shortProse = 20;

/** Wrapped prose keeps this width, or that of most of its values, while a less important column is shown. */
const wrappedMost = 48;

/** An id longer than this may stand on a line of its own, above its row. */
const longId = 24;

/** The fewest cells of a column whose ids all stand on lines of their own. */
const idCellsMin = 8;

/** Above every rank of the views. */
const zeroRank = 20;

/** Cells that the values of a column take. */
export interface Need {
  readonly widest: number;
  /** Enough for all values but a few. */
  readonly most: number;
  /** Enough for the first word of each value. */
  readonly firstWord: number;
  /** At most two different values; with two, the values of the column are not all the same. */
  readonly unlike: readonly string[];
}

export const noNeed: Need = { widest: 0, most: 0, firstWord: 0, unlike: [] };

/** Combines the need of the earlier pages with that of this page. @param cells the column's values on this page */
export function needOf(earlier: Need, cells: readonly Shown[]): Need {
  const widths = cells.map(({ text }) => textWidth(text)).sort((a, b) => a - b);
  // One long value in a short list, or a quarter of a longer list, does not decide the width for the other rows.
  const few = Math.max(1, Math.floor(widths.length / 4));
  const most = widths[widths.length === 1 ? 0 : widths.length - 1 - few] ?? 0;
  const words = cells.map(({ text }) => textWidth(text.split(' ', 1)[0] ?? '') + 1);
  return {
    widest: Math.max(earlier.widest, widths.at(-1) ?? 0),
    most: Math.max(earlier.most, most),
    firstWord: Math.max(earlier.firstWord, ...words),
    unlike: [...new Set([...earlier.unlike, ...cells.map(({ text }) => text)])].slice(0, 2),
  };
}

/** The widths that a column claims. @param keepAll whether no column may be hidden */
export function claimOf<R>(
  { align, shortens, wraps, hideRank: usual = 0, isUnit, ...column }: Column<R>,
  { widest, most, firstWord, unlike }: Need,
  keepAll: boolean,
) {
  const isNeeded = keepAll || (isUnit === true && unlike.length > 1);
  // Amounts that are all 0 say least, so they make room for those that a sum needs.
  const isAllZero = align === 'right' && unlike.join() === '0';
  const hideRank = isNeeded ? 0 : usual + (usual > 0 && isAllZero ? zeroRank : 0);
  const head = textWidth(headerOf(column));
  const wanted = Math.max(head, widest);
  if (align === 'right') return { wanted, least: wanted, hideRank };
  if (shortens === true || wraps === true) {
    const least = Math.min(wanted, Math.max(head, proseCellsMin, Math.min(firstWord, firstWordMax)));
    const comfort = wraps === true ? Math.min(most, wrappedMost) : shortProse;
    return { wanted, least, comfort: Math.max(least, Math.min(wanted, comfort)), hideRank, isProse: true };
  }
  // A column that may be hidden is not worth further lines.
  if (wanted <= longId || hideRank > 0) return { wanted, least: wanted, hideRank };
  const isOutlier = most * 1.5 < widest;
  const least = isOutlier ? Math.max(head, most) : wanted;
  return { wanted, least, floor: Math.min(least, Math.max(head, idCellsMin)), hideRank };
}
