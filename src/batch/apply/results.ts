// What became of the rows of a batch: counted, summed, with the reasons from the journal, and written to files.

import { closeSync, openSync, readSync } from 'node:fs';
import { zero } from '../../credits/amount.ts';
import { addMoved, type MovedCredits } from '../../requests/moved-credits.ts';
import type { Plan } from '../plan/plan-reader.ts';
import { outcomeOf, type RowOutcome, readBatchJournal } from './batch-journal.ts';
import { ResultFiles, type Written } from './result-files.ts';
import type { End, ResultsPlace } from './results-place.ts';
import { type RowState, rowState } from './row-states.ts';
import type { Session } from './session.ts';

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

/**
 * Reads the plan once more, counts how its rows ended and writes a file for each kind of end.
 * @param place without one no files are written
 */
export async function writeResultFiles(
  plan: Plan,
  place: ResultsPlace | undefined,
  session: Pick<Session, 'known' | 'folder' | 'runtime'>,
): Promise<Results> {
  const { states } = session.known;
  const reasons = new Reasons(session);
  const files = place === undefined ? undefined : new ResultFiles(plan, place, session.runtime.secrets.mask);
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
class Reasons {
  readonly #session: Pick<Session, 'known' | 'folder' | 'runtime'>;
  readonly #counts = new ReasonCount();
  #descriptor: number | undefined;

  constructor(session: Pick<Session, 'known' | 'folder' | 'runtime'>) {
    this.#session = session;
  }

  of(key: string): RowOutcome {
    this.#descriptor ??= this.#opened();
    const outcome = outcomeOf(lineAt(this.#descriptor, this.#session.known.states.noteOf(key)));
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
    const { known, folder, runtime } = this.#session;
    const { states } = known;
    readBatchJournal(folder.journal, runtime.parts.process, {
      onRow: ({ key, event }, start) => {
        if (event !== 'settled' && states.get(key) !== rowState.none) states.note(key, start);
      },
    });
    return openSync(folder.journal, 'r');
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
