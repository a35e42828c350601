// Writes the result files: one file for each kind of outcome, in the input's format, completely or not at all.
import { rmSync } from 'node:fs';
import { csvLine, csvLineAsIs } from '../../../output/rows-as-csv.ts';
import { AtomicFile, reserveName, resolveLink } from '../../../platform/whole-file.ts';
import { type JsonObject, parseJson, writeJson } from '../../../wire/json.ts';
import { resultColumns, resultField } from '../../input/csv-header.ts';
import type { Plan, PlanRow } from '../../plan/plan-lines.ts';
import { type End, ends, freeNumber, type ResultsPlace, resultName } from './results-place.ts';

/** File names by kind of outcome. */
export type WrittenFiles = Readonly<Partial<Record<End, string>>>;

/** Why a row was refused, has no known outcome, or made a grant that differs from the request. */
export interface RowOutcome {
  readonly message: string;
  readonly status: number | null;
  readonly requestId: string | null;
}

const pieceSize = 1 << 16;

export class ResultFiles {
  readonly #plan: Plan;
  readonly #place: ResultsPlace;
  readonly #mask: (text: string) => string;
  readonly #explainsSucceeded: boolean;
  /** Indexes of input cells, without the columns of an earlier result file. */
  readonly #kept: readonly number[];
  readonly #open = new Map<End, { readonly file: AtomicFile; text: string }>();

  /** @param options `mask` removes secrets from the files; `explainsSucceeded` adds notes to rows that succeeded */
  constructor(
    plan: Plan,
    place: ResultsPlace,
    {
      mask,
      explainsSucceeded,
    }: { readonly mask: (text: string) => string; readonly explainsSucceeded: boolean },
  ) {
    this.#mask = mask;
    this.#explainsSucceeded = explainsSucceeded;
    this.#plan = plan;
    this.#place = place;
    const header = plan.header.source.header ?? [];
    const own: readonly string[] = resultColumns;
    this.#kept = header.flatMap((name, index) => (own.includes(name.trim().toLowerCase()) ? [] : [index]));
  }

  add(end: End, row: PlanRow, outcome: RowOutcome | undefined): void {
    const open = this.#open.get(end) ?? this.#begun(end);
    open.text += this.#mask(this.#lineOf(end, row, outcome));
    if (open.text.length < pieceSize) return;
    open.file.write(open.text);
    open.text = '';
  }

  /** Gives each file its name; returns the files and their number. Throws the system's error if that fails. */
  end(): { readonly files: WrittenFiles; readonly number: number } {
    for (const { file, text } of this.#open.values()) file.write(text);
    return this.#place.mayReplace ? this.#replacing() : this.#numbered();
  }

  /** Removes unfinished files. */
  close(): void {
    for (const { file } of this.#open.values()) file.close();
    this.#open.clear();
  }

  /** Removes an earlier run's file for an outcome without rows, so that it is not mistaken for this run's. */
  #replacing() {
    const files = this.#named((end) => {
      const name = resultName(this.#place, end);
      const open = this.#open.get(end);
      if (open === undefined) rmSync(name, { force: true });
      else open.file.commit(resolveLink(name), 'replacing');
      return name;
    });
    return { files, number: 1 };
  }

  /** The first name reserves all names with the same number, so the files of two runs never mix. */
  #numbered() {
    const { number, taken } = takenNumber(this.#place);
    let isNeeded = false;
    try {
      const files = this.#named((end) => {
        const name = resultName(this.#place, end, number);
        this.#open.get(end)?.file.commit(name, name === taken ? 'replacing' : 'new');
        isNeeded ||= name === taken && this.#open.has(end);
        return name;
      });
      return { files, number };
    } finally {
      if (!isNeeded) rmSync(taken, { force: true });
    }
  }

  #named(name: (end: End) => string): WrittenFiles {
    const names = ends.map((end) => [end, name(end)] as const);
    return Object.fromEntries(names.filter(([end]) => this.#open.has(end)));
  }

  #begun(end: End) {
    const { format, header, header_text: text, form } = this.#plan.header.source;
    const added = this.#hasReason(end) ? resultColumns : [];
    const first =
      format === 'csv' ? this.#saidDelimiter + this.#csv({ source: header ?? [], text }, added) : '';
    const { base, mayReplace, pid } = this.#place;
    const beside = mayReplace ? resolveLink(resultName(this.#place, end)) : base;
    const open = { file: new AtomicFile(beside, pid), text: `${form.bom ? '\uFEFF' : ''}${first}` };
    this.#open.set(end, open);
    return open;
  }

  /** Whether rows with this outcome have columns for its reason. */
  #hasReason(end: End): boolean {
    return end === 'failed' || end === 'unknown' || (end === 'succeeded' && this.#explainsSucceeded);
  }

  #lineOf(
    end: End,
    { source, text }: Pick<PlanRow, 'source' | 'text'>,
    outcome: RowOutcome | undefined,
  ): string {
    if (typeof source !== 'string') {
      const { message = '', status, requestId } = outcome ?? {};
      const added = [message, String(status ?? ''), requestId ?? ''];
      return this.#csv({ source, text }, this.#hasReason(end) ? added : []);
    }
    const own = withoutResult(source);
    if (outcome === undefined) return own + this.#lineEnd;
    const { message: reason, status, requestId: request_id } = outcome;
    const result: JsonObject = { reason, status, request_id };
    // The input line stays unchanged: the number format and field order are the user's.
    return `${own.trimEnd().replace(/\}$/, '')},"${resultField}":${writeJson(result)}}${this.#lineEnd}`;
  }

  /** A CSV line: the original text if all cells are kept, else the cells, plus added cells that are safe in a spreadsheet. */
  #csv({ source: cells, text }: CsvRecord, added: readonly string[]): string {
    const { delimiter = ',' } = this.#form;
    const isWhole = this.#kept.length === this.#plan.header.source.header?.length;
    const kept = this.#kept.map((index) => cells[index] ?? '');
    const own = isWhole && text !== undefined ? text : csvLineAsIs(kept, delimiter).slice(0, -1);
    const more = added.length === 0 ? '' : delimiter + csvLine(added, delimiter).slice(0, -1);
    return own + more + this.#lineEnd;
  }

  get #form() {
    return this.#plan.header.source.form;
  }

  get #lineEnd(): string {
    return this.#form.line_end;
  }

  /** The `sep=` line, if the input has one. */
  get #saidDelimiter(): string {
    const { delimiter, says_delimiter: says } = this.#form;
    return says === true ? `sep=${delimiter}${this.#lineEnd}` : '';
  }
}

interface CsvRecord {
  readonly source: readonly string[];
  readonly text: string | undefined;
}

/** Removes the result of an earlier run, because a field may occur only once. */
function withoutResult(source: string): string {
  if (!source.includes(`"${resultField}"`)) return source;
  const { [resultField]: _result, ...own } = parseJson(source) as JsonObject;
  return writeJson(own);
}

function takenNumber(place: ResultsPlace) {
  for (let number = freeNumber(place); ; number = freeNumber(place, number + 1)) {
    try {
      const taken = resultName(place, ends[0], number);
      reserveName(taken);
      return { number, taken };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
