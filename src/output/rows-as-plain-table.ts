// Writes records as an aligned table for pipes and files: whole values, of any length, with colour only on request.
import { cleanLine, pad, textWidth } from './shown-text.ts';
import { type Column, columnGap, type PlainInk, type Rows, type Shown } from './view.ts';

/** Shown for a missing value, so that every line has the same number of words for `awk` and `cut`. */
export const absent = '-';

/**
 * One header and a line for each record, as a stream. A page of `pageRows` records is read ahead to measure the
 * columns. A later page only widens them, so a column may start further right there.
 */
export async function* rowsAsPlainTable<R>(
  records: Rows<R>,
  columns: readonly Column<R>[],
  { pageRows, ink }: { readonly pageRows: number; readonly ink?: PlainInk | undefined },
): AsyncGenerator<string> {
  let widths = columns.map(({ name }) => textWidth(name));
  let header: Shown[][] = [columns.map(({ name }) => ({ text: name }))];
  for await (const page of pages(records, pageRows)) {
    const rows = page.map((record) => columns.map((column) => plainCell(column, record, ink)));
    widths = widths.map((width, index) =>
      rows.reduce((widest, row) => Math.max(widest, textWidth(row[index]?.text ?? '')), width),
    );
    const lines = [...header, ...rows].map((cells) => plainLine(cells, { columns, widths, ink }));
    yield lines.join('');
    header = [];
  }
}

/** A record as lines of column name and whole value. */
export function recordAsPlainLines<R>(record: R, columns: readonly Column<R>[], ink?: PlainInk): string {
  const width = Math.max(...columns.map(({ name }) => textWidth(name))) + columnGap;
  return columns
    .map((column) => `${pad(column.name, width)}${inked(plainCell(column, record, ink), ink)}\n`)
    .join('');
}

/** The whole value, with its meaning only if the table is coloured. */
function plainCell<R>(column: Column<R>, record: R, ink: PlainInk | undefined): Shown {
  const text = cleanLine(column.text(record)).trim() || absent;
  const meaning = ink === undefined ? undefined : column.show?.(record, ink).meaning;
  return meaning === undefined ? { text } : { text, meaning };
}

const inked = ({ text, meaning }: Shown, ink: PlainInk | undefined): string =>
  ink === undefined || meaning === undefined ? text : ink.paint(meaning, text);

function plainLine<R>(
  cells: readonly Shown[],
  {
    columns,
    widths,
    ink,
  }: {
    readonly columns: readonly Column<R>[];
    readonly widths: readonly number[];
    readonly ink: PlainInk | undefined;
  },
): string {
  const padded = cells.map((cell, index) =>
    pad(cell.text, widths[index] ?? 0, columns[index]?.align).replace(cell.text, () => inked(cell, ink)),
  );
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
