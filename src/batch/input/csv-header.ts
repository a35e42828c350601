// The header of a CSV file: which column says what of an entry; names are the flags of `ledger add`. Pure.
import type { Problem } from '../../errors.ts';
import { nearest } from '../../output/nearest.ts';
import { type EntryField, entryFieldNames, entryFields } from '../../requests/entry-draft.ts';

/** What a column holds. */
export type CsvColumn =
  | { readonly holds: 'customer'; readonly by: 'external' | 'id' }
  | { readonly holds: 'field'; readonly field: EntryField }
  | { readonly holds: 'metadata'; readonly key: string }
  | { readonly holds: 'result'; readonly name: ResultColumn };

/** What the file of failed rows adds to those of the input; such a file can be planned as it is. */
export const resultColumns = ['reason', 'status', 'request_id'] as const;
export type ResultColumn = (typeof resultColumns)[number];

/** Under this name a line of NDJSON holds the same. */
export const resultField = 'creditctl_result';

export type HeaderReading =
  | { readonly columns: readonly CsvColumn[] }
  | { readonly problems: readonly Problem[] };

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

/** Reads the header's cells; every unknown, doubled or missing column is a problem of its own. */
export function readHeader(cells: readonly string[], more: MetadataColumns = {}): HeaderReading {
  const problems: Problem[] = [];
  const columns: CsvColumn[] = [];
  const taken = new Map<string, string>();
  for (const [index, cell] of cells.entries()) {
    const column = columnOf(cell, more);
    if (typeof column === 'string') {
      problems.push({ where: `column ${index + 1}`, problem: column });
      continue;
    }
    columns.push(column);
    const identity = JSON.stringify(column);
    const earlier = taken.get(identity);
    if (earlier !== undefined) {
      problems.push({ where: `column ${index + 1}`, problem: `"${cell}" says the same as "${earlier}"` });
    }
    taken.set(identity, cell);
  }
  const hasCustomer = columns.some(({ holds }) => holds === 'customer');
  if (!hasCustomer) {
    const problem = `is missing: a column ${customerColumns.external} or ${customerColumns.id} must say whose credits`;
    problems.push({ where: 'customer', problem });
  }
  if (problems.length === 0) return { columns };
  const last = problems.pop() as Problem;
  return {
    problems: [
      ...problems,
      { ...last, problem: `${last.problem} (columns are: ${[...names, ...Object.keys(more)].join(', ')})` },
    ],
  };
}

/** What a column holds, or what is wrong with its name. */
function columnOf(cell: string, more: MetadataColumns): CsvColumn | string {
  const typed = cell.trim();
  if (typed === '') return 'has no name';
  const key = Object.hasOwn(more, normal(typed)) ? more[normal(typed)] : undefined;
  if (key !== undefined) return { holds: 'metadata', key };
  const column = known.get(normal(typed));
  if (column !== undefined) return column;
  if (typed.toLowerCase().startsWith(metadataPrefix)) {
    const key = typed.slice(metadataPrefix.length);
    if (key === '' || key.includes('=')) return `"${cell}" must be ${metadataPrefix} and a key without "="`;
    return { holds: 'metadata', key };
  }
  if (/[;\t|]/.test(typed)) return `"${shown(typed)}" holds a separator; separate the cells by commas`;
  const all = [...names, ...Object.keys(more)];
  const meant = nearest(normal(typed), all.map(normal));
  const hint = meant === undefined ? '' : `; did you mean ${all.find((name) => normal(name) === meant)}?`;
  return `"${shown(typed)}" is not known${hint}`;
}

const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
