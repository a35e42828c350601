// The header of a CSV file: which column says what of an entry; names are the flags of `ledger add`. Pure.
import type { Problem } from '../../errors.ts';
import { nearest } from '../../output/nearest.ts';
import { type EntryField, entryFieldNames, entryFields } from '../../requests/entry-draft.ts';

export type CsvColumn =
  | { readonly holds: 'customer'; readonly by: 'external' | 'id' }
  | { readonly holds: 'field'; readonly field: EntryField }
  | { readonly holds: 'metadata'; readonly key: string }
  | { readonly holds: 'result'; readonly name: ResultColumn }
  /** A spreadsheet leaves such columns at the right; a value in one has no meaning. */
  | { readonly holds: 'nothing' }
  /** The header is wrong about it, so what is in it is not read. */
  | { readonly holds: 'unknown' };

/** What the file of failed rows adds to those of the input; such a file can be planned as it is. */
export const resultColumns = ['reason', 'status', 'request_id'] as const;
type ResultColumn = (typeof resultColumns)[number];

/** Under this name a line of NDJSON holds the same. */
export const resultField = 'creditctl_result';

/** A column whose name was not given as documented, and under which name it is read. */
export interface ReadAs {
  readonly column: string;
  readonly name: string;
}

interface HeaderReading {
  readonly columns: readonly CsvColumn[];
  readonly readAs: readonly ReadAs[];
  readonly problems: readonly Problem[];
  /** The cells seem to be separated by another character, so no row can be read. */
  readonly isOtherDelimiter?: boolean;
}

/** How a field is called in a CSV file: its flag without the dashes. */
export const columnName = (field: EntryField): string => entryFields[field].flag.slice(2);

export const customerColumns = { external: 'external_customer_id', id: 'customer_id' } as const;

const metadataPrefix = 'metadata.';

const known = new Map<string, CsvColumn>([
  ...entryFieldNames.flatMap((field) => {
    const column = { holds: 'field', field } as const;
    const { body } = entryFields[field];
    // Two fields become `filters`, so that name would not say which is meant.
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

/** Leading dashes, underscores and capitals make no difference. */
function normal(name: string): string {
  return name.trim().replace(/^--?/, '').replaceAll('_', '-').toLowerCase();
}

/** Further columns, each with the key of the metadata that it holds. */
export type MetadataColumns = Readonly<Record<string, string>>;

/**
 * Reads the header's cells; every unknown, doubled or missing column is a problem of its own. Columns without a name
 * hold nothing if no named one follows.
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
  /** Where the ids stand; `undefined` for a column that is not there. */
  readonly external: number | undefined;
  readonly id: number | undefined;
  readonly readAs: readonly ReadAs[];
  readonly problems: readonly Problem[];
}

/** Finds the columns of the customer in a header whose other columns do not matter. */
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

/** The last problem lists the names that there are. */
const withNames = (problems: readonly Problem[], more: MetadataColumns): readonly Problem[] =>
  problems.map((each, index) => {
    if (index < problems.length - 1) return each;
    const all = [...names, ...Object.keys(more)].join(', ');
    return { ...each, problem: `${each.problem} (columns are: ${all})` };
  });

interface ColumnReading {
  readonly column: CsvColumn;
  /** The documented name, if the header has another one that was taken for it. */
  readonly name?: string;
}

/** What a column holds, or what is wrong with its name. */
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
  const words = normal(typed).replaceAll(/\s+/g, '-');
  const similar = knownColumn(words, more);
  if (similar !== undefined) return { column: similar, name: nameOf(similar, words) };
  return `"${shown(typed)}" is not known${hintFor(typed, words, more)}`;
}

function hintFor(typed: string, words: string, more: MetadataColumns): string {
  const all = [...names, ...Object.keys(more)];
  const meant = nearest(words, all.map(normal));
  if (meant !== undefined) return likely(all.find((name) => normal(name) === meant));
  // The tables of creditctl name what is within a field so: `credit_block.expiry_date`.
  const inner = words.slice(words.lastIndexOf('.') + 1);
  const part = knownColumn(inner, more);
  const isOfEntry = part?.holds === 'field' || part?.holds === 'customer';
  return isOfEntry ? `; did you mean ${nameOf(part, inner)}?` : asMetadata(typed);
}

const asMetadata = (typed: string): string =>
  typed.includes('=') ? '' : `; to keep it as metadata, name it ${metadataPrefix}${shown(typed)}`;

/** Which id of a customer a column holds, its name alone does not say. */
const likely = (name: string | undefined): string =>
  name === customerColumns.id || name === customerColumns.external
    ? `; did you mean ${customerColumns.external} (your own ids) or ${customerColumns.id} (Orb's)?`
    : `; did you mean ${name}?`;

const sameColumn = (cell: string, earlier: string): string =>
  `"${shown(cell)}" is the same column as "${shown(earlier)}": keep one of them`;

/** The first unknown column that looks like several, separated by another character. */
function separatedIn(cells: readonly string[], more: MetadataColumns): Problem | undefined {
  const index = cells.findIndex(
    (cell) => separatorIn(cell) !== undefined && typeof columnOf(cell, more) === 'string',
  );
  const problem = separatorIn(cells[index] ?? '');
  return problem === undefined ? undefined : { where: `column ${index + 1}`, problem };
}

/** Cells that are separated by another character look like one. */
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

function nameOf(column: CsvColumn, words: string): string {
  if (column.holds === 'customer') return customerColumns[column.by];
  return column.holds === 'field' ? columnName(column.field) : words.replaceAll('-', '_');
}

const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
