// The file of a batch, readable from its beginning as often as needed, and its rows as drafts, each with what is wrong with it.
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
  /** As it was named; `-` for stdin. */
  readonly name: string;
  readonly format: BatchFormat;
  /** Between the cells of a CSV file, if a flag says it. */
  readonly delimiter?: string | undefined;
  chunks(): Chunks;
  /** What the user knows a row and its fields by, where a command made the rows. */
  readonly made?: {
    readonly rowName: (row: NamedRow) => string;
    readonly fieldName: (field: EntryField) => string;
  };
  /** Removes what was kept of a pipe. */
  close(): void;
}

interface BatchFileWords {
  readonly name: string;
  readonly format?: string | undefined;
  readonly delimiter?: string | undefined;
}

/** Throws a `usage` error that names the file, or the format if it is not one. */
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

/** A row of NDJSON begins with a brace, an array with a bracket; no header of a CSV file does. */
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

/** A pipe can be read only once, and a plan needs its rows twice. */
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

/** Where a problem is: the header and what breaks off have a line but are no row. */
export interface RowPlace {
  /** Counted from 1, without the header and blank lines. */
  readonly row: number | undefined;
  readonly line: number;
  /** Of a row that a command made: nobody sees the file in which its line is. */
  readonly name?: string;
}

/** How messages call a place. */
export const placeName = ({ row, line, name }: RowPlace): string =>
  name ?? (row === undefined ? `line ${line}` : `row ${row} (line ${line})`);

/** A row as it is when it gets a name. */
export type NamedRow = RowReading & { readonly row: number };

export interface BatchRow extends RowPlace {
  readonly customer: CustomerRef | undefined;
  readonly draft: EntryDraft | undefined;
  readonly problems: readonly Problem[];
  readonly source: Source;
  /** As the row stands in the file, where it differs from how its cells would be written. */
  readonly text?: string;
}

export interface CsvHeader {
  readonly cells: readonly string[];
  /** As it stands in the file, where it differs from how its cells would be written. */
  readonly text: string | undefined;
  readonly columns: readonly CsvColumn[];
  /** The columns that go by another name than they have. */
  readonly readAs: readonly ReadAs[];
}

/** How a file calls the fields of its rows. */
export const fieldNames = ({ format, made }: BatchFile): ((field: EntryField) => string) =>
  made?.fieldName ?? (format === 'csv' ? columnName : bodyName);

/** Says which columns go by another name than they have: nothing is guessed in silence. */
export function noteReadAs({ readAs }: Pick<CsvHeader, 'readAs'>, { note }: Pick<Runtime, 'note'>): void {
  for (const { column, name } of readAs)
    note({ text: `The column "${column}" is read as ${name}`, data: { read_as: { column, name } } });
}

/** Every row in order. @param onHeader gets the header of a CSV file @param more columns and fields of this file alone */
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
