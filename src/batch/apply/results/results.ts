// Counts and sums a batch's rows by outcome, with reasons from the record, and writes the result files.
import { zero } from '../../../credits/exact.ts';
import { mapConcurrently } from '../../../platform/concurrency.ts';
import type { KeyState } from '../../../record/known-write.ts';
import type { AccountRecord } from '../../../record/record.ts';
import { addMoved, joinedMoves, type MovedCredits } from '../../../requests/moved-credits.ts';
import type { Plan, PlanRow } from '../../plan/plan-lines.ts';
import { inGroupsOf, type RowLookup, type RowState, readSize, rowStateOf } from '../recorded/row-lookup.ts';
import { ResultFiles, type RowOutcome, type WrittenFiles } from './result-files.ts';
import type { End, ResultsPlace } from './results-place.ts';

export interface Results {
  readonly counts: Readonly<Record<End, number>>;
  /** Succeeded rows that were in the ledger before this run. */
  readonly already: number;
  readonly credits: readonly MovedCredits[];
  /** Credits that this run moved; earlier runs moved the rest of `credits`. */
  readonly credits_now: readonly MovedCredits[];
  /** Reasons of failed rows and rows of unknown outcome, most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly rows: number }[];
  /** The written files, by outcome. */
  readonly files: WrittenFiles;
  /** The number in the files' names; 1 if no earlier file was in the way. */
  readonly number: number;
}

interface ResultsSource {
  readonly record: Pick<AccountRecord, 'write'>;
  readonly lookup: RowLookup;
  /** Number of the run; `undefined` if nothing was sent. */
  readonly run: number | undefined;
  /** Grants of this run that differ from their requests. */
  readonly otherTerms?: { readonly isNone: boolean; of(key: string): RowOutcome | undefined };
  readonly mask: (text: string) => string;
}

/**
 * Reads the plan again, counts its rows by the outcome in the record, and writes a file for each outcome.
 * @param place of the files; without it no files are written
 */
export async function writeResultFiles(
  plan: Plan,
  place: ResultsPlace | undefined,
  source: ResultsSource,
): Promise<Results> {
  const { lookup, otherTerms, mask } = source;
  const options = { mask, explainsSucceeded: otherTerms?.isNone === false };
  const files = place === undefined ? undefined : new ResultFiles(plan, place, options);
  const tally = new ResultTally(source);
  try {
    for await (const group of inGroupsOf(readSize, plan.rowGroups())) {
      const states = await lookup.recordedStates(group.map(({ key }) => key));
      const outcomes = await outcomesOf(group, states, source);
      for (const row of group) {
        const outcome = outcomes.get(row.key);
        const end = tally.add(row, states.get(row.key), outcome);
        files?.add(end, row, outcome ?? otherTerms?.of(row.key));
      }
    }
    const written = files?.end() ?? { files: {}, number: 1 };
    return { ...tally.results(), ...written };
  } finally {
    files?.close();
  }
}

/** Counts and sums rows by outcome. */
class ResultTally {
  readonly #source: Pick<ResultsSource, 'lookup' | 'run'>;
  readonly #counts = { succeeded: 0, failed: 0, unknown: 0, unprocessed: 0 };
  readonly #reasons = new ReasonCount();
  readonly #sumsBefore = new Map<string, MovedCredits>();
  readonly #sumsNow = new Map<string, MovedCredits>();
  #already = 0;

  constructor(source: Pick<ResultsSource, 'lookup' | 'run'>) {
    this.#source = source;
  }

  add(row: PlanRow, known: KeyState | undefined, outcome: RowOutcome | undefined): End {
    const { lookup, run } = this.#source;
    const isFound = lookup.found.has(row.key);
    const isOver = lookup.over.has(row.key);
    const end = isFound ? 'succeeded' : isOver ? 'unprocessed' : endOf(rowStateOf(known));
    this.#counts[end] += 1;
    if (outcome !== undefined) this.#reasons.add(outcome.message);
    if (end === 'succeeded') {
      const isOfBefore = isFound || known?.run !== run;
      if (isOfBefore) this.#already += 1;
      const moved = known?.amount ?? row.moves;
      addMoved({ body: row.request.body, moved }, isOfBefore ? this.#sumsBefore : this.#sumsNow, zero);
    }
    return end;
  }

  results(): Pick<Results, 'counts' | 'already' | 'credits' | 'credits_now' | 'reasons'> {
    return {
      counts: this.#counts,
      already: this.#already,
      credits: [...joinedMoves(this.#sumsBefore, this.#sumsNow).values()],
      credits_now: [...this.#sumsNow.values()],
      reasons: this.#reasons.all(),
    };
  }
}

const ends = { done: 'succeeded', refused: 'failed', open: 'unknown', planned: 'unprocessed' } as const;

const endOf = (rowState: RowState): End => ends[rowState];

/** Most parallel requests to the record. */
const width = 8;

/** Messages for rows that were refused, are over a cap, or have an unknown outcome. */
async function outcomesOf(
  rows: readonly PlanRow[],
  states: ReadonlyMap<string, KeyState>,
  { record, lookup }: Pick<ResultsSource, 'record' | 'lookup'>,
): Promise<ReadonlyMap<string, RowOutcome>> {
  const unsettled = rows.filter(({ key }) => {
    const rowState = rowStateOf(states.get(key));
    return rowState === 'refused' || rowState === 'open';
  });
  const outcomes = await mapConcurrently(unsettled, width, async ({ key }) => {
    const { texts, status, requestId } = (await record.write(key)) ?? noOutcome;
    return [
      key,
      { message: texts.message ?? 'the outcome is not in the record', status, requestId },
    ] as const;
  });
  const over = rows.flatMap(({ key }): readonly (readonly [string, RowOutcome])[] => {
    const message = lookup.over.get(key);
    return message === undefined ? [] : [[key, { message, status: null, requestId: null }]];
  });
  return new Map([...outcomes, ...over]);
}

const noOutcome = { texts: { message: null }, status: null, requestId: null };

const reasonsMax = 1000;
const otherReasons = 'other reasons';

export class ReasonCount {
  readonly #rows = new Map<string, number>();

  add(reason: string, rows = 1): void {
    if (rows === 0) return;
    const name = this.#rows.has(reason) || this.#rows.size < reasonsMax ? reason : otherReasons;
    this.#rows.set(name, (this.#rows.get(name) ?? 0) + rows);
  }

  /** Most frequent first. */
  all(): readonly { readonly reason: string; readonly rows: number }[] {
    return [...this.#rows]
      .map(([reason, rows]) => ({ reason, rows }))
      .sort((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1));
  }
}
