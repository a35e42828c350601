// Reads the rows of a batch file as drafts with their problems, from the start as often as needed.
import { createReadStream, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { CustomerRef } from '../../credits/customer.ts';
import { CreditctlError, oneOfProblems, type Problem, usageError, usageErrorAt } from '../../errors.ts';
import type { EntryDraft, EntryField } from '../../requests/entry-draft.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { type CsvColumn, columnName, type MetadataColumns, type ReadAs, readHeader } from './csv-header.ts';
import { csvRecords } from './csv-records.ts';
import { InputFile } from './input-folder.ts';
import { ndjsonRecords } from './ndjson-records.ts';
import { type BatchFormat, batchFormats, type Chunks, type Source, type SourceRecord } from './records.ts';
import { bodyName, type RowReading, readCells, readLine } from './row-draft.ts';
import { readDelimiter } from './text-form.ts';

export interface BatchFile {
  /** File name as typed; `-` for stdin. */
  readonly name: string;
  readonly format: BatchFormat;
  /** Separator of CSV cells from `--delimiter`; `undefined` without the flag. */
  readonly delimiter?: string | undefined;
  chunks(): Chunks;
  /** Names of rows and fields in messages, if a command generated the rows. */
  readonly made?: {
    readonly rowName: (row: NamedRow) => string;
    readonly fieldName: (field: EntryField) => string;
  };
  /** Removes the temporary copy of a pipe's data. */
  close(): void;
}

interface BatchFileWords {
  readonly name: string;
  readonly format?: string | undefined;
  readonly delimiter?: string | undefined;
}

/** Throws a `usage` error that names the file, or `--format` or `--delimiter` with the invalid value. */
export async function openBatchFile(
  { name, format, delimiter: typed }: BatchFileWords,
  runtime: Runtime,
): Promise<BatchFile> {
  const said = batchFormats.find((known) => known === format);
  const unknown = oneOfProblems('--format', format, batchFormats);
  if (unknown.length > 0) throw usageError(unknown);
  const reading = typed === undefined ? { delimiter: undefined } : readDelimiter(typed);
  if ('problem' in reading) throw usageErrorAt('--delimiter', reading.problem);
  const { delimiter } = reading;
  const isKept = name !== '-' && isPlainFile(name);
  const file = isKept ? name : await keptInput(name, runtime);
  const close = (): void => (isKept ? undefined : rmSync(file, { force: true }));
  try {
    const chosen = said ?? formatByName(name) ?? (await formatByContent(file));
    if (delimiter !== undefined && chosen !== 'csv')
      throw usageErrorAt('--delimiter', `is for CSV, and ${name} is ${chosen}`);
    return { name, format: chosen, delimiter, chunks: () => chunksOf(file, name), close };
  } catch (error) {
    close();
    throw error;
  }
}

const endings: Readonly<Record<string, BatchFormat>> = {
  '.csv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

const formatByName = (name: string): BatchFormat | undefined => endings[path.extname(name).toLowerCase()];

/** NDJSON begins with a brace and a JSON array with a bracket; no CSV header begins with either. */
async function formatByContent(file: string): Promise<BatchFormat> {
  for await (const chunk of chunksOf(file, file)) {
    const text = Buffer.from(chunk)
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trimStart();
    if (text !== '') return /^[{[]/.test(text) ? 'ndjson' : 'csv';
  }
  return 'csv';
}

async function* chunksOf(file: string, name: string): Chunks {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof CreditctlError) throw error;
    throw unreadable(name, error);
  }
}

function isPlainFile(name: string): boolean {
  try {
    const stat = statSync(name);
    if (stat.isDirectory()) throw Object.assign(new Error(name), { code: 'EISDIR' });
    return stat.isFile();
  } catch (error) {
    throw unreadable(name, error);
  }
}

function unreadable(name: string, error: unknown): CreditctlError {
  const { code } = error as NodeJS.ErrnoException;
  const why =
    code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
  return usageErrorAt('<file>', `${name} ${why}`);
}

/** Copies a pipe to a file: a pipe can be read only once, and a plan reads the rows twice. */
async function keptInput(name: string, runtime: Runtime): Promise<string> {
  const { terminal, interruption } = runtime;
  const file = new InputFile('rows', runtime);
  try {
    const chunks = name === '-' ? terminal.inputChunks(interruption) : chunksOf(name, name);
    for await (const chunk of chunks) file.add(chunk);
    file.close();
    return file.path;
  } catch (error) {
    file.remove();
    throw error;
  }
}

/** Position of a problem. A CSV header and an unreadable rest of the file have a line but no row number. */
export interface RowPlace {
  /** Number from 1; the header and blank lines do not count. */
  readonly row: number | undefined;
  readonly line: number;
  /** Name of a row that a command generated: the user never sees the file that the line number counts in. */
  readonly name?: string;
}

/** Text for a position in messages. */
export const placeName = ({ row, line, name }: RowPlace): string =>
  name ?? (row === undefined ? `line ${line}` : `row ${row} (line ${line})`);

/** A row with the values from which `rowName` makes its name. */
export type NamedRow = RowReading & { readonly row: number };

export interface BatchRow extends RowPlace {
  readonly customer: CustomerRef | undefined;
  readonly draft: EntryDraft | undefined;
  readonly problems: readonly Problem[];
  readonly source: Source;
  /** The row's original text, if formatting its cells again would give another text. */
  readonly text?: string;
}

export interface CsvHeader {
  readonly cells: readonly string[];
  /** The header's original text, if formatting its cells again would give another text. */
  readonly text: string | undefined;
  readonly columns: readonly CsvColumn[];
  /** Columns that were matched to a documented name by similarity. */
  readonly readAs: readonly ReadAs[];
}

/** The field names that messages about this file use. */
export const fieldNames = ({ format, made }: BatchFile): ((field: EntryField) => string) =>
  made?.fieldName ?? (format === 'csv' ? columnName : bodyName);

/** Reports each column that was matched by similarity, so that no guess is silent. */
export function noteReadAs({ readAs }: Pick<CsvHeader, 'readAs'>, { note }: Pick<Runtime, 'note'>): void {
  for (const { column, name } of readAs)
    note({ text: `The column "${column}" is read as ${name}`, data: { read_as: { column, name } } });
}

/** Every row in order. @param onHeader gets a CSV file's header @param more additional columns and fields of this file */
export async function* batchRows(
  file: BatchFile,
  onHeader: (header: CsvHeader) => void = () => {},
  more: MetadataColumns = {},
): AsyncGenerator<BatchRow> {
  const { format } = file;
  let columns: readonly CsvColumn[] | undefined;
  let row = 0;
  const records = format === 'csv' ? csvRecords(file.chunks(), file.delimiter) : ndjsonRecords(file.chunks());
  for await (const record of records) {
    const { line } = record;
    if ('problem' in record) {
      yield withoutRow(line, [{ where: '', problem: record.problem }]);
    } else if (typeof record.source !== 'string' && columns === undefined) {
      const { problems, isOtherDelimiter, ...header } = readHeader(record.source, more);
      columns = header.columns;
      onHeader({ cells: record.source, text: record.text, ...header });
      if (problems.length > 0) yield withoutRow(line, problems);
      if (isOtherDelimiter === true) return;
    } else {
      row += 1;
      const { source, text } = record;
      const read = reading(record, columns, more);
      const name = file.made?.rowName({ row, ...read });
      yield {
        ...{ row, line, source },
        ...(text === undefined ? {} : { text }),
        ...(name === undefined ? {} : { name }),
        ...read,
      };
    }
  }
}

const reading = (
  { source, delimiter }: SourceRecord,
  columns: readonly CsvColumn[] | undefined,
  more: MetadataColumns,
): RowReading =>
  typeof source === 'string' ? readLine(source, more) : readCells(columns ?? [], source, delimiter);

const withoutRow = (line: number, problems: readonly Problem[]): BatchRow => ({
  row: undefined,
  line,
  customer: undefined,
  draft: undefined,
  problems,
  source: '',
});
