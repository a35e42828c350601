// Writes records as a table that fits a terminal: less important columns are narrowed or hidden, and no number is cut.
import { columnWord } from './choices.ts';
import { claimOf, needOf, noNeed } from './column-claims.ts';
import { fitColumns } from './fit-columns.ts';
import { fieldsAsLines, fieldsOf, shownCell } from './record-lines.ts';
import { pages } from './rows-as-plain-table.ts';
import { shorten, textWidth, wrap } from './shown-text.ts';
import { type Column, type Grid, headerOf, type Rows, type Shown, type TerminalStyle } from './view.ts';

export interface TerminalTableOptions {
  readonly style: TerminalStyle;
  readonly pageRows: number;
  /** Whether the columns were named with `--columns`, so that none may be hidden. */
  readonly keepAll: boolean;
  /** Receives the sentence about hidden columns. */
  readonly note: (sentence: string) => void;
}

/**
 * Pages of a table, each drawn as soon as it is full. A later page has its own header only if columns had to be
 * widened; in a live feed, where each page is one row, only if other columns are shown than before. Where the
 * essential columns do not fit, each record becomes a block of lines. A hidden column is reported before the first
 * page without it, because a live feed has no end.
 */
export async function* rowsAsTerminalTable<R>(
  records: Rows<R>,
  columns: readonly Column<R>[],
  { style, pageRows, keepAll, note }: TerminalTableOptions,
): AsyncGenerator<string> {
  const hidden = new Set<Column<R>>();
  let needs = columns.map(() => noNeed);
  let drawn = '';
  let first = true;
  for await (const page of pages(records, pageRows)) {
    const rows = page.map((record) => columns.map((column) => shownCell(column, record, style)));
    needs = needs.map((need, index) =>
      needOf(
        need,
        rows.flatMap((row) => row[index] ?? []),
      ),
    );
    const widths = fitColumns(
      columns.map((column, index) => claimOf(column, needs[index] ?? noNeed, keepAll)),
      style.width,
    );
    const layout = layoutOf(widths, pageRows);
    if (!first && (layout !== drawn || widths === undefined)) yield '\n';
    if (widths === undefined) {
      yield page.map((record) => fieldsAsLines(fieldsOf(record, columns, style), style)).join('\n');
    } else {
      const news = columns.filter((column, index) => widths[index] === 0 && !hidden.has(column));
      for (const column of news) hidden.add(column);
      if (news.length > 0) note(hiddenNote(news));
      const grid = gridOf(columns, rows, widths);
      yield await style.draw(layout === drawn ? withoutHeader(grid) : grid, style.paint);
    }
    drawn = layout;
    first = false;
  }
}

/** Names the hidden columns, and two ways to see them that work in every list, a live feed included. */
const hiddenNote = <R>(columns: readonly Column<R>[]): string =>
  `(hidden: ${columns.map(columnWord).join(', ')}; a wider window or --columns shows ${columns.length === 1 ? 'it' : 'them'})`;

/** A key of the layout: equal for pages that can share one header. */
function layoutOf(widths: readonly number[] | undefined, pageRows: number): string {
  if (widths === undefined) return 'lines';
  return pageRows === 1 ? widths.map((width) => width > 0).join() : widths.join();
}

function gridOf<R>(
  columns: readonly Column<R>[],
  rows: readonly (readonly Shown[])[],
  widths: readonly number[],
): Grid {
  const kept = columns.flatMap((column, index) => {
    const width = widths[index] ?? 0;
    return width === 0 ? [] : [{ column, index, width }];
  });
  const lines = rows.flatMap((row) => linesOf(row, kept));
  return {
    header: kept.map(({ column }) => headerOf(column)),
    rows: lines.map(({ cells }) => cells),
    above: lines.map(({ above }) => above),
    columns: kept.map(({ column: { align }, width }) => ({ width, align: align ?? 'left' })),
  };
}

interface KeptColumn<R> {
  readonly column: Column<R>;
  readonly index: number;
  readonly width: number;
}

interface GridLine {
  readonly cells: readonly Shown[];
  readonly above: readonly Shown[];
}

/**
 * A row as one line, and as more lines for wrapped prose. Any other value that is too long for its cell stays whole, on
 * a line of its own.
 */
function linesOf<R>(row: readonly Shown[], kept: readonly KeptColumn<R>[]): readonly GridLine[] {
  const above: Shown[] = [];
  const cells = kept.map(({ column, index, width }): readonly Shown[] => {
    const shown = row[index] ?? { text: '' };
    if (column.wraps === true) return wrap(shown.text, width).map((text) => ({ ...shown, text }));
    if (column.shortens === true || textWidth(shown.text) <= width)
      return [{ ...shown, text: shorten(shown.text, width) }];
    above.push(index === 0 ? shown : { ...shown, text: `${headerOf(column)}: ${shown.text}` });
    return [];
  });
  const count = Math.max(1, ...cells.map(({ length }) => length));
  return Array.from({ length: count }, (_, line) => ({
    cells: cells.map((pieces) => pieces[line] ?? { text: '' }),
    above: line === 0 ? above : [],
  }));
}

const withoutHeader = ({ header: _, ...grid }: Grid): Grid => grid;
