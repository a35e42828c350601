// What became of the rows of a batch: counted, summed, and told in files.

import { closeSync, openSync, readSync } from 'node:fs';
import { zero } from '../../credits/amount.ts';
import type { Locking } from '../../platform/lock.ts';
import { addMoved, type MovedCredits } from '../../requests/moved-credits.ts';
import type { Plan } from '../plan/plan-reader.ts';
import { outcomeOf, type RowOutcome, readBatchJournal } from './batch-journal.ts';
import { ResultFiles, type Written } from './result-files.ts';
import type { End, ResultsPlace } from './results-place.ts';
import { type RowState, type RowStates, rowState } from './row-states.ts';

export interface Results {
  readonly counts: Readonly<Record<End, number>>;
  /** Of them, those that were in the ledger before this run. */
  readonly already: number;
  readonly credits: readonly MovedCredits[];
  /** Why rows failed or are not known, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly rows: number }[];
  /** The files that were written, by what is in them. */
  readonly files: Written;
  /** What their names have in them; 1 where no earlier file was in the way. */
  readonly number: number;
}

export interface ResultsOptions {
  readonly states: RowStates;
  /** The journal of the batch, where the reasons are. */
  readonly journal: string;
  readonly locking: Locking;
  /** Where the files go; none are written where not said. */
  readonly place: ResultsPlace | undefined;
  /** Keeps secrets out of the files. */
  readonly mask: (text: string) => string;
}

/** Reads the plan once more and writes a file for each end that rows came to. */
export async function writeResultFiles(plan: Plan, telling: ResultsOptions): Promise<Results> {
  const { states, place } = telling;
  const reasons = new Reasons(telling);
  const files = place === undefined ? undefined : new ResultFiles(plan, place, telling.mask);
  const counts = { succeeded: 0, failed: 0, unknown: 0, unprocessed: 0 };
  let already = 0;
  const sums = new Map<string, MovedCredits>();
  try {
    for await (const row of plan.rows()) {
      const state = states.get(row.key);
      const end = endOf(state);
      counts[end] += 1;
      if (state === rowState.already) already += 1;
      if (end === 'succeeded') addMoved(row.request, sums, zero);
      const outcome = end === 'failed' || end === 'unknown' ? reasons.of(row.key) : undefined;
      files?.add(end, row, outcome);
    }
    const written = files?.end() ?? { files: {}, number: 1 };
    return { counts, already, credits: [...sums.values()], reasons: reasons.counted(), ...written };
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

/** Finds the last line about a row in the journal. */
export class Reasons {
  readonly #telling: ResultsOptions;
  readonly #counts = new ReasonCount();
  #descriptor: number | undefined;

  constructor(telling: ResultsOptions) {
    this.#telling = telling;
  }

  of(key: string): RowOutcome {
    this.#descriptor ??= this.#opened();
    const outcome = outcomeOf(lineAt(this.#descriptor, this.#telling.states.noteOf(key)));
    const reason = outcome.message ?? 'nobody has noted how it ended';
    this.#counts.add(reason);
    return { ...outcome, message: reason };
  }

  counted(): Results['reasons'] {
    return this.#counts.all();
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

const reasonsMax = 1000;
const otherReasons = 'other reasons';

export class ReasonCount {
  readonly #rows = new Map<string, number>();

  add(reason: string, rows = 1): void {
    if (rows === 0) return;
    const name = this.#rows.has(reason) || this.#rows.size < reasonsMax ? reason : otherReasons;
    this.#rows.set(name, (this.#rows.get(name) ?? 0) + rows);
  }

  /** The most frequent first. */
  all(): readonly { readonly reason: string; readonly rows: number }[] {
    return [...this.#rows]
      .map(([reason, rows]) => ({ reason, rows }))
      .sort((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1));
  }
}
