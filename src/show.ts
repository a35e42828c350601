// Puts rows on stdout in the format asked for; the flags are checked before anything is asked of an API.
import { usageError } from './errors.ts';
import { resolveColumns, resolveFields } from './output/choices.ts';
import { type OutputChoice, type OutputFlags, readOutputFlags } from './output/output-flags.ts';
import { render } from './output/render.ts';
import { renderSummary, type Summary } from './output/render-summary.ts';
import type { TableStyle } from './output/table-style.ts';
import type { Row, Rows, View } from './output/view.ts';
import type { Runtime } from './runtime.ts';
import type { Json } from './wire/json.ts';

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

export interface Showing<R> {
  readonly view: View<R>;
  readonly shape: 'one' | 'list';
  readonly choice: OutputChoice;
}

/** Writes the rows as they come; the reader's pace is the producer's. */
export async function show<R>(
  rows: Rows<Row<R, Json>>,
  showing: Showing<R>,
  runtime: Runtime,
): Promise<void> {
  const { view, shape, choice } = showing;
  const note = (sentence: string): void => runtime.note({ text: sentence, data: { note: sentence } });
  await emit(
    render(rows, { view, shape, ...choice, table: await tableStyle(choice, runtime), note }),
    runtime,
  );
}

/** The same for a summary over a list. */
export async function showSummary<S, R>(
  summary: Summary<S, R>,
  choice: OutputChoice,
  runtime: Runtime,
): Promise<void> {
  const note = (sentence: string): void => runtime.note({ text: sentence, data: { note: sentence } });
  await emit(renderSummary(summary, { ...choice, table: await tableStyle(choice, runtime), note }), runtime);
}

async function emit(pieces: AsyncIterable<string>, { terminal, interruption }: Runtime): Promise<void> {
  for await (const piece of pieces) {
    if (interruption.aborted) throw interruption.reason;
    await terminal.out(piece);
  }
}

async function tableStyle({ format }: OutputChoice, { terminal, env, now }: Runtime): Promise<TableStyle> {
  if (format !== 'table' || !terminal.showsTables) return { kind: 'plain' };
  const { colourLevel, makePaint } = await import('./terminal/theme.ts');
  const { drawBoxTable } = await import('./terminal/box-table.ts');
  const paint = await makePaint(colourLevel(env, terminal.showsTables));
  return { kind: 'terminal', width: terminal.width, paint, draw: drawBoxTable, now: now() };
}
