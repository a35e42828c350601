// Collects the problems of all rows in flat memory: the first for the message, all for a file or a script.

import path from 'node:path';
import { counted, grouped } from '../../credits/exact.ts';
import { notApplied, type Problem, usageError } from '../../errors.ts';
import { csvLine } from '../../output/rows-as-csv.ts';
import type { Note } from '../../output/terminal/notes.ts';
import { AtomicFile, type Naming, resolveLink } from '../../platform/whole-file.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { writeJson } from '../../wire/json.ts';
import { placeName, type RowPlace } from './batch-file.ts';

/** Most problems that the error message shows. */
const shownMax = 100;

interface ReportWays {
  /** File from `--problems`: CSV if its name ends in .csv, NDJSON otherwise. */
  readonly file: string | undefined;
  /** Whether `--force` allows the report to replace an existing file. */
  readonly mayReplace: boolean;
  /** Id of this process. */
  readonly pid: number;
  /** Masks secrets in the file. */
  readonly mask: (text: string) => string;
  /** Receives every problem, for a script; `undefined` in the human style. */
  readonly note: ((note: Note) => void) | undefined;
  /** End of the message: what was not done. */
  readonly undone: string;
}

/** The problem report that a command's flags ask for. @param undone what the command did not do because of problems */
export const problemReport = (
  { problems, force }: { readonly problems?: string; readonly force?: boolean },
  { system, secrets, noteStyle, note }: Runtime,
  undone = 'nothing was written',
): ProblemReport =>
  new ProblemReport({
    file: problems,
    mayReplace: force === true,
    pid: system.process.runner.pid,
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
    // A field that seems missing may be in a column with an invalid name.
    const problems = this.#isHeaderWrong ? found.filter(({ isMissing }) => isMissing !== true) : found;
    // A CSV header and an unreadable rest of the file are not rows.
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

  /** Throws a `usage` error with the first problems and their total number, if there are any. */
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

  /** Throws as `check`; without problems it writes an empty report, so that a script can always read the file. */
  end(): void {
    this.check();
    const fault = this.#fileFault();
    if (fault !== undefined) throw notApplied('failure', `${fault.where} ${fault.problem}`);
  }

  /** Removes a partly written file. */
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
  /** The system's reason why the file cannot be written; the error still reports the problems. */
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

  #try<Result>(action: () => Result): Result | undefined {
    if (this.fault !== undefined) return undefined;
    try {
      return action();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      this.fault = code ?? message;
      return undefined;
    }
  }
}
