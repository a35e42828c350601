// Draws a grid with a thin rule below its header. Only this file uses cli-table3.

import { graphemes, graphemeWidth } from '../shown-text.ts';
import { columnGap, type Grid, type Paint, type Shown } from '../view.ts';

const printableAscii = /^[\x20-\x7e]$/;

/** Loads cli-table3, which takes a while, when there is a table to draw. No line ends in blanks. */
export async function drawBoxTable(grid: Grid, paint: Paint): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const kept: string[] = [];
  const cell = ({ text, meaning }: Shown): string => {
    const measured = standIns(text, kept);
    return meaning === undefined ? measured : paint(meaning, measured);
  };
  const draw = (rows: string[][], rule: string): string[] => {
    const gap = ' '.repeat(columnGap);
    const table = new Table({
      colWidths: grid.columns.map(({ width }) => width),
      colAligns: grid.columns.map(({ align }) => align),
      chars: { ...noLines, middle: gap, bottom: rule, 'bottom-mid': rule.repeat(columnGap) },
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    });
    table.push(...rows);
    const lines = restored(table.toString(), kept).split('\n');
    return lines.map((line) => `${line.trimEnd()}\n`);
  };
  const header = grid.header?.map((text) => cell({ text, meaning: 'strong' }));
  const head = header === undefined ? [] : draw([header], '─');
  // A row is exactly one line, because no cell is wider than its column.
  const body = draw(
    grid.rows.map((row) => row.map(cell)),
    '',
  );
  const above = (row: number): string[] =>
    (grid.above?.[row] ?? []).map(({ text, meaning }) => `${meaning ? paint(meaning, text) : text}\n`);
  return [...head, ...body.flatMap((line, row) => [...above(row), line])].join('');
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const;

const first = '\ue000';
const second = '\ue001';

/**
 * cli-table3 measures some scripts and newer emoji differently from the layout, and would cut or misplace them. So a
 * placeholder stands for each grapheme beyond ASCII: one character of width 1 for each of its cells.
 * @param kept receives the graphemes, in order
 */
function standIns(text: string, kept: string[]): string {
  let result = '';
  for (const grapheme of graphemes(text)) {
    const width = graphemeWidth(grapheme);
    if (printableAscii.test(grapheme)) result += grapheme;
    else if (width > 0) {
      kept.push(grapheme);
      result += width === 2 ? first + second : first;
    }
  }
  return result;
}

/** Puts the graphemes back in order: cells are neither wrapped nor cut, so the order is the same. */
function restored(drawn: string, kept: string[]): string {
  return drawn.replace(/\ue000\ue001?/g, () => kept.shift() ?? '');
}
