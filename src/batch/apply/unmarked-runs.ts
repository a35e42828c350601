// Runs in the journal of a batch of which the journal of the profile does not know, though it was told of them first.
import type { FileLine } from '../../record/file-lines.ts';
import type { Journal } from '../../record/journal-file.ts';
import type { JournalFinding } from '../../views/journal-check.ts';
import { isOf } from './batch-journal.ts';

interface BegunRun {
  readonly run: string;
  /** Where it began. */
  readonly line: number;
}

/**
 * A run notes its beginning here, then in the journal of the profile, and only then its first row. One that was killed
 * between the two has no row; what was found in a ledger proves nothing, since it is noted before a run begins.
 */
export class UnmarkedRuns {
  readonly #known: ReadonlySet<string>;
  readonly #runs: BegunRun[] = [];
  /** The last run, while nothing tells that the profile should know of it. */
  #begun: BegunRun | undefined;

  /** @param known when the runs began that the profile knows of */
  constructor(known: Iterable<string>) {
    this.#known = new Set(known);
  }

  take({ bytes, number }: FileLine): void {
    const run = begunAt(bytes);
    if (run !== undefined) this.#begun = this.#known.has(run) ? undefined : { run, line: number };
    else if (this.#begun !== undefined && (isOf('intended', bytes) || isOf('ended', bytes))) {
      this.#runs.push(this.#begun);
      this.#begun = undefined;
    }
  }

  /** @param journal of the profile; a run may have begun since it was read @param batch whose runs they are */
  findings(journal: Pick<Journal, 'batchMarks'>, batch: string): readonly JournalFinding[] {
    if (this.#runs.length === 0) return [];
    const own = journal.batchMarks().filter((mark) => mark.batch === batch);
    const known = new Set(own.map(({ run }) => run));
    return this.#runs.flatMap(({ run, line }) => (known.has(run) ? [] : [removed(line, unknown(run))]));
  }
}

const unknown = (run: string): string =>
  `the run that began on ${run} is not in the journal of the profile, which is told of a run before its first row: one of the two was removed or replaced`;

export const removed = (line: number, text: string): JournalFinding => ({
  line,
  kind: 'removed',
  text,
  isFault: true,
});

/** When the run began that a line tells the beginning of. */
export const begunAt = (bytes: Buffer): string | undefined =>
  isOf('begun', bytes) ? /"at":"([^"]*)"/.exec(bytes.toString('latin1', 0, 100))?.[1] : undefined;
