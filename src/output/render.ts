// Turns records into text: the view says what to show, the format says how.
import { type ChoiceProblem, pickFields, resolveColumns, resolveFields } from './choices.ts';
import { fieldsAsCard, fieldsOf } from './record-lines.ts';
import { rowsAsCsv } from './rows-as-csv.ts';
import { recordAsJson, rowsAsJson, rowsAsNdjson } from './rows-as-json.ts';
import { recordAsPlainLines, rowsAsPlainTable } from './rows-as-plain-table.ts';
import { rowsAsTerminalTable } from './rows-as-terminal-table.ts';
import type { Column, Row, Rows, TableStyle, View } from './view.ts';

/** The formats by name. A new format needs one file, and one line here. */
const formats = {
  table: asTable,
  json: asJson,
  ndjson: (rows, options) => rowsAsNdjson(documents(rows, options)),
  csv: (rows, options) => rowsAsCsv(records(rows), chosenColumns(options, 'all')),
  yaml: asYaml,
  md: asMd,
} satisfies Record<string, Formatter>;

export type Format = keyof typeof formats;
export const formatNames = Object.keys(formats) as readonly Format[];

/** Whether a format prints the API's own documents; the others print columns. */
export const isDocumentFormat = (format: Format): boolean =>
  format === 'json' || format === 'ndjson' || format === 'yaml';

/** Rows that a table reads ahead to measure its columns. */
const defaultPageRows = 200;

export interface RenderOptions<R> {
  readonly view: View<R>;
  readonly format: Format;
  /** One record, or a list of any length. */
  readonly shape: 'one' | 'list';
  /** As in `--columns`, checked by `resolveColumns`. */
  readonly columns?: readonly string[] | undefined;
  /** As in `--json`, checked by `resolveFields`. */
  readonly fields?: readonly string[] | undefined;
  readonly table: TableStyle;
  /** Rows that a table reads ahead; 1 for a live feed. */
  readonly pageRows?: number | undefined;
  /** Receives sentences for stderr. */
  readonly note?: ((sentence: string) => void) | undefined;
}

type Formatter = <R>(rows: Rows<Row<R>>, options: RenderOptions<R>) => AsyncIterable<string>;

/**
 * The rows as text, piece by piece. The shape `one` shows the first row and needs at least one.
 * Throws a RangeError on columns or fields that the view does not have, and whatever the source throws.
 */
export async function* render<R>(rows: Rows<Row<R>>, options: RenderOptions<R>): AsyncGenerator<string> {
  const format: Formatter = formats[options.format];
  yield* format(rows, options);
}

async function* asJson<R>(rows: Rows<Row<R>>, options: RenderOptions<R>): AsyncGenerator<string> {
  const all = documents(rows, options);
  if (options.shape === 'list') yield* rowsAsJson(all);
  else yield recordAsJson(await only(all));
}

// The yaml package is loaded on demand, because that takes longer than most lists take to print.
async function* asYaml<R>(rows: Rows<Row<R>>, options: RenderOptions<R>): AsyncGenerator<string> {
  const { recordAsYaml, rowsAsYaml } = await import('./rows-as-yaml.ts');
  const all = documents(rows, options);
  if (options.shape === 'list') yield* rowsAsYaml(all);
  else yield recordAsYaml(await only(all));
}

async function* asMd<R>(rows: Rows<Row<R>>, options: RenderOptions<R>): AsyncGenerator<string> {
  const { recordAsMd, rowsAsMd } = await import('./rows-as-md.ts');
  if (options.shape === 'list') yield* rowsAsMd(records(rows), chosenColumns(options, 'usual'));
  else yield recordAsMd((await only(rows)).record, chosenColumns(options, 'all'));
}

async function* asTable<R>(rows: Rows<Row<R>>, options: RenderOptions<R>): AsyncGenerator<string> {
  const { shape, table: style, note = () => {}, pageRows = defaultPageRows } = options;
  if (shape === 'one') {
    const { record } = await only(rows);
    const columns = chosenColumns(options, 'all');
    if (style.kind === 'plain') yield recordAsPlainLines(record, columns, style.ink);
    else
      for await (const each of remarked([record], columns, note))
        yield fieldsAsCard(fieldsOf(each, columns, style), style);
    return;
  }
  const columns = chosenColumns(options, 'usual');
  const keepAll = options.columns !== undefined;
  const pieces =
    style.kind === 'plain'
      ? rowsAsPlainTable(records(rows), columns, { pageRows, ink: style.ink })
      : rowsAsTerminalTable(remarked(records(rows), columns, note), columns, {
          style,
          pageRows,
          keepAll,
          note,
        });
  let empty = true;
  for await (const piece of pieces) {
    empty = false;
    yield piece;
  }
  if (empty) note(options.view.none);
}

/** Passes the records on, and notes each remark when it first applies. */
async function* remarked<R>(
  rows: Rows<R>,
  columns: readonly Column<R>[],
  note: (sentence: string) => void,
): AsyncGenerator<R> {
  const said = new Set<string>();
  for await (const record of rows) {
    for (const column of columns) {
      const remark = column.remark?.(record);
      if (remark !== undefined && !said.has(remark)) note(remark);
      if (remark !== undefined) said.add(remark);
    }
    yield record;
  }
}

/** The columns of `--columns`. @param unasked the columns without that option: all, or those that a list shows by default */
function chosenColumns<R>({ view, columns }: RenderOptions<R>, unasked: 'all' | 'usual') {
  const names = columns ?? (unasked === 'all' ? view.columns.map(({ name }) => name) : view.usual);
  const chosen = resolveColumns(view, names);
  if ('problem' in chosen) throw unchecked(chosen.problem);
  return chosen.columns;
}

const unchecked = ({ where, problem }: ChoiceProblem): RangeError => new RangeError(`${where} ${problem}`);

async function* documents<R>(rows: Rows<Row<R>>, { view, fields }: RenderOptions<R>) {
  const chosen = fields === undefined ? undefined : resolveFields(view, fields);
  if (chosen !== undefined && 'problem' in chosen) throw unchecked(chosen.problem);
  for await (const { document } of rows) {
    yield chosen === undefined ? document : pickFields(document, chosen.paths);
  }
}

async function* records<R>(rows: Rows<Row<R>>): AsyncGenerator<R> {
  for await (const { record } of rows) yield record;
}

async function only<Item>(items: Rows<Item>): Promise<Item> {
  for await (const item of items) return item;
  throw new RangeError('no record to show');
}

/** A record that sums up a list, with that list below it: a balance over its blocks. */
export interface Summary<S, R> {
  readonly view: View<S>;
  /** The summary; its document holds the documents of the list. */
  readonly row: Row<S>;
  readonly list: View<R>;
  readonly rows: Rows<Row<R>>;
}

/** As in `render`; `fields` are those of the summary, and `columns` those of the list. */
export type SummaryOptions = Omit<RenderOptions<unknown>, 'view' | 'shape'>;

/** A table is a card above the list. CSV is the list alone. JSON and YAML are the one document. */
export async function* renderSummary<S, R>(
  { view, row, list, rows }: Summary<S, R>,
  options: SummaryOptions,
): AsyncGenerator<string> {
  const { columns, ...unlisted } = options;
  const { format } = options;
  if (format !== 'csv') yield* render([row], { ...unlisted, view, shape: 'one' });
  if (format === 'table' || format === 'md') yield '\n';
  if (isDocumentFormat(format)) return;
  yield* render(rows, { ...unlisted, columns, view: list, shape: 'list' });
}
