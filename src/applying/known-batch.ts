// What the journal of a batch tells: its runs, the state of each row, and the rows of which nobody knows.
import type { Locking } from '../lock.ts';
import type { BatchFolder } from './batch-folder.ts';
import { type Begun, type Ended, type RowLine, readBatchJournal } from './batch-journal.ts';
import { stateAfter } from './carry-rows.ts';
import { RowStates, rowState } from './row-states.ts';

/** A row that was begun and of which nobody knows how it ended. */
export interface OpenRow {
  /** When its key was first used, RFC 3339. */
  readonly at: string;
  /** The hash of the plan whose request was sent. */
  readonly plan: string;
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
  /** How the last run ended; `undefined` if it never did, or has yet to. */
  readonly ended: Ended | undefined;
}

/** How the key of a write that takes a row back begins. */
export const undoPrefix = 'undo-';

export function readBatch({ journal }: BatchFolder, locking: Locking): KnownBatch {
  const known: { first?: Begun; last?: Begun; applied?: Begun; ended: Ended | undefined } = {
    ended: undefined,
  };
  const states = new RowStates();
  const undone = new RowStates();
  const open = new Map<string, OpenRow>();
  readBatchJournal(journal, locking, {
    onBegun: (begun) => {
      known.first ??= begun;
      known.last = begun;
      if (begun.undo !== true) known.applied = begun;
      known.ended = undefined;
    },
    onEnded: (ended) => {
      known.ended = ended;
    },
    onRow: (line) => {
      const isUndo = line.key.startsWith(undoPrefix);
      note(line, isUndo ? undone : states);
      if (line.event === 'intended') {
        const { at, key } = line;
        if (!open.has(key)) open.set(key, { at, plan: known.last?.plan ?? '' });
      } else if (line.event !== 'unknown') open.delete(line.key);
    },
  });
  const { first, last, applied, ended } = known;
  return { states, undone, open, first, last, applied, ended };
}

function note({ event, key }: RowLine, states: RowStates): void {
  if (states.get(key) === rowState.already) return;
  states.set(key, event === 'settled' ? rowState.already : stateAfter[event]);
}
