// Records as a table that fits a terminal: less important columns are narrowed or hidden, and no number is cut.
import { fitColumns } from './fit-columns.ts';
import { fieldsAsLines, fieldsOf, shownCell } from './record-lines.ts';
import { pages } from './rows-as-plain-table.ts';
import type { Grid, TerminalStyle } from './table-style.ts';
import { shorten, textWidth } from './text-width.ts';
import type { Column, Rows, Shown } from './view.ts';

export interface TerminalTableOptions {
  readonly style: TerminalStyle;
  readonly pageRows: number;
  /** Whether the columns were named with `--columns`, so that none may be hidden. */
  readonly keepAll: boolean;
  /** Receives the sentence about hidden columns. */
  readonly note: (sentence: string) => void;
}

/** Prose is narrowed to this width before its column is hidden. */
const proseCellsMin = 12;

/**
 * Pages of a table, each drawn as soon as it is full. A later page has its own header only if columns had to be
 * widened; in a live feed, where each page is one row, only if other columns are shown than before. Where the
 * essential columns do not fit, each record becomes a block of lines.
 */
export async function* rowsAsTerminalTable<R>(
  records: Rows<R>,
  columns: readonly Column<R>[],
  { style, pageRows, keepAll, note }: TerminalTableOptions,
): AsyncGenerator<string> {
  const hidden = new Set<string>();
  let wanted = columns.map(({ header }) => textWidth(header));
  let drawn = '';
  let first = true;
  for await (const page of pages(records, pageRows)) {
    const rows = page.map((record) => columns.map((column) => shownCell(column, record, style)));
    wanted = widened(wanted, rows);
    const widths = fitColumns(
      columns.map((column, index) => claim(column, wanted[index] ?? 0, keepAll)),
      style.width,
    );
    const layout = layoutOf(widths, pageRows);
    if (!first && (layout !== drawn || widths === undefined)) yield '\n';
    if (widths === undefined) {
      yield page.map((record) => fieldsAsLines(fieldsOf(record, columns, style), style)).join('\n');
    } else {
      for (const [index, { name }] of columns.entries()) if (widths[index] === 0) hidden.add(name);
      const grid = gridOf(columns, rows, widths);
      yield await style.draw(layout === drawn ? withoutHeader(grid) : grid, style.paint);
    }
    drawn = layout;
    first = false;
  }
  if (hidden.size > 0) note(`(hidden: ${[...hidden].join(', ')}; -o json or --columns shows them)`);
}

/** Equal for pages that can share one header. */
function layoutOf(widths: readonly number[] | undefined, pageRows: number): string {
  if (widths === undefined) return 'lines';
  return pageRows === 1 ? widths.map((width) => width > 0).join() : widths.join();
}

function widened(widths: readonly number[], rows: readonly (readonly Shown[])[]): number[] {
  return widths.map((width, index) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[index]?.text ?? '')), width),
  );
}

function claim<R>({ header, align, shortens, yields }: Column<R>, wanted: number, keepAll: boolean) {
  const narrows = shortens === true && align !== 'right';
  const least = narrows ? Math.min(wanted, Math.max(textWidth(header), proseCellsMin)) : wanted;
  return { wanted, least, yields: keepAll ? 0 : yields };
}

function gridOf<R>(
  columns: readonly Column<R>[],
  rows: readonly (readonly Shown[])[],
  widths: readonly number[],
): Grid {
  const isKept = (_: unknown, index: number) => (widths[index] ?? 0) > 0;
  const kept = widths.filter(isKept);
  return {
    header: columns.filter(isKept).map(({ header }) => header),
    rows: rows.map((row) =>
      row.filter(isKept).map((shown, index) => ({ ...shown, text: shorten(shown.text, kept[index] ?? 0) })),
    ),
    columns: columns
      .filter(isKept)
      .map(({ align }, index) => ({ width: kept[index] ?? 0, align: align ?? 'left' })),
  };
}

const withoutHeader = ({ rows, columns }: Grid): Grid => ({ rows, columns });
