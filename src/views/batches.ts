// Shows batches: how far each one is, who began it, and whether it is finished.
import { type Meaning, numberColumn, plainColumn, rowOf, viewOf } from '../output/view.ts';
import { instantColumn } from './column-kinds.ts';

export interface BatchStatus {
  readonly batch: string;
  /** `batch resume` continues an `unfinished` batch. In an `undone` batch, every row is undone. */
  readonly state: 'running' | 'unfinished' | 'finished' | 'partly_undone' | 'undone';
  readonly rows: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly unknown: number;
  readonly unprocessed: number;
  /** Writes that undid rows. */
  readonly undo_writes: number;
  /** The rate of the last run. */
  readonly rows_per_second: number;
  /** Who began the last run. */
  readonly who: string;
  /** RFC 3339. */
  readonly begun_at: string;
  readonly last_run_at: string;
  readonly ended_at: string | null;
  readonly profile: string;
  readonly kind: string;
  readonly host: string;
  /** The process that is running the batch. */
  readonly held_by: string | null;
  /** The hash of the plan. */
  readonly plan: string;
  /** The beginning of the result files' paths. */
  readonly results: string;
}

export const batchStatusRow = rowOf<BatchStatus>;

const meanings: Readonly<Record<BatchStatus['state'], Meaning>> = {
  running: 'strong',
  unfinished: 'warning',
  finished: 'good',
  partly_undone: 'warning',
  undone: 'muted',
};

const plain = plainColumn<BatchStatus>;
const count = numberColumn<BatchStatus>;

export const batchesView = viewOf<BatchStatus>({
  columns: [
    plain('batch', 0),
    {
      ...plain('state', 0),
      show: ({ state }) => ({ text: state, meaning: meanings[state] }),
    },
    count('rows', 0),
    count('succeeded', 0),
    count('failed', 1),
    count('unknown', 1),
    count('unprocessed', 1),
    count('undo_writes', 6),
    count('rows_per_second', 5),
    plain('who', 3),
    instantColumn({ name: 'begun_at', header: 'begun', hideRank: 2 }, ({ begun_at }) => begun_at),
    instantColumn({ name: 'last_run_at', header: 'last run', hideRank: 7 }, ({ last_run_at }) => last_run_at),
    instantColumn({ name: 'ended_at', header: 'ended', hideRank: 4 }, ({ ended_at }) => ended_at),
    plain('profile', 8),
    plain('kind', 4),
    plain('host', 8),
    plain('held_by', 5),
    plain('plan', 9),
    plain('results', 9),
  ],
  usual: [
    ...['batch', 'state', 'rows', 'succeeded', 'failed', 'unknown', 'unprocessed', 'rows_per_second', 'who'],
    ...['begun_at', 'ended_at', 'kind', 'held_by'],
  ],
  none: 'no batches',
});
