// The files that tell what became of each row: a file for each end, in the input's own format, whole or not at all.
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resultColumns, resultField } from '../batch/csv-header.ts';
import type { PlanRow } from '../batch/plan-lines.ts';
import type { Plan } from '../batch/plan-reader.ts';
import { csvLine, csvLineAsIs } from '../output/rows-as-csv.ts';
import { type JsonObject, parseJson, writeJson } from '../wire/json.ts';
import type { RowOutcome } from './batch-journal.ts';

export const ends = ['succeeded', 'failed', 'unknown', 'unprocessed'] as const;
export type End = (typeof ends)[number];

const pieceSize = 1 << 16;

export class ResultFiles {
  readonly #plan: Plan;
  readonly #base: string;
  readonly #mask: (text: string) => string;
  /** The cells of the input that are not of an earlier result. */
  readonly #kept: readonly number[];
  readonly #open = new Map<End, { readonly part: string; readonly descriptor: number; text: string }>();

  /** @param mask keeps secrets out of the files */
  constructor(plan: Plan, base: string, mask: (text: string) => string) {
    this.#mask = mask;
    this.#plan = plan;
    this.#base = base;
    const header = plan.header.source.header ?? [];
    const own: readonly string[] = resultColumns;
    this.#kept = header.flatMap((name, index) => (own.includes(name.trim().toLowerCase()) ? [] : [index]));
  }

  add(end: End, row: PlanRow, outcome: RowOutcome | undefined): void {
    const file = this.#open.get(end) ?? this.#begun(end);
    file.text += this.#mask(this.#lineOf(row.source, outcome));
    if (file.text.length < pieceSize) return;
    writeFileSync(file.descriptor, file.text);
    file.text = '';
  }

  /** Gives each file its name, and removes those that an earlier run has left. */
  end(): Readonly<Partial<Record<End, string>>> {
    const written: Partial<Record<End, string>> = {};
    for (const end of ends) {
      const name = this.#nameOf(end);
      const file = this.#open.get(end);
      if (file === undefined) {
        rmSync(name, { force: true });
        continue;
      }
      writeFileSync(file.descriptor, file.text);
      closeSync(file.descriptor);
      this.#open.delete(end);
      renameSync(file.part, name);
      written[end] = name;
    }
    return written;
  }

  /** Leaves no part behind. */
  close(): void {
    for (const { part, descriptor } of this.#open.values()) {
      closeSync(descriptor);
      rmSync(part, { force: true });
    }
    this.#open.clear();
  }

  #begun(end: End) {
    const part = `${this.#nameOf(end)}.part`;
    const isCsv = this.#plan.header.source.format === 'csv';
    const names = this.#plan.header.source.header ?? [];
    const header = isCsv
      ? this.#csv(names, end === 'succeeded' || end === 'unprocessed' ? [] : resultColumns)
      : '';
    const file = { part, descriptor: openSync(part, 'w', 0o600), text: header };
    this.#open.set(end, file);
    return file;
  }

  #nameOf(end: End): string {
    return `${this.#base}.${end}.${this.#plan.header.source.format}`;
  }

  #lineOf(source: PlanRow['source'], outcome: RowOutcome | undefined): string {
    const { message = '', status, request_id = '' } = outcome ?? {};
    if (typeof source !== 'string') {
      const told =
        outcome === undefined ? [] : [message, status === undefined ? '' : String(status), request_id];
      return this.#csv(source, told);
    }
    const own = withoutResult(source);
    if (outcome === undefined) return `${own}\n`;
    const result: JsonObject = { reason: message, status: status ?? null, request_id: request_id || null };
    // The line stays as it came: its numbers and the order of its fields are the person's own.
    return `${own.trimEnd().replace(/\}$/, '')},"${resultField}":${writeJson(result)}}\n`;
  }

  /** The input's cells as they came, and what was added, made safe for a spreadsheet. */
  #csv(cells: readonly string[], added: readonly string[]): string {
    const own = csvLineAsIs(this.#kept.map((index) => cells[index] ?? ''));
    return added.length === 0 ? own : `${own.slice(0, -1)},${csvLine(added)}`;
  }
}

/** A line that failed before brings what became of it then, and a field may be there only once. */
function withoutResult(source: string): string {
  if (!source.includes(`"${resultField}"`)) return source;
  const { [resultField]: _result, ...own } = parseJson(source) as JsonObject;
  return writeJson(own);
}
