// Puts rows on stdout in the format asked for; the flags are checked before anything is asked of an API.
import { CreditctlError, usageError } from '../errors.ts';
import { resolveColumns, resolveFields } from '../output/choices.ts';
import { cleanLine } from '../output/clean-text.ts';
import { type OutputChoice, type OutputFlags, readOutputFlags } from '../output/output-flags.ts';
import { isDocumentFormat, render, renderSummary, type Summary } from '../output/render.ts';
import type { TableStyle, TerminalStyle } from '../output/table-style.ts';
import { BatchedOutput } from '../output/terminal/batched-output.ts';
import type { Column, Row, Rows, ShowContext, Shown, View } from '../output/view.ts';
import type { Json } from '../wire/json.ts';
import type { Runtime } from './runtime.ts';

/** Checks `-o`, `--json` and `--columns` against what a command shows. Throws a `usage` error that lists the names. */
export function checkOutput<R, S>(flags: OutputFlags, view: View<R>, summary?: View<S>): OutputChoice {
  const choice = readOutputFlags(flags);
  if ('problem' in choice) throw usageError([choice.problem]);
  const columns = choice.columns === undefined ? undefined : resolveColumns(view, choice.columns);
  if (columns !== undefined && 'problem' in columns) throw usageError([columns.problem]);
  const fields = choice.fields === undefined ? undefined : fieldsOf(choice.fields, view, summary);
  if (fields !== undefined && 'problem' in fields) throw usageError([fields.problem]);
  return choice;
}

const fieldsOf = <R, S>(names: readonly string[], view: View<R>, summary: View<S> | undefined) =>
  summary === undefined ? resolveFields(view, names) : resolveFields(summary, names);

/** The format alone: what a dry run shows has no fields and columns to choose from. Throws a `usage` error. */
export function checkFormat(flags: OutputFlags): Pick<OutputChoice, 'format'> {
  const choice = readOutputFlags(flags);
  if ('problem' in choice) throw usageError([choice.problem]);
  return { format: choice.format };
}

export interface Showing<R> {
  readonly view: View<R>;
  readonly shape: 'one' | 'list';
  readonly choice: OutputChoice;
  /** The time from which distances such as "in 12 days" count; the machine's where not said. */
  readonly now?: number;
  /** Rows that a table holds back to measure its columns; 1 follows a live feed. */
  readonly pageRows?: number;
  /** What a terminal shows above the table; a picture is nothing for a pipe. */
  readonly above?: ((style: TerminalStyle) => string) | undefined;
  /** What is shown is a write that took effect: no failure to show it may say otherwise. */
  readonly isWritten?: true;
}

/** Writes the rows as they come; the reader's pace is the producer's. */
export async function show<R>(
  rows: Rows<Row<R, Json>>,
  showing: Showing<R>,
  runtime: Runtime,
): Promise<void> {
  const { view, shape, choice, isWritten, pageRows, above, now = runtime.now() } = showing;
  const note = (sentence: string): void => runtime.note({ text: sentence, data: { note: sentence } });
  const table = await tableStyle(choice, now, runtime);
  const pieces = render(await begun(rows), {
    view: masked(view, table, runtime),
    shape,
    ...choice,
    pageRows,
    table,
    note,
  });
  if (above !== undefined && table.kind === 'terminal') await runtime.terminal.out(above(table));
  if (isWritten === true) await emitWritten(pieces, runtime);
  // A feed that waits for hours must notice at once that its reader has gone.
  else await emit(pieces, runtime, pageRows !== 1);
}

/** A table on a terminal cuts and breaks its values, and the beginning of a key is not recognised any more. */
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

/**
 * Checks the flags of a command that prints documents of which it knows nothing: JSON unasked, no columns, no fields.
 * Throws a `usage` error that says the way out.
 */
export function checkDocumentOutput(flags: OutputFlags): Pick<OutputChoice, 'format'> {
  const choice = readOutputFlags({ ...flags, output: flags.output ?? 'json' });
  if ('problem' in choice) throw usageError([choice.problem]);
  if (choice.fields !== undefined)
    throw usageError([
      { where: '--json', problem: 'has no fields to choose from here: pipe the JSON into jq' },
    ]);
  const { format } = choice;
  if (isDocumentFormat(format)) return { format };
  const instead = format === 'csv' ? '; for CSV pipe the JSON into jq and its @csv' : '';
  const problem = `must be json, ndjson or yaml here, for the answer is printed as it came: "${format}"${instead}`;
  throw usageError([{ where: '--output', problem }]);
}

/** Checks the flags of a command that has only one thing to print, or nothing. Throws a `usage` error. */
export function checkPlainOutput(flags: OutputFlags): OutputChoice {
  const choice = readOutputFlags(flags);
  if ('problem' in choice) throw usageError([choice.problem]);
  const { fields, columns } = choice;
  const where = fields !== undefined ? '--json' : '--columns';
  if (fields !== undefined || columns !== undefined)
    throw usageError([{ where, problem: 'has nothing to choose from here' }]);
  return choice;
}

/** Writes one text: bare in a table, for `$(…)`; under its name in every other format. */
export async function showText(
  [name, text]: readonly [name: string, text: string],
  { format }: OutputChoice,
  { terminal }: Runtime,
): Promise<void> {
  const view: View<string> = {
    columns: [{ name, header: name, yields: 0, text: String }],
    usual: [name],
    fields: [name],
    none: '',
  };
  if (format === 'table') return terminal.out(`${cleanLine(text)}\n`);
  const row = { record: text, document: { [name]: text } };
  for await (const piece of render([row], { view, shape: 'one', format, table: { kind: 'plain' } }))
    await terminal.out(piece);
}

/** The same for a summary over a list. */
export async function showSummary<S, R>(
  summary: Summary<S, R>,
  { choice, now }: { readonly choice: OutputChoice; readonly now: number },
  runtime: Runtime,
): Promise<void> {
  const note = (sentence: string): void => runtime.note({ text: sentence, data: { note: sentence } });
  const table = await tableStyle(choice, now, runtime);
  const { view, list } = summary;
  const clean = { ...summary, view: masked(view, table, runtime), list: masked(list, table, runtime) };
  await emit(renderSummary(clean, { ...choice, table, note }), runtime);
}

/** The same rows once the first is there: a list that fails at once must not leave a header on stdout. */
async function begun<Item>(rows: Rows<Item>): Promise<Rows<Item>> {
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

/** @param mayBatch whether texts that come one right after the other may be written together */
async function emit(
  pieces: AsyncIterable<string>,
  { terminal, interruption }: Runtime,
  mayBatch = true,
): Promise<void> {
  const batched = new BatchedOutput((text) => terminal.out(text));
  try {
    for await (const piece of pieces) {
      if (interruption.aborted) throw interruption.reason;
      await (mayBatch ? batched.write(piece) : terminal.out(piece));
    }
  } finally {
    await batched.flush();
  }
}

async function emitWritten(pieces: AsyncIterable<string>, { terminal }: Runtime): Promise<void> {
  try {
    for await (const piece of pieces) await terminal.out(piece);
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    const facts = { ...error.facts, applied: 'yes', retrySafe: false } as const;
    throw new CreditctlError(error.kind, `The write was applied, but ${error.message}`, facts);
  }
}

async function tableStyle(
  { format }: OutputChoice,
  now: number,
  { terminal, env }: Runtime,
): Promise<TableStyle> {
  if (format !== 'table' || !terminal.showsTables) return { kind: 'plain' };
  const { colourLevel, makePaint } = await import('../output/terminal/theme.ts');
  const { drawBoxTable } = await import('../output/terminal/box-table.ts');
  const paint = await makePaint(colourLevel(env, terminal.showsTables));
  return { kind: 'terminal', width: terminal.width, paint, draw: drawBoxTable, now };
}
