// What became of the rows of a batch: counted, summed, and told in files.

import { zero } from '../../credits/amount.ts';
import type { Locking } from '../../platform/lock.ts';
import { addMoved, type MovedCredits } from '../../requests/moved-credits.ts';
import type { Plan } from '../plan/plan-reader.ts';
import { Reasons } from './reasons.ts';
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

export interface Telling {
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
export async function tellResults(plan: Plan, telling: Telling): Promise<Results> {
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
