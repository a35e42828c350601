// The rows of a batch file as drafts, each with its place in the file and what is wrong with it.
import type { CustomerRef } from '../../credits/customer-ref.ts';
import type { Problem } from '../../errors.ts';
import type { EntryDraft, EntryField } from '../../requests/entry-draft.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { BatchFile } from './batch-file.ts';
import { type CsvColumn, columnName, type MetadataColumns, type ReadAs, readHeader } from './csv-header.ts';
import { csvRecords } from './csv-records.ts';
import { ndjsonRecords } from './ndjson-records.ts';
import type { Source, SourceRecord } from './records.ts';
import { bodyName, type RowReading, readCells, readLine } from './row-draft.ts';

/** Where a problem is: the header and what breaks off have a line but are no row. */
export interface RowPlace {
  /** Counted from 1, without the header and blank lines. */
  readonly row: number | undefined;
  readonly line: number;
}

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
export const fieldNames = ({ format }: BatchFile): ((field: EntryField) => string) =>
  format === 'csv' ? columnName : bodyName;

/** Says which columns go by another name than they have: nothing is guessed in silence. */
export function noteReadAs({ readAs }: Pick<CsvHeader, 'readAs'>, { note }: Pick<Runtime, 'note'>): void {
  for (const { column, name } of readAs)
    note({ text: `The column "${column}" is read as ${name}`, data: { read_as: { column, name } } });
}

/** Every row in order. @param onHeader told the header of a CSV file @param more columns and fields of this file alone */
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
      yield { row, line, source, ...(text === undefined ? {} : { text }), ...reading(record, columns, more) };
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
