// Records as an aligned table for pipes and files: whole values, no colour, and of any length.
import { cleanLine } from './clean-text.ts';
import { columnGap } from './table-style.ts';
import { pad, textWidth } from './text-width.ts';
import type { Column, Rows } from './view.ts';

/** Shown for a missing value, so that every line has the same number of words for `awk` and `cut`. */
export const absent = '-';

/**
 * One header and a line for each record, as a stream. A page of `pageRows` records is read ahead to measure the
 * columns. A later page only widens them, so a column may start further right there.
 */
export async function* rowsAsPlainTable<R>(
  records: Rows<R>,
  columns: readonly Column<R>[],
  pageRows: number,
): AsyncGenerator<string> {
  let widths = columns.map(({ name }) => textWidth(name));
  let header: string[][] = [columns.map(({ name }) => name)];
  for await (const page of pages(records, pageRows)) {
    const rows = page.map((record) => columns.map((column) => plainCell(column, record)));
    widths = widths.map((width, index) =>
      rows.reduce((widest, row) => Math.max(widest, textWidth(row[index] ?? '')), width),
    );
    const lines = [...header, ...rows].map((cells) => plainLine(cells, columns, widths));
    yield lines.join('');
    header = [];
  }
}

/** A record as lines of column name and whole value. */
export function recordAsPlainLines<R>(record: R, columns: readonly Column<R>[]): string {
  const width = Math.max(...columns.map(({ name }) => textWidth(name))) + columnGap;
  return columns.map((column) => `${pad(column.name, width)}${plainCell(column, record)}\n`).join('');
}

function plainCell<R>(column: Column<R>, record: R): string {
  return cleanLine(column.text(record)).trim() || absent;
}

function plainLine<R>(
  cells: readonly string[],
  columns: readonly Column<R>[],
  widths: readonly number[],
): string {
  const padded = cells.map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align));
  return `${padded.join(' '.repeat(columnGap)).trimEnd()}\n`;
}

/** The items in arrays of `size`, the last one shorter; none if there are no items. */
export async function* pages<Item>(items: Rows<Item>, size: number): AsyncGenerator<Item[]> {
  let page: Item[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
