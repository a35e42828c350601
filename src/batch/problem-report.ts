// Collects the problems of all rows in flat memory: the first ones for the message, all of them for a file or a script.
import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { CreditctlError, type Problem, usageError } from '../errors.ts';
import { csvLine } from '../output/rows-as-csv.ts';
import type { Note } from '../terminal/notes.ts';
import { writeJson } from '../wire/json.ts';
import type { RowPlace } from './batch-rows.ts';

/** As many are told in the message of the error. */
const toldMax = 100;

export interface ReportWays {
  /** From `--problems`; CSV if it ends so, NDJSON otherwise. */
  readonly file: string | undefined;
  /** Keeps secrets out of the file. */
  readonly mask: (text: string) => string;
  /** Told of every problem, for a script. */
  readonly note: ((note: Note) => void) | undefined;
}

export class ProblemReport {
  readonly #ways: ReportWays;
  readonly #told: Problem[] = [];
  #file: ProblemFile | undefined;
  #problems = 0;
  #rows = 0;

  constructor(ways: ReportWays) {
    this.#ways = ways;
    // Made at once: an old report must not be taken for that of this run.
    this.#file = ways.file === undefined ? undefined : new ProblemFile(ways.file, ways.mask);
  }

  get isEmpty(): boolean {
    return this.#problems === 0;
  }

  add(place: RowPlace, problems: readonly Problem[]): void {
    // A header, and the end of what can be read, are no rows.
    if (problems.length > 0 && place.row !== undefined) this.#rows += 1;
    for (const problem of problems) {
      this.#problems += 1;
      if (this.#told.length < toldMax) this.#told.push(atPlace(place, problem));
      this.#file?.add(place, problem);
      const { row = null, line } = place;
      this.#ways.note?.({
        text: '',
        data: { problem: { row, line, field: problem.where, problem: problem.problem } },
      });
    }
  }

  /** Throws a `usage` error with the first problems and the number of all, if there is any. */
  end(): void {
    this.#file?.close();
    this.#file = undefined;
    if (this.isEmpty) return;
    const more = this.#problems - this.#told.length;
    const { file } = this.#ways;
    const rest = more === 0 ? '' : `and ${grouped(more)} more; `;
    const where = this.#rows === 0 ? '' : ` in ${counted(this.#rows, 'row')}`;
    const sum = `${rest}${counted(this.#problems, 'problem')}${where}: no plan was written`;
    const next =
      file !== undefined
        ? [`All of them are in ${file}`]
        : more > 0
          ? ['--problems <file> writes all of them to a CSV or NDJSON file']
          : [];
    throw usageError([...this.#told, { where: '', problem: sum }], next);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}

function atPlace({ row, line }: RowPlace, { where, problem }: Problem): Problem {
  const place = row === undefined ? `line ${line}` : `row ${row} (line ${line})`;
  return { where: where === '' ? place : `${place}: ${where}`, problem };
}

/** `4,212` */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 row`, `4,212 rows` */
export const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

/** `1 row is`, `4,212 rows are` */
export const countedIs = (count: number, noun: string): string =>
  `${counted(count, noun)} ${count === 1 ? 'is' : 'are'}`;

const names = ['row', 'line', 'field', 'problem'];

class ProblemFile {
  readonly #isCsv: boolean;
  readonly #descriptor: number;
  readonly #mask: (text: string) => string;
  #kept = '';

  constructor(file: string, mask: (text: string) => string) {
    this.#mask = mask;
    this.#isCsv = path.extname(file).toLowerCase() === '.csv';
    try {
      this.#descriptor = openSync(file, 'w', 0o600);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new CreditctlError('usage', `--problems: the file ${file} cannot be written (${code})`, {
        applied: 'no',
        retrySafe: true,
      });
    }
    if (this.#isCsv) this.#kept = csvLine(names);
  }

  add({ row, line }: RowPlace, { where, problem }: Problem): void {
    this.#kept += this.#isCsv
      ? csvLine([row === undefined ? '' : String(row), String(line), where, problem])
      : `${writeJson({ row: row ?? null, line, field: where, problem })}\n`;
    if (this.#kept.length > 65_536) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #flush(): void {
    writeSync(this.#descriptor, this.#mask(this.#kept));
    this.#kept = '';
  }
}
