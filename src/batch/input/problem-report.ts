// Collects the problems of all rows in flat memory: the first ones for the message, all of them for a file or a script.

import path from 'node:path';
import { counted, grouped } from '../../credits/exact.ts';
import { CreditctlError, type Problem, usageError } from '../../errors.ts';
import { csvLine } from '../../output/rows-as-csv.ts';
import type { Note } from '../../output/terminal/notes.ts';
import { AtomicFile, type Naming, resolveLink } from '../../platform/atomic-file.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { writeJson } from '../../wire/json.ts';
import { placeName, type RowPlace } from './batch-file.ts';

/** So many are shown in the message of the error. */
const shownMax = 100;

interface ReportWays {
  /** From `--problems`; CSV if it ends so, NDJSON otherwise. */
  readonly file: string | undefined;
  /** What the file may go for: an old report, where `--force` says so. */
  readonly mayReplace: boolean;
  /** Of this process. */
  readonly pid: number;
  /** Keeps secrets out of the file. */
  readonly mask: (text: string) => string;
  /** Gets every problem, for a script. */
  readonly note: ((note: Note) => void) | undefined;
  /** What was not done because of them. */
  readonly undone: string;
}

/** The report of a command, as its flags want it. @param undone what was not done because of problems */
export const problemReport = (
  { problems, force }: { readonly problems?: string; readonly force?: boolean },
  { parts, secrets, noteStyle, note }: Runtime,
  undone = 'nothing was written',
): ProblemReport =>
  new ProblemReport({
    file: problems,
    mayReplace: force === true,
    pid: parts.process.runner.pid,
    mask: secrets.mask,
    note: noteStyle === 'json' ? note : undefined,
    undone,
  });

export class ProblemReport {
  readonly #ways: ReportWays;
  readonly #shown: Problem[] = [];
  readonly #file: ProblemFile | undefined;
  #problems = 0;
  #rows = 0;
  #isHeaderWrong = false;

  constructor(ways: ReportWays) {
    this.#ways = ways;
    this.#file = ways.file === undefined ? undefined : new ProblemFile(ways.file, ways);
  }

  get isEmpty(): boolean {
    return this.#problems === 0;
  }

  add(place: RowPlace, found: readonly Problem[]): void {
    // What a row seems to lack may stand in a column that the header names wrongly.
    const problems = this.#isHeaderWrong ? found.filter(({ isMissing }) => isMissing !== true) : found;
    // A header, and the end of what can be read, are no rows.
    if (problems.length > 0 && place.row !== undefined) this.#rows += 1;
    this.#isHeaderWrong ||= problems.length > 0 && place.row === undefined;
    for (const problem of problems) {
      this.#problems += 1;
      if (this.#shown.length < shownMax) this.#shown.push(atPlace(place, problem));
      const { row = null, line, name } = place;
      const { where: field, problem: text } = name === undefined ? problem : atPlace(place, problem);
      this.#file?.add({ row, line, field, problem: text });
      this.#ways.note?.({ text: '', data: { problem: { row, line, field, problem: text } } });
    }
  }

  /** Throws a `usage` error with the first problems and the number of all, if there is any. */
  check(): void {
    if (this.isEmpty) return;
    const more = this.#problems - this.#shown.length;
    const rest = more === 0 ? '' : `and ${grouped(more)} more; `;
    const where = this.#rows === 0 ? '' : ` in ${counted(this.#rows, 'row')}`;
    const sum = `${rest}${counted(this.#problems, 'problem')}${where}: ${this.#ways.undone}`;
    const problems = [...this.#shown, { where: '', problem: sum }];
    const unwritten = this.#fileFault();
    throw usageError(unwritten === undefined ? problems : [...problems, unwritten], this.#next(more));
  }

  /** Writes the file for all problems also where there is none: whoever reads it need not ask first. */
  end(): void {
    this.check();
    const fault = this.#fileFault();
    if (fault !== undefined)
      throw new CreditctlError('failure', `${fault.where} ${fault.problem}`, {
        applied: 'no',
      });
  }

  /** Leaves no part of a file behind. */
  close(): void {
    this.#file?.close();
  }

  #next(more: number): readonly string[] {
    const { file } = this.#ways;
    if (file !== undefined) return this.#file?.fault === undefined ? [`All of them are in ${file}`] : [];
    return more > 0 ? ['--problems <file> writes all of them to a CSV or NDJSON file'] : [];
  }

  #fileFault(): Problem | undefined {
    this.#file?.end();
    const fault = this.#file?.fault;
    if (fault === undefined) return undefined;
    return {
      where: '--problems',
      problem: `names a file that cannot be written (${fault}): ${this.#ways.file}`,
    };
  }
}

function atPlace(at: RowPlace, { where, problem, next }: Problem): Problem {
  const place = placeName(at);
  const ways = next === undefined ? {} : { next };
  return { where: where === '' ? place : `${place}: ${where}`, problem, ...ways };
}

const names = ['row', 'line', 'field', 'problem'];

interface FiledProblem {
  readonly row: number | null;
  readonly line: number;
  readonly field: string;
  readonly problem: string;
}

class ProblemFile {
  readonly #name: string;
  readonly #naming: Naming;
  readonly #isCsv: boolean;
  readonly #file: AtomicFile | undefined;
  readonly #mask: (text: string) => string;
  #kept = '';
  #isEnded = false;
  /** What the system says of why it cannot be written. The problems themselves are reported all the same. */
  fault: string | undefined;

  constructor(file: string, { mayReplace, pid, mask }: Pick<ReportWays, 'mayReplace' | 'pid' | 'mask'>) {
    this.#mask = mask;
    this.#name = mayReplace ? resolveLink(file) : path.resolve(file);
    this.#naming = mayReplace ? 'replacing' : 'new';
    this.#isCsv = path.extname(file).toLowerCase() === '.csv';
    this.#file = this.#try(() => new AtomicFile(this.#name, pid));
    if (this.#isCsv) this.#kept = csvLine(names);
  }

  add({ row, line, field, problem }: FiledProblem): void {
    this.#kept += this.#isCsv
      ? csvLine([row === null ? '' : String(row), String(line), field, problem])
      : `${writeJson({ row, line, field, problem })}\n`;
    if (this.#kept.length > 65_536) this.#flush();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#flush();
    this.#try(() => this.#file?.commit(this.#name, this.#naming));
  }

  close(): void {
    this.#file?.close();
  }

  #flush(): void {
    const text = this.#mask(this.#kept);
    this.#kept = '';
    this.#try(() => this.#file?.write(text));
  }

  #try<Result>(act: () => Result): Result | undefined {
    if (this.fault !== undefined) return undefined;
    try {
      return act();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      this.fault = code ?? message;
      return undefined;
    }
  }
}
