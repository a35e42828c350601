// Maps the columns of a CSV header to entry fields; column names are the flags of `ledger add`. Pure.
import type { Problem } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { type EntryField, entryFieldNames, entryFields } from '../../requests/entry-draft.ts';

export type CsvColumn =
  | { readonly holds: 'customer'; readonly by: 'external' | 'id' }
  | { readonly holds: 'field'; readonly field: EntryField }
  | { readonly holds: 'metadata'; readonly key: string }
  | { readonly holds: 'result'; readonly name: ResultColumn }
  /** A spreadsheet adds unnamed empty columns at the right; a value in such a column is a problem. */
  | { readonly holds: 'nothing' }
  /** The column's name is invalid, so its cells are not read. */
  | { readonly holds: 'unknown' };

/** Columns that the file of failed rows adds to the input's; that file can be planned unchanged. */
export const resultColumns = ['reason', 'status', 'request_id'] as const;
type ResultColumn = (typeof resultColumns)[number];

/** The field of an NDJSON line that holds the same three values. */
export const resultField = 'creditctl_result';

/** A column with an undocumented name, and the documented name that it was matched to. */
export interface ReadAs {
  readonly column: string;
  readonly name: string;
}

interface HeaderReading {
  readonly columns: readonly CsvColumn[];
  readonly readAs: readonly ReadAs[];
  readonly problems: readonly Problem[];
  /** The cells seem to use another delimiter, so no row can be read. */
  readonly isOtherDelimiter?: boolean;
}

/** Column name of a field: its flag without the dashes. */
export const columnName = (field: EntryField): string => entryFields[field].flag.slice(2);

export const customerColumns = { external: 'external_customer_id', id: 'customer_id' } as const;

const metadataPrefix = 'metadata.';

const known = new Map<string, CsvColumn>([
  ...entryFieldNames.flatMap((field) => {
    const column = { holds: 'field', field } as const;
    const { body } = entryFields[field];
    // Two fields map to `filters` in the body, so the name `filters` would be ambiguous.
    const names = body === 'filters' ? [columnName(field)] : [columnName(field), normal(body)];
    return names.map((name) => [name, column] as const);
  }),
  [normal(customerColumns.external), { holds: 'customer', by: 'external' }],
  [normal(customerColumns.id), { holds: 'customer', by: 'id' }],
  ...resultColumns.map((name) => [normal(name), { holds: 'result', name }] as const),
]);

const names: readonly string[] = [
  customerColumns.external,
  customerColumns.id,
  ...entryFieldNames.map(columnName),
  `${metadataPrefix}<key>`,
];

/** Ignores leading dashes and case, and treats underscores as dashes. */
function normal(name: string): string {
  return name.trim().replace(/^--?/, '').replaceAll('_', '-').toLowerCase();
}

/** Additional columns, each with the metadata key that it fills. */
export type MetadataColumns = Readonly<Record<string, string>>;

/**
 * Reads the header's cells; each unknown, duplicate or missing column is a problem of its own. Unnamed columns after
 * the last named column hold nothing.
 */
export function readHeader(cells: readonly string[], more: MetadataColumns = {}): HeaderReading {
  const problems: Problem[] = [];
  const columns: CsvColumn[] = [];
  const readAs: ReadAs[] = [];
  const taken = new Map<string, string>();
  const separated = separatedIn(cells, more);
  if (separated !== undefined) return { columns, readAs, problems: [separated], isOtherDelimiter: true };
  const end = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  for (const [index, cell] of cells.entries()) {
    const reading = index < end ? columnOf(cell, more) : { column: nothing };
    if (typeof reading === 'string') {
      problems.push({ where: `column ${index + 1}`, problem: reading });
      columns.push({ holds: 'unknown' });
      continue;
    }
    const { column, name } = reading;
    if (name !== undefined) readAs.push({ column: shown(cell), name });
    columns.push(column);
    if (column === nothing) continue;
    const identity = JSON.stringify(column);
    const earlier = taken.get(identity);
    if (earlier !== undefined) {
      problems.push({ where: `column ${index + 1}`, problem: sameColumn(cell, earlier) });
    }
    taken.set(identity, cell);
  }
  if (!columns.some(({ holds }) => holds === 'customer')) {
    const problem = `is missing: add a column ${customerColumns.external} or ${customerColumns.id}`;
    problems.push({ where: 'customer', problem });
  }
  return { columns, readAs, problems: withNames(problems, more) };
}

export interface CustomerColumns {
  /** Index of each id column; `undefined` if the header lacks the column. */
  readonly external: number | undefined;
  readonly id: number | undefined;
  readonly readAs: readonly ReadAs[];
  readonly problems: readonly Problem[];
}

/** Finds the customer columns in a header and ignores all other columns. */
export function customerColumnsIn(cells: readonly string[]): CustomerColumns {
  const found = { external: [] as number[], id: [] as number[] };
  const readAs: ReadAs[] = [];
  for (const [index, cell] of cells.entries()) {
    const reading = columnOf(cell, {});
    if (typeof reading === 'string' || reading.column.holds !== 'customer') continue;
    if (reading.name !== undefined) readAs.push({ column: shown(cell), name: reading.name });
    found[reading.column.by].push(index);
  }
  const doubled = [found.external, found.id].flatMap(([first, second]) =>
    first === undefined || second === undefined ? [] : [sameColumn(cells[second] ?? '', cells[first] ?? '')],
  );
  const {
    external: [external],
    id: [id],
  } = found;
  const isThere = external !== undefined || id !== undefined;
  const missing = isThere ? [] : [cells.map(separatorIn).find((said) => said !== undefined) ?? noCustomer];
  const problems = [...doubled, ...missing].map((problem) => ({ where: 'header', problem }));
  return { external, id, readAs, problems };
}

const noCustomer = `has no column ${customerColumns.external} or ${customerColumns.id}`;

const nothing = { holds: 'nothing' } as const;

/** Adds the list of valid names to the last problem. */
const withNames = (problems: readonly Problem[], more: MetadataColumns): readonly Problem[] =>
  problems.map((each, index) => {
    if (index < problems.length - 1) return each;
    const all = [...names, ...Object.keys(more)].join(', ');
    return { ...each, problem: `${each.problem} (columns are: ${all})` };
  });

interface ColumnReading {
  readonly column: CsvColumn;
  /** The documented name, if the header's name was matched by similarity. */
  readonly name?: string;
}

/** The content of a column, or a sentence fragment on what is wrong with its name. */
function columnOf(cell: string, more: MetadataColumns): ColumnReading | string {
  const typed = cell.trim();
  if (typed === '') return 'has no name';
  const own = knownColumn(normal(typed), more);
  if (own !== undefined) return { column: own };
  if (typed.toLowerCase().startsWith(metadataPrefix)) {
    const key = typed.slice(metadataPrefix.length);
    if (key === '' || key.includes('=')) return `"${cell}" must be ${metadataPrefix} and a key without "="`;
    return { column: { holds: 'metadata', key } };
  }
  const name = normal(typed).replaceAll(/\s+/g, '-');
  const similar = knownColumn(name, more);
  if (similar !== undefined) return { column: similar, name: nameOf(similar, name) };
  return `"${shown(typed)}" is not known${hintFor(typed, name, more)}`;
}

function hintFor(typed: string, name: string, more: MetadataColumns): string {
  const all = [...names, ...Object.keys(more)];
  const meant = nearest(name, all.map(normal));
  if (meant !== undefined) return likely(all.find((name) => normal(name) === meant));
  // creditctl's own tables name a nested field with a dot: `credit_block.expiry_date`.
  const inner = name.slice(name.lastIndexOf('.') + 1);
  const part = knownColumn(inner, more);
  const isOfEntry = part?.holds === 'field' || part?.holds === 'customer';
  return isOfEntry ? `; did you mean ${nameOf(part, inner)}?` : asMetadata(typed);
}

const asMetadata = (typed: string): string =>
  typed.includes('=') ? '' : `; to keep it as metadata, name it ${metadataPrefix}${shown(typed)}`;

/** A similar name does not show which customer id is meant, so the hint names both. */
const likely = (name: string | undefined): string =>
  name === customerColumns.id || name === customerColumns.external
    ? `; did you mean ${customerColumns.external} (your own ids) or ${customerColumns.id} (Orb's)?`
    : `; did you mean ${name}?`;

const sameColumn = (cell: string, earlier: string): string =>
  `"${shown(cell)}" is the same column as "${shown(earlier)}": keep one of them`;

/** The first unknown column that looks like several columns with another delimiter. */
function separatedIn(cells: readonly string[], more: MetadataColumns): Problem | undefined {
  const index = cells.findIndex(
    (cell) => separatorIn(cell) !== undefined && typeof columnOf(cell, more) === 'string',
  );
  const problem = separatorIn(cells[index] ?? '');
  return problem === undefined ? undefined : { where: `column ${index + 1}`, problem };
}

/** Finds a delimiter inside a cell: with the wrong delimiter, several cells are read as one. */
function separatorIn(cell: string): string | undefined {
  const [separator] = /[;\t|]/.exec(cell) ?? [];
  if (separator === undefined) return undefined;
  const [name, flag] = separator === '\t' ? ['tabs', 'tab'] : [`"${separator}"`, `'${separator}'`];
  return `"${shown(cell)}" contains ${name}: if that separates the columns, add --delimiter ${flag}`;
}

function knownColumn(name: string, more: MetadataColumns): CsvColumn | undefined {
  const key = Object.hasOwn(more, name) ? more[name] : undefined;
  return key === undefined ? known.get(name) : { holds: 'metadata', key };
}

function nameOf(column: CsvColumn, name: string): string {
  if (column.holds === 'customer') return customerColumns[column.by];
  return column.holds === 'field' ? columnName(column.field) : name.replaceAll('-', '_');
}

const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
