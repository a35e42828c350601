// What the journal of a batch tells: its runs, the state of each row, and the rows of which nobody knows.

import type { Locking } from '../../platform/lock.ts';
import type { BatchFolder } from '../../record/batch-folders.ts';
import { undoPrefix } from '../../undo/undo-key.ts';
import type { Plan } from '../plan/plan-reader.ts';
import { type Begun, type Ended, type RowLine, readBatchJournal } from './batch-journal.ts';
import { isOpenState } from './plan-scan.ts';
import { RowStates, rowState } from './row-states.ts';
import { stateAfter } from './write-rows.ts';

/** A row that was begun and of which nobody knows how it ended. */
export interface OpenRow {
  /** When its key was first used, RFC 3339. */
  readonly at: string;
  /** The hash of the plan whose request was sent. */
  readonly plan: string;
  /** Its number in that plan. */
  readonly row: number;
}

export interface KnownBatch {
  readonly states: RowStates;
  /** The same for the writes that take rows back. */
  readonly undone: RowStates;
  readonly open: ReadonlyMap<string, OpenRow>;
  /** The first run and the last; `undefined` if it was never begun. */
  readonly first: Begun | undefined;
  readonly last: Begun | undefined;
  /** The last run that carried rows out, and not back. */
  readonly applied: Begun | undefined;
  /** The hashes of all plans that were carried out under this name, the last one first. */
  readonly plans: readonly string[];
  /** How the last run ended; `undefined` if it never did, or has yet to. */
  readonly ended: Ended | undefined;
  /** Whether rows were found in a ledger, and no run has begun since that they would be of. */
  readonly hasUnplaced: boolean;
  /** Rows a second that the last run has settled. */
  readonly rate: number;
}

/** The keys of rows that are open, and in another plan of this name only. */
export async function openInOtherPlans(
  plan: Plan,
  { open }: Pick<KnownBatch, 'open'>,
): Promise<ReadonlySet<string>> {
  const others = new Set<string>();
  for (const [key, row] of open)
    if (row.plan !== plan.end.sha256 && !key.startsWith(undoPrefix)) others.add(key);
  // A longer version of a plan has the rows of the shorter one.
  if (others.size > 0) for await (const { key } of plan.rows()) others.delete(key);
  return others;
}

/** What became of rows of other plans. */
export interface OtherPlanRows {
  /** Nobody knows of them still. */
  readonly unknown: number;
  readonly refused: number;
}

export function otherPlanRows(others: Iterable<string>, states: RowStates): OtherPlanRows {
  const count = { unknown: 0, refused: 0 };
  for (const key of others) {
    const state = states.get(key);
    if (isOpenState(state)) count.unknown += 1;
    if (state === rowState.refused) count.refused += 1;
  }
  return count;
}

/** When the first of these rows was begun, in milliseconds since the epoch; infinitely late if there are none. */
export function earliest(rows: Iterable<OpenRow>): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { at } of rows) first = Math.min(first, Date.parse(at));
  return first;
}

export function readBatch({ journal }: BatchFolder, locking: Locking): KnownBatch {
  const known: { first?: Begun; last?: Begun; applied?: Begun; ended: Ended | undefined } = {
    ended: undefined,
  };
  const states = new RowStates();
  const undone = new RowStates();
  const open = new Map<string, OpenRow>();
  const plans = new Set<string>();
  const pace = { settled: 0, last: '' };
  let hasUnplaced = false;
  readBatchJournal(journal, locking, {
    onBegun: (begun) => {
      known.first ??= begun;
      known.last = begun;
      if (begun.undo !== true) {
        known.applied = begun;
        hasUnplaced = false;
        // One that is carried out again is the last once more.
        plans.delete(begun.plan);
        plans.add(begun.plan);
      }
      known.ended = undefined;
      pace.settled = 0;
    },
    onEnded: (ended) => {
      known.ended = ended;
    },
    onRow: (line) => {
      const isUndo = line.key.startsWith(undoPrefix);
      if (line.event === 'settled') pace.settled += 1;
      pace.last = line.at;
      // Whatever is sent was begun before.
      if (line.event === 'settled' && !isUndo && states.get(line.key) === rowState.none) hasUnplaced = true;
      note(line, isUndo ? undone : states);
      if (line.event === 'intended') {
        const { at, key, row } = line;
        if (!open.has(key)) open.set(key, { at, plan: known.last?.plan ?? '', row });
      } else if (line.event !== 'unknown') open.delete(line.key);
    },
  });
  const { first, last, applied, ended } = known;
  return {
    states,
    undone,
    open,
    first,
    last,
    applied,
    plans: [...plans].reverse(),
    ended,
    hasUnplaced,
    rate: rateOf(pace, last),
  };
}

function rateOf(pace: { readonly settled: number; readonly last: string }, run: Begun | undefined): number {
  if (run === undefined || pace.settled === 0) return 0;
  const seconds = Math.max(0.001, (Date.parse(pace.last) - Date.parse(run.at)) / 1000);
  return Math.round((pace.settled / seconds) * 10) / 10;
}

function note({ event, key }: RowLine, states: RowStates): void {
  if (states.get(key) === rowState.already) return;
  states.set(key, event === 'settled' ? rowState.already : stateAfter[event]);
}
