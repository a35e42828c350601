// Writes records as a GitHub-flavoured Markdown table; no text in a cell can end the table.
import { cleanLine } from './shown-text.ts';
import type { Column, Rows } from './view.ts';

/** The header, then each line as soon as its record arrives; values are whole. */
export async function* rowsAsMd<R>(records: Rows<R>, columns: readonly Column<R>[]): AsyncGenerator<string> {
  yield line(columns.map(({ name }) => name)) + rule(columns);
  for await (const record of records) yield line(columns.map((column) => column.text(record)));
}

/** One record: a line for each column, with its name and value. */
export function recordAsMd<R>(record: R, columns: readonly Column<R>[]): string {
  const lines = columns.map((column) => line([column.name, column.text(record)]));
  return line(['field', 'value']) + rule([{}, {}]) + lines.join('');
}

const line = (texts: readonly string[]): string => `| ${texts.map(cell).join(' | ')} |\n`;

const rule = (columns: readonly Pick<Column<never>, 'align'>[]): string =>
  `|${columns.map(({ align }) => (align === 'right' ? ' ---: ' : ' --- ')).join('|')}|\n`;

/** The text on one line, with all characters escaped that mean something in Markdown or HTML. */
function cell(text: string): string {
  return (
    cleanLine(text)
      .trim()
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replace(/[\\|`*[\]~]/g, '\\$&')
      // Within a word an underscore needs no escape; `entry_type` stays easy to read and to search for.
      .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
  );
}
