// Records as a GitHub-flavoured Markdown table, whose cells never end it, whatever is in them.
import { cleanLine } from './clean-text.ts';
import type { Column, Rows } from './view.ts';

/** Each line as soon as its record is there, the header first; whole values, as off a terminal. */
export async function* rowsAsMd<R>(records: Rows<R>, columns: readonly Column<R>[]): AsyncGenerator<string> {
  yield line(columns.map(({ name }) => name)) + rule(columns);
  for await (const record of records) yield line(columns.map((column) => column.text(record)));
}

/** One record: a line a column, its name and its value. */
export function recordAsMd<R>(record: R, columns: readonly Column<R>[]): string {
  const lines = columns.map((column) => line([column.name, column.text(record)]));
  return line(['field', 'value']) + rule([{}, {}]) + lines.join('');
}

const line = (texts: readonly string[]): string => `| ${texts.map(cell).join(' | ')} |\n`;

const rule = (columns: readonly Pick<Column<never>, 'align'>[]): string =>
  `|${columns.map(({ align }) => (align === 'right' ? ' ---: ' : ' --- ')).join('|')}|\n`;

/** The text on one line, with nothing in it that Markdown or HTML would take for more than text. */
function cell(text: string): string {
  return (
    cleanLine(text)
      .trim()
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replace(/[\\|`*[\]~]/g, '\\$&')
      // Within a word an underscore is one; `entry_type` stays easy to read and to search for.
      .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
  );
}
