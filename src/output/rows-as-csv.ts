// Writes records as CSV (RFC 4180) with the column names as header, safe to open in a spreadsheet.
import { cleanText } from './shown-text.ts';
import type { Column, Rows } from './view.ts';

// RFC 4180 ends a line with CR LF. We end it with LF, as SQL shells do: every CSV reader takes both,
// but to `cut`, `sort` and `awk` a CR would be part of the last column.
const endOfLine = '\n';

const plainNumber = /^[+-]?\d+(\.\d+)?$/;
// Text that a spreadsheet runs as a formula, also in full-width forms and after blanks that it may trim.
const startsFormula = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;

/** One line of cells with its line end, safe to open in a spreadsheet. */
export const csvLine = (cells: readonly string[], delimiter = ','): string =>
  line(cells.map(cell), delimiter);

/** One line of cells unchanged, for a program that reads them back. Not safe to open in a spreadsheet. */
export const csvLineAsIs = (cells: readonly string[], delimiter = ','): string => line(cells, delimiter);

/** The header, then each line as soon as its record arrives. */
export async function* rowsAsCsv<R>(records: Rows<R>, columns: readonly Column<R>[]): AsyncGenerator<string> {
  yield line(
    columns.map(({ name }) => name),
    ',',
  );
  for await (const record of records) yield csvLine(columns.map((column) => column.text(record)));
}

/** The value without control characters, and with a `'` before it if a spreadsheet would take it for a formula. */
function cell(text: string): string {
  const clean = cleanText(text);
  return startsFormula.test(clean) && !plainNumber.test(clean) ? `'${clean}` : clean;
}

function line(cells: readonly string[], delimiter: string): string {
  // A lone empty cell would leave an empty line, which readers skip.
  if (cells.length === 1 && cells[0] === '') return `""${endOfLine}`;
  return cells.map((text) => quoted(text, delimiter)).join(delimiter) + endOfLine;
}

// Semicolons and tabs do not separate cells here, but a spreadsheet may read them as separators.
function quoted(text: string, delimiter: string): string {
  return /[",;\t\n\r]|^\s|\s$/.test(text) || text.includes(delimiter)
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}
