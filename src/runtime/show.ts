// Prints rows on stdout in the chosen format, and checks the output flags before any request.
import { usageError, usageErrorAt } from '../errors.ts';
import { resolveColumns, resolveFields } from '../output/choices.ts';
import { filterOf, type OutputChoice, type OutputFlags, readOutputFlags } from '../output/output-flags.ts';
import { isDocumentFormat, render, renderSummary, type Summary } from '../output/render.ts';
import { cleanLine } from '../output/shown-text.ts';
import { BatchedOutput } from '../output/terminal/batched-output.ts';
import type {
  Column,
  Row,
  Rows,
  ShowContext,
  Shown,
  TableStyle,
  TerminalStyle,
  View,
} from '../output/view.ts';
import { afterWrite, type Written } from './after-write.ts';
import type { AccountFlags, GlobalFlags, Runtime } from './runtime.ts';

/** Flags that take one value. */
export type TextFlags<Name extends string> = { readonly [Each in Name]?: string };

/** Flags without a value. */
export type SwitchFlags<Name extends string> = { readonly [Each in Name]?: boolean };

/** A command that prints something. @template Flags its own flags, besides those of every command */
export type ReadCommand<Flags = unknown> = (
  args: readonly string[],
  flags: GlobalFlags & Flags,
  runtime: Runtime,
) => Promise<void>;

/** A command that reads the record of one account or of all. @template Flags its flags beside those of every such command */
export type RecordCommand<Flags = unknown> = ReadCommand<AccountFlags & Flags>;

/** The flags and the runtime of a command. @template Flags its own flags, besides those of every command */
export interface Invocation<Flags = unknown> {
  readonly flags: GlobalFlags & Flags;
  readonly runtime: Runtime;
}

function choiceOf(flags: OutputFlags): OutputChoice {
  const choice = readOutputFlags(flags);
  if ('problem' in choice) throw usageError([choice.problem]);
  return choice;
}

/** Checks `-o`, `--json` and `--columns` against the view of a command. Throws a `usage` error that lists the names. */
export function checkOutput<R, S>(flags: OutputFlags, view: View<R>, summary?: View<S>): OutputChoice {
  const choice = choiceOf(flags);
  const columns = choice.columns === undefined ? undefined : resolveColumns(view, choice.columns);
  if (columns !== undefined && 'problem' in columns) throw usageError([columns.problem]);
  const fields = choice.fields === undefined ? undefined : resolveFields(summary ?? view, choice.fields);
  if (fields !== undefined && 'problem' in fields) throw usageError([fields.problem]);
  return choice;
}

/** The format and its filter, for a dry run, which has no fields or columns to choose. Throws a `usage` error. */
export function checkFormat(flags: OutputFlags): Pick<OutputChoice, 'format' | 'jq'> {
  const { fields, columns, ...choice } = choiceOf(flags);
  return choice;
}

export interface ShowOptions<R> extends Partial<TableClock> {
  readonly view: View<R>;
  readonly shape: 'one' | 'list';
  readonly choice: OutputChoice;
  /** Rows that a table holds back to measure its columns; 1 follows a live feed. */
  readonly pageRows?: number;
  /** Printed on a terminal above the table, such as a chart; a pipe gets only the table. */
  readonly above?: ((style: TerminalStyle) => string) | undefined;
  /** The rows are the result of an applied write, so a failure to print them must say that the write stands. */
  readonly written?: Written | undefined;
}

/** Writes each row as it arrives, and asks for the next row only when the reader has taken this one. */
export async function show<R>(rows: Rows<Row<R>>, showing: ShowOptions<R>, runtime: Runtime): Promise<void> {
  const { view, shape, choice, written, pageRows, above, now = runtime.now } = showing;
  const note = (sentence: string): void => runtime.note({ text: sentence, data: { note: sentence } });
  const filter = await filterOf(choice, runtime);
  // The first rows and the customer's zone are read at once; `now` is called after both.
  const [first, styleAt] = await Promise.all([afterFirstItem(rows), tableStyle(choice, showing, runtime)]);
  const table = styleAt(now());
  const clean = masked(view, table, runtime);
  const pieces = render(first, { view: clean, shape, ...choice, pageRows, table, note });
  if (above !== undefined && table.kind === 'terminal') await runtime.terminal.out(above(table));
  const text = filter(pieces);
  if (written !== undefined) await emitWritten(text, written, runtime);
  // A live feed waits for hours, and must notice at once if its reader has closed the pipe.
  else await emit(text, runtime, pageRows === 1 ? 'one by one' : 'together');
}

/** Prints the answer to a write. A failure of stdout then says that the write was applied. */
async function emitWritten(pieces: AsyncIterable<string>, written: Written, { terminal }: Runtime) {
  try {
    for await (const piece of pieces) await terminal.out(piece);
  } catch (error) {
    throw afterWrite(error, written);
  }
}

/** Masks values before a terminal table cuts and breaks them, because part of a key is not recognised. */
function masked<R>(view: View<R>, { kind }: TableStyle, { secrets }: Runtime): View<R> {
  if (kind === 'plain') return view;
  const columns = view.columns.map((column): Column<R> => {
    const { show } = column;
    const text = (record: R): string => secrets.mask(column.text(record));
    if (show === undefined) return { ...column, text };
    const shown = (record: R, context: ShowContext): Shown => {
      const cell = show(record, context);
      return { ...cell, text: secrets.mask(cell.text) };
    };
    return { ...column, text, show: shown };
  });
  return { ...view, columns };
}

/** Checks the flags of a command that prints documents of an unknown form. Throws a `usage` error with the way out. */
export function checkDocumentOutput(flags: OutputFlags): Pick<OutputChoice, 'format' | 'jq'> {
  const choice = choiceOf({ ...flags, output: flags.output ?? 'json' });
  const noFields = 'has no fields to choose from here: pipe the JSON into jq';
  if (choice.fields !== undefined) throw usageErrorAt('--json', noFields);
  const { format, jq } = choice;
  if (isDocumentFormat(format)) return { format, jq };
  const instead = format === 'csv' ? '; for CSV pipe the JSON into jq and its @csv' : '';
  const problem = `must be json, ndjson or yaml here, for the answer is printed as it came: "${format}"${instead}`;
  throw usageErrorAt('--output', problem);
}

/** A view without columns, because the fields of a document are unknown. */
export const documentsView = { columns: [], usual: [], fields: [], none: 'nothing' };

/** Checks the flags of a command that prints one value or nothing. Throws a `usage` error. */
export function checkPlainOutput(flags: OutputFlags): OutputChoice {
  const choice = choiceOf(flags);
  const { fields, columns } = choice;
  if ((fields ?? columns) === undefined) return choice;
  throw usageErrorAt(fields === undefined ? '--columns' : '--json', 'has nothing to choose from here');
}

/** Prints one text: bare in a table, for `$(…)`; under its name in every other format. */
export async function showText(
  [name, text]: readonly [name: string, text: string],
  { format, jq }: OutputChoice,
  runtime: Runtime,
): Promise<void> {
  const columns = [{ name, header: name, hideRank: 0, text: String }];
  const view: View<string> = { columns, usual: [name], fields: [name], none: '' };
  if (format === 'table') return runtime.terminal.out(`${cleanLine(text)}\n`);
  const row = { record: text, document: { [name]: text } };
  const pieces = render([row], { view, shape: 'one', format, table: { kind: 'plain' } });
  await emitFiltered(pieces, { format, jq }, runtime);
}

export async function showSummary<S, R>(
  summary: Summary<S, R>,
  { choice, ...clock }: { readonly choice: OutputChoice } & TableClock,
  runtime: Runtime,
): Promise<void> {
  const note = (sentence: string): void => runtime.note({ text: sentence, data: { note: sentence } });
  const table = (await tableStyle(choice, clock, runtime))(clock.now());
  const { view, list } = summary;
  const clean = { ...summary, view: masked(view, table, runtime), list: masked(list, table, runtime) };
  const pieces = renderSummary(clean, { ...choice, table, note });
  await emitFiltered(pieces, choice, runtime);
}

/** The same rows after the first has arrived: a list that fails at once must print no header. */
async function afterFirstItem<Item>(rows: Rows<Item>): Promise<Rows<Item>> {
  if (!(Symbol.asyncIterator in rows)) return rows;
  const iterator = rows[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let step = first; step.done !== true; step = await iterator.next()) yield step.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

/** Prints the text of a format, through `--jq` if given. Throws a `usage` error for an invalid expression. */
export async function emitFiltered(
  pieces: AsyncIterable<string>,
  choice: Pick<OutputChoice, 'format' | 'jq'>,
  runtime: Runtime,
): Promise<void> {
  await emit((await filterOf(choice, runtime))(pieces), runtime);
}

/** Throws the reason of an interruption. @param how pieces are written that arrive one right after the other */
export async function emit(
  pieces: AsyncIterable<string>,
  { terminal, interruption }: Runtime,
  how: 'together' | 'one by one' = 'together',
): Promise<void> {
  const batched = new BatchedOutput((text) => terminal.out(text));
  try {
    for await (const piece of pieces) {
      if (interruption.aborted) throw interruption.reason;
      await (how === 'together' ? batched.write(piece) : terminal.out(piece));
    }
  } finally {
    await batched.flush();
  }
}

/** The current time for tables, and the customer's zone. */
interface TableClock {
  /** Distances such as "in 12 days" count from this time. Called after the first rows; default: the machine's time. */
  readonly now: () => number;
  /** Called only if a person reads the times. */
  readonly zone?: (() => Promise<string | undefined>) | undefined;
  /** The output names the zone itself, so no note does. */
  readonly namesZone?: boolean;
}

async function tableStyle(
  { format }: OutputChoice,
  { zone, namesZone }: Pick<TableClock, 'zone' | 'namesZone'>,
  { terminal, env, note }: Runtime,
): Promise<(now: number) => TableStyle> {
  const isPlain = format !== 'table' || !terminal.showsTables;
  if (isPlain && (format !== 'table' || !env.FORCE_COLOR)) return () => ({ kind: 'plain' });
  const { showsColour, makePaint } = await import('../output/terminal/streams.ts');
  if (isPlain) {
    const paint = showsColour(env, { isTty: false }) ? await makePaint(true) : undefined;
    return (now) => (paint === undefined ? { kind: 'plain' } : { kind: 'plain', ink: { paint, now } });
  }
  const { drawBoxTable } = await import('../output/terminal/box-table.ts');
  const paint = await makePaint(showsColour(env, { isTty: terminal.showsTables }));
  const local = await localOf(zone);
  if (local !== undefined && namesZone !== true)
    note({ text: `Times are in ${local.zone}.`, data: { time_zone: local.zone } });
  return (now) => ({ kind: 'terminal', width: terminal.width, paint, draw: drawBoxTable, now, local });
}

/** Shows times in UTC if the zone cannot be read: the list itself reports the failure. */
async function localOf(zone: TableClock['zone']) {
  if (zone === undefined) return undefined;
  const { localTime } = await import('../credits/local-time.ts');
  try {
    const name = await zone();
    return name === undefined ? undefined : localTime(name);
  } catch {
    return undefined;
  }
}
