// Parses CSV records from a byte stream in flat memory: strict quotes, BOM, any line ending, line breaks in quotes.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CsvError, type Options, parse } from 'csv-parse';
import { csvLineAsIs } from '../../output/rows-as-csv.ts';
import {
  type BrokenOff,
  type Chunks,
  notUtf8,
  recordSizeMax,
  type SourceRecord,
  Utf8Check,
} from './records.ts';
import { comma, withoutSeparatorLine } from './text-form.ts';

/**
 * The records with their line numbers. If the file is unreadable from some point, the last item names the problem.
 * @param said delimiter from a flag. Default: the one in a first line such as `sep=;`, else a comma
 */
export async function* csvRecords(
  chunks: Chunks,
  said?: string | undefined,
): AsyncGenerator<SourceRecord | BrokenOff> {
  const text = new Utf8Check();
  const { separator, rest } = await withoutSeparatorLine(chunks);
  const delimiter = said ?? separator ?? comma;
  let broken: CsvError | undefined;
  const parser = parse({
    ...strict,
    delimiter,
    // A misplaced quote hides where the next record begins, but the records before it are valid.
    on_skip: (error) => {
      broken ??= error;
      text.isEnough = true;
      return undefined;
    },
  });
  const feeding = pipeline(Readable.from(text.checked(rest), { objectMode: false }), parser);
  // The loop below reports a failure of the pipeline.
  feeding.catch(() => {});
  const apart = delimiter === comma ? {} : { delimiter };
  let line = separator === undefined ? 1 : 2;
  let records = 0;
  for await (const { record: cells, raw } of parser as AsyncIterable<{ record: string[]; raw: string }>) {
    if (broken !== undefined && records === Number(broken.records)) break;
    records += 1;
    // A spreadsheet writes an emptied row as delimiters only.
    if (cells.some((cell) => cell.trim() !== ''))
      yield { line, source: cells, ...asWritten(cells, raw, delimiter), ...apart };
    line += 1 + lineBreaks(cells);
  }
  // The withheld bytes may close the quote, so the encoding is the real problem.
  const isWithheld = !text.isRight && (broken === undefined || broken.code === 'CSV_QUOTE_NOT_CLOSED');
  if (isWithheld) yield { line, problem: notUtf8 };
  else if (broken !== undefined) yield { line, problem: sentence(broken) };
}

const strict: Options = {
  bom: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  // Result files repeat each row byte for byte.
  raw: true,
  // `readCells` checks the number of cells, and the loop above counts blank lines.
  relax_column_count: true,
  skip_records_with_error: true,
  max_record_size: recordSizeMax,
};

/** Most rows equal their formatted cells, so only other rows need a copy of their text. */
function asWritten(cells: readonly string[], raw: string, delimiter: string): { readonly text?: string } {
  const text = raw.replace(/(?<![\r\n])[\r\n]+$/, '');
  return text === csvLineAsIs(cells, delimiter).slice(0, -1) ? {} : { text };
}

function lineBreaks(cells: readonly string[]): number {
  let breaks = 0;
  for (const cell of cells) {
    if (cell.includes('\n') || cell.includes('\r')) breaks += cell.match(/\r\n|\n|\r/g)?.length ?? 0;
  }
  return breaks;
}

function sentence({ code, message }: CsvError): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'begins a quote (") that is never closed; nothing after it was read';
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return 'has a quote (") in the middle of a cell; quote the whole cell and double the quotes in it; nothing after it was read';
    case 'CSV_MAX_RECORD_SIZE':
      return `is longer than ${recordSizeMax} bytes; a quote may not be closed; nothing after it was read`;
    default:
      return `is not valid CSV (${message}); nothing after it was read`;
  }
}
