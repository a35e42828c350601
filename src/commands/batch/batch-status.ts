// Works out the progress of a batch from its runs and its rows in the record.
import { withKeptPlan } from '../../batch/apply/recorded/kept-plans.ts';
import {
  allBatches,
  type BatchRuns,
  isRunHeld,
  isUnfinished,
  noSuchBatch,
  runnerText,
  runsOf,
} from '../../batch/apply/recorded/recorded-runs.ts';
import {
  groupSize,
  inGroupsOf,
  type RowState,
  recordedStates,
  rowStateOf,
} from '../../batch/apply/recorded/row-lookup.ts';
import type { BatchRunRow } from '../../record/known-write.ts';
import type { AccountRecord, CountFilter } from '../../record/record.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { BatchStatus } from '../../views/batches.ts';

/** Inputs from which the state of a batch is worked out. */
export interface StatusContext {
  readonly record: AccountRecord;
  readonly target: Pick<BatchStatus, 'profile' | 'kind' | 'host'>;
  readonly runtime: Pick<Runtime, 'folders' | 'system'>;
}

/** The progress of every batch, the batch with the latest run first. */
export async function allBatchStatuses(context: StatusContext): Promise<readonly BatchStatus[]> {
  const statuses: BatchStatus[] = [];
  for (const [id, runs] of await allBatches(context.record))
    statuses.push(await statusFrom(id, runs, context));
  return statuses;
}

/** Throws a `not-found` error for a batch without a run. */
export async function batchStatus(id: string, context: StatusContext): Promise<BatchStatus> {
  return statusFrom(id, await runsOf(context.record, id), context);
}

async function statusFrom(batch: string, runs: BatchRuns, context: StatusContext): Promise<BatchStatus> {
  const { first, last, applied } = runs;
  if (first === undefined || last === undefined || applied === undefined) throw noSuchBatch(batch);
  const { record, target, runtime } = context;
  const isRunning = last.endedAt === null && isRunHeld(last, await record.now(), runtime.system.process);
  const all = await rowsOfBatch(record, batch);
  // If the plan is no longer kept, the record cannot separate its rows from rows of other plans.
  const isOne = runs.plans.length === 1 || !(await record.hasPlan(applied.plan));
  const counts = isOne ? all : await rowsOfPlan(applied.plan, context);
  const { done: succeeded, refused: failed } = counts;
  // The outcome of a noted row is not in doubt while its run goes on.
  const underWay = isRunning ? await countOf(record, 'noted', { batch, run: last.run, isUndo: false }) : 0;
  const undone = await countOf(record, 'settled', { batch, isUndo: false, isUndone: true });
  const inPart = await countOf(record, 'settled', { batch, isUndo: false, isUndone: 'in part' });
  const whole = undone - (await takenOver(record, last));
  const ended = endedState(last, { done: all.done, whole, inPart });
  return {
    batch,
    state: isRunning ? 'running' : isUnfinished(last) ? 'unfinished' : ended,
    rows: applied.rows,
    ...{ succeeded, failed },
    // Open rows of other plans with the same batch name count too.
    unknown: Math.max(0, all.open - underWay),
    unprocessed: Math.max(0, applied.rows - succeeded - failed - Math.max(0, counts.open - underWay)),
    undo_writes: await countOf(record, 'settled', { batch, isUndo: true }),
    rows_per_second: await paceOf(last, context),
    who: last.who,
    begun_at: first.begunAt,
    last_run_at: last.begunAt,
    ended_at: last.endedAt,
    ...target,
    held_by: isRunning ? runnerText(last) : null,
    plan: applied.plan,
    results: applied.results ?? '',
  };
}

/** Rows can be undone one by one, too. An undo run without failures also covers rows that only the ledgers have. */
function endedState(
  { isUndo, counts }: BatchRunRow,
  { done, whole, inPart }: Readonly<Record<'done' | 'whole' | 'inPart', number>>,
): 'finished' | 'partly_undone' | 'undone' {
  if ((isUndo && counts?.failed === 0) || (done > 0 && whole === done)) return 'undone';
  return inPart > 0 ? 'partly_undone' : 'finished';
}

/**
 * Undo writes that an undo run with failures took over: it may have sent less than the note of an earlier run said, after
 * credits were used.
 */
async function takenOver(
  record: Pick<AccountRecord, 'writes'>,
  { batch, run, begun, isUndo, counts }: BatchRunRow,
): Promise<number> {
  let writes = 0;
  if (!isUndo || (counts?.failed ?? 0) === 0) return writes;
  for await (const { noted } of record.writes({ batch, run, isUndo: true, states: ['settled'] }))
    if (noted < begun) writes += 1;
  return writes;
}

async function countOf(
  record: Pick<AccountRecord, 'countWrites'>,
  state: 'noted' | 'settled',
  filter: CountFilter,
): Promise<number> {
  return (await record.countWrites({ ...filter, withRows: true, states: [state] })).get(state) ?? 0;
}

type RowCounts = Readonly<Record<Exclude<RowState, 'planned'>, number>>;

async function rowsOfBatch(record: Pick<AccountRecord, 'countWrites'>, batch: string): Promise<RowCounts> {
  const counts = { done: 0, open: 0, refused: 0 };
  for (const [state, rows] of await record.countWrites({ batch, withRows: true, isUndo: false })) {
    const rowState = rowStateOf({ state });
    if (rowState !== 'planned') counts[rowState] += rows;
  }
  return counts;
}

/** Several plans may have been applied under one batch name; this counts the rows of one plan. */
async function rowsOfPlan(sha256: string, { record, runtime }: StatusContext): Promise<RowCounts> {
  const counts = { done: 0, open: 0, refused: 0 };
  await withKeptPlan(record, sha256, {
    space: runtime,
    use: async (plan) => {
      for await (const group of inGroupsOf(groupSize, plan.rowGroups())) {
        const states = await recordedStates(
          group.map(({ key }) => key),
          record,
        );
        for (const known of states.values()) {
          const rowState = rowStateOf(known);
          if (rowState !== 'planned') counts[rowState] += 1;
        }
      }
    },
  });
  return counts;
}

/** Rows a second that a run has settled, including the rows of earlier runs that the run took over. */
async function paceOf(
  { batch, run, begunAt, endedAt }: BatchRunRow,
  { record }: Pick<StatusContext, 'record'>,
): Promise<number> {
  const filter = { batch, run, withRows: true, states: ['settled'] } as const;
  const settled = await countOf(record, 'settled', { batch, run });
  if (settled === 0) return 0;
  const last = endedAt ?? (await lastEnd(record, filter)) ?? begunAt;
  const seconds = Math.max(0.001, (Date.parse(last) - Date.parse(begunAt)) / 1000);
  return Math.round((settled / seconds) * 10) / 10;
}

async function lastEnd(
  record: Pick<AccountRecord, 'writes'>,
  filter: CountFilter,
): Promise<string | undefined> {
  for await (const { endedAt } of record.writes(filter)) return endedAt ?? undefined;
  return undefined;
}
