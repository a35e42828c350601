// The files that tell what became of each row, in the input's own format, and the sums of what went through.
import { closeSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { resultColumns, resultField } from '../batch/csv-header.ts';
import type { PlanRow } from '../batch/plan-lines.ts';
import type { Plan } from '../batch/plan-reader.ts';
import { type Amount, add, amountFromText, zero } from '../credits/amount.ts';
import { defaultCurrency } from '../credits/entry.ts';
import type { Locking } from '../lock.ts';
import { csvLine, csvLineAsIs } from '../output/rows-as-csv.ts';
import { type JsonObject, numberText, writeJson } from '../wire/json.ts';
import { outcomeOf, type RowOutcome, readBatchJournal } from './batch-journal.ts';
import { type RowState, type RowStates, rowState } from './row-states.ts';

export const ends = ['succeeded', 'failed', 'unknown', 'unprocessed'] as const;
export type End = (typeof ends)[number];

/** What went through in one currency, by the type of entry. */
export interface MovedSums {
  readonly currency: string;
  readonly rows: number;
  readonly granted: Amount;
  readonly used: Amount;
  readonly expiry_changed: Amount;
  readonly voided: Amount;
  readonly given_back: Amount;
}

export interface Results {
  readonly counts: Readonly<Record<End, number>>;
  /** Of them, those that were in the ledger before this run. */
  readonly already: number;
  readonly credits: readonly MovedSums[];
  /** Why rows failed, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly rows: number }[];
  /** The files that were written, by what is in them. */
  readonly files: Readonly<Partial<Record<End, string>>>;
}

export interface Telling {
  readonly states: RowStates;
  /** The journal of the batch, where the reasons are. */
  readonly journal: string;
  readonly locking: Locking;
  /** The files begin with this path; none are written where not said. */
  readonly base: string | undefined;
}

/** Reads the plan once more and writes a file for each end that rows came to; stale ones of an earlier run go. */
export async function tellResults(plan: Plan, telling: Telling): Promise<Results> {
  const { states, base } = telling;
  const reasons = new Reasons(telling);
  const files = base === undefined ? undefined : new ResultFiles(plan, base);
  const counts = { succeeded: 0, failed: 0, unknown: 0, unprocessed: 0 };
  let already = 0;
  const sums = new Map<string, MovedSums>();
  try {
    for await (const row of plan.rows()) {
      const state = states.get(row.key);
      const end = endOf(state);
      counts[end] += 1;
      if (state === rowState.already) already += 1;
      if (end === 'succeeded') addMoved(row, sums);
      const outcome =
        end === 'failed' || end === 'unknown' ? reasons.of(row.key, end === 'failed') : undefined;
      files?.add(end, row, outcome);
    }
    const written = files?.end() ?? {};
    return { counts, already, credits: [...sums.values()], reasons: reasons.counted(), files: written };
  } finally {
    files?.close();
    reasons.close();
  }
}

export function endOf(state: RowState): End {
  switch (state) {
    case rowState.settled:
    case rowState.already:
      return 'succeeded';
    case rowState.refused:
      return 'failed';
    case rowState.unknown:
    case rowState.intended:
      return 'unknown';
    default:
      return 'unprocessed';
  }
}

const sumOf: Readonly<Record<string, Exclude<keyof MovedSums, 'currency' | 'rows'>>> = {
  increment: 'granted',
  decrement: 'used',
  expiration_change: 'expiry_changed',
  void: 'voided',
  amendment: 'given_back',
};

const noneMoved = {
  rows: 0,
  granted: zero,
  used: zero,
  expiry_changed: zero,
  voided: zero,
  given_back: zero,
};

function addMoved({ request: { body } }: PlanRow, sums: Map<string, MovedSums>): void {
  const currency = typeof body.currency === 'string' ? body.currency : defaultCurrency;
  const sum = sums.get(currency) ?? { currency, ...noneMoved };
  const name = sumOf[String(body.entry_type)] ?? 'granted';
  const amount = amountFromText(numberText(body.amount) ?? '0') ?? zero;
  sums.set(currency, { ...sum, rows: sum.rows + 1, [name]: add(sum[name], amount) });
}

/** Different reasons beyond these are counted together. */
const reasonsMax = 1000;
const otherReasons = 'other reasons';

/** Finds the last line about a row in the journal. */
class Reasons {
  readonly #telling: Telling;
  readonly #counts = new Map<string, number>();
  #descriptor: number | undefined;

  constructor(telling: Telling) {
    this.#telling = telling;
  }

  of(key: string, isCounted: boolean): RowOutcome {
    this.#descriptor ??= this.#opened();
    const outcome = outcomeOf(lineAt(this.#descriptor, this.#telling.states.noteOf(key)));
    const reason = outcome.message ?? 'nobody has noted how it ended';
    const name = this.#counts.has(reason) || this.#counts.size < reasonsMax ? reason : otherReasons;
    if (isCounted) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    return { ...outcome, message: reason };
  }

  counted(): Results['reasons'] {
    return [...this.#counts]
      .map(([reason, rows]) => ({ reason, rows }))
      .sort((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1));
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }

  #opened(): number {
    const { journal, locking, states } = this.#telling;
    readBatchJournal(journal, locking, {
      onRow: ({ key, event }, start) => {
        if (event !== 'settled' && states.get(key) !== rowState.none) states.note(key, start);
      },
    });
    return openSync(journal, 'r');
  }
}

function lineAt(descriptor: number, start: number): Buffer {
  for (let size = 4096; ; size *= 4) {
    const bytes = Buffer.alloc(size);
    const read = readSync(descriptor, bytes, 0, size, start);
    const stop = bytes.indexOf(0x0a);
    if (stop !== -1 || read < size) return bytes.subarray(0, stop === -1 ? read : stop);
  }
}

const pieceSize = 1 << 16;

class ResultFiles {
  readonly #plan: Plan;
  readonly #base: string;
  /** The cells of the input that are not of an earlier result. */
  readonly #kept: readonly number[];
  readonly #open = new Map<End, { readonly part: string; readonly descriptor: number; text: string }>();

  constructor(plan: Plan, base: string) {
    this.#plan = plan;
    this.#base = base;
    const header = plan.header.source.header ?? [];
    const own: readonly string[] = resultColumns;
    this.#kept = header.flatMap((name, index) => (own.includes(name.trim().toLowerCase()) ? [] : [index]));
  }

  add(end: End, row: PlanRow, outcome: RowOutcome | undefined): void {
    const file = this.#open.get(end) ?? this.#begun(end);
    file.text += this.#lineOf(row.source, outcome);
    if (file.text.length < pieceSize) return;
    writeSync(file.descriptor, file.text);
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
      writeSync(file.descriptor, file.text);
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
    if (outcome === undefined) return `${source}\n`;
    const result: JsonObject = { reason: message, status: status ?? null, request_id: request_id || null };
    // The line stays as it came: its numbers and the order of its fields are the person's own.
    return `${source.trimEnd().replace(/\}$/, '')},"${resultField}":${writeJson(result)}}\n`;
  }

  /** The input's cells as they came, and what was added, made safe for a spreadsheet. */
  #csv(cells: readonly string[], added: readonly string[]): string {
    const own = csvLineAsIs(this.#kept.map((index) => cells[index] ?? ''));
    return added.length === 0 ? own : `${own.slice(0, -1)},${csvLine(added)}`;
  }
}
