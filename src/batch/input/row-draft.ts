// Converts one record of a file into a customer and an entry draft, the same draft that flags make. Pure.
import { type CustomerRef, isPathSegment } from '../../credits/customer.ts';
import { edgeProblem, visible } from '../../credits/text.ts';
import type { Problem } from '../../errors.ts';
import { type EntryDraft, type EntryField, entryFields } from '../../requests/entry-draft.ts';
import { draftFromObject } from '../../requests/entry-from-body.ts';
import { isJsonObject, type Json, parseJson } from '../../wire/json.ts';
import {
  type CsvColumn,
  columnName,
  customerColumns,
  type MetadataColumns,
  resultField,
} from './csv-header.ts';

/** A parsed record. `problems` covers only the record's form; the draft's own rules are checked later. */
export interface RowReading {
  readonly customer: CustomerRef | undefined;
  /** `undefined` if the record is unreadable. */
  readonly draft: EntryDraft | undefined;
  readonly problems: readonly Problem[];
}

/** Separator in a cell with several values. */
const listSeparator = ';';

const lists: readonly EntryField[] = ['item', 'excludeItem', 'metadata'];
const switches: readonly EntryField[] = ['autoCollect', 'markPaid', 'requirePayment'];

/** Name of an NDJSON field in a problem, as the API names the field. */
export const bodyName = (field: EntryField): string => entryFields[field].body;

const numbers: readonly EntryField[] = ['amount', 'costBasis'];

/** Fields that hold a name. Blanks at the edges may be part of the name, so they are never trimmed silently. */
const names: readonly EntryField[] = ['block', 'currency', 'invoiceItem'];

/**
 * Reads the cells of a CSV record. An empty cell sets no field. Blanks at a cell's edges are ignored, except in names,
 * ids and metadata, where they are a problem.
 * @param delimiter between the cells; `undefined` for a comma
 */
export function readCells(
  columns: readonly CsvColumn[],
  cells: readonly string[],
  delimiter?: string,
): RowReading {
  const problems: Problem[] = [];
  const named = columns.findLastIndex(({ holds }) => holds !== 'nothing') + 1;
  const filled = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  // A spreadsheet may add empty cells at the right of single rows.
  if (cells.length < named || filled > columns.length) {
    const problem = `has ${cells.length} cells where the header has ${columns.length} columns`;
    return unreadable(problem);
  }
  const ids: Partial<Record<CustomerRef['by'], string>> = {};
  const draft: Partial<Record<EntryField, unknown>> = {};
  const metadata: string[] = [];
  for (const [index, column] of columns.entries()) {
    const whole = cells[index] ?? '';
    const cell = whole.trim();
    if (cell === '' || column.holds === 'result' || column.holds === 'unknown') continue;
    if (column.holds === 'nothing') {
      problems.push({
        where: `cell ${index + 1}`,
        problem: `is in a column without a name: "${visible(cell)}"`,
      });
      continue;
    }
    if (column.holds === 'customer') ids[column.by] = wholeValue(customerColumns[column.by], whole, problems);
    else if (column.holds === 'metadata')
      metadata.push(`${column.key}=${wholeValue(`metadata.${column.key}`, whole, problems)}`);
    else if (names.includes(column.field)) draft[column.field] = whole;
    else if (column.field === 'metadata') metadata.push(...listed(cell));
    else draft[column.field] = cellValue(column.field, cell, { problems, delimiter });
  }
  if (metadata.length > 0) draft.metadata = metadata;
  const customer = customerOf(ids, problems);
  return { customer, draft: draft as EntryDraft, problems };
}

/** Refuses blanks at the edges: a spreadsheet does not show them, and two customers may differ only by one. */
function wholeValue(where: string, cell: string, problems: Problem[]): string {
  const problem = edgeProblem(cell);
  if (problem !== undefined)
    problems.push({ where, problem: `${problem}; remove it, or give the rows as NDJSON to keep it` });
  return cell;
}

function cellValue(
  field: EntryField,
  cell: string,
  { problems, delimiter }: { readonly problems: Problem[]; readonly delimiter: string | undefined },
): string | boolean | readonly string[] | undefined {
  if (lists.includes(field)) return listed(cell);
  if (delimiter === ';' && numbers.includes(field)) noteThousands(field, cell, problems);
  if (!switches.includes(field)) return cell;
  const word = cell.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  problems.push({ where: columnName(field), problem: `must be true or false: "${cell}"` });
  return undefined;
}

/** Where the decimal sign is a comma, a spreadsheet separates cells by semicolons and thousands by points. */
function noteThousands(field: EntryField, cell: string, problems: Problem[]): void {
  if (!/^[1-9]\d{0,2}\.\d{3}$/.test(cell)) return;
  const ways = `write ${cell.replace('.', '')} or ${cell}0`;
  const problem = `may mean thousands in a file with semicolons: "${cell}"; ${ways}`;
  problems.push({ where: columnName(field), problem });
}

const listed = (cell: string): readonly string[] =>
  cell
    .split(listSeparator)
    .map((value) => value.trim())
    .filter((value) => value !== '');

/** Reads an NDJSON line: a request body of the API, plus one of the two customer ids. @param more additional fields */
export function readLine(text: string, more: MetadataColumns = {}): RowReading {
  let json: Json;
  try {
    json = parseJson(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = /\}\s*\{/.test(text) ? '; write one object a line, for example with: jq -c .' : '';
    return unreadable(`is not JSON: ${why}${hint}`);
  }
  if (!isJsonObject(json)) return unreadable('must be one JSON object a line');
  const { external_customer_id: external, customer_id: id, [resultField]: _result, ...body } = json;
  const problems: Problem[] = [];
  const ids = {
    ...idOf(customerColumns.external, external, problems),
    ...idOf(customerColumns.id, id, problems),
  };
  const customer = customerOf(ids, problems);
  const pairs = metadataIn(body, more, problems);
  const plain = Object.entries(body).filter(([name]) => !Object.hasOwn(more, name));
  const reading = draftFromObject(Object.fromEntries(plain));
  if ('draft' in reading) {
    const metadata = [...(reading.draft.metadata ?? []), ...pairs];
    const draft = { type: 'increment', ...reading.draft, ...(metadata.length === 0 ? {} : { metadata }) };
    return { customer, draft, problems };
  }
  // In a line every field belongs to the body, so the prefix adds nothing.
  const named = reading.problems.map(({ where, ...rest }) => ({
    ...rest,
    where: where.replace('body: ', ''),
  }));
  return { customer, draft: undefined, problems: [...problems, ...named] };
}

/** The values of a line's additional fields, as `key=value`. */
function metadataIn(
  body: Readonly<Record<string, Json | undefined>>,
  more: MetadataColumns,
  problems: Problem[],
): readonly string[] {
  return Object.entries(more).flatMap(([name, key]) => {
    const value = body[name] ?? null;
    if (value === null) return [];
    if (typeof value === 'string') return [`${key}=${value}`];
    problems.push({ where: name, problem: 'must be a string' });
    return [];
  });
}

const unreadable = (problem: string): RowReading => ({
  customer: undefined,
  draft: undefined,
  problems: [{ where: '', problem }],
});

function idOf(
  name: string,
  value: Json | undefined,
  problems: Problem[],
): Partial<Record<CustomerRef['by'], string>> {
  if (value === undefined || value === null) return {};
  const by = name === customerColumns.id ? 'id' : 'external';
  if (typeof value === 'string') return { [by]: value };
  problems.push({ where: name, problem: 'must be a string' });
  return {};
}

function customerOf(
  { external, id }: Partial<Record<CustomerRef['by'], string>>,
  problems: Problem[],
): CustomerRef | undefined {
  const byExternal = external?.trim() === '' ? '' : (external ?? '');
  const byId = id?.trim() === '' ? '' : (id ?? '');
  if (byExternal !== '' && byId !== '') {
    problems.push({ where: customerColumns.id, problem: `goes without ${customerColumns.external}` });
    return undefined;
  }
  const customer: CustomerRef = byId === '' ? { by: 'external', id: byExternal } : { by: 'id', id: byId };
  const where = customerColumns[customer.by];
  if (customer.id === '') {
    // `idOf` already reported an id that is present but not a string.
    if (problems.every(({ where }) => where !== customerColumns.external && where !== customerColumns.id))
      problems.push({ where, problem: `is missing: fill it in, or ${customerColumns.id}`, isMissing: true });
    return undefined;
  }
  if (isPathSegment(customer.id)) return customer;
  problems.push({ where, problem: `is not an id: "${visible(customer.id)}"` });
  return undefined;
}
