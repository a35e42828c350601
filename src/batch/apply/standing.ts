// The state of each batch in the record: how far it is, who ran it last, and whether a process is working on it.
import type { ProcessPort } from '../../platform/process.ts';
import type { BatchRunRow } from '../../record/known-write.ts';
import type { AccountRecord } from '../../record/record.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { BatchStanding } from '../../views/batches.ts';
import { withKeptPlan } from './kept-plans.ts';
import { inGroupsOf } from './keyed-queue.ts';
import {
  allBatches,
  type BatchRuns,
  isRunHeld,
  isUnfinished,
  noSuchBatch,
  runnerText,
  runsOf,
} from './recorded-runs.ts';
import { groupSize, type Standing, standingOf } from './row-lookup.ts';

/** What the state of a batch is worked out from. */
export interface StandingContext {
  readonly record: AccountRecord;
  readonly place: Pick<BatchStanding, 'profile' | 'kind' | 'host'>;
  readonly runtime: Pick<Runtime, 'folders'> & { readonly parts: { readonly process: ProcessPort } };
}

/** The batch that ran last is first. */
export async function allStandings(context: StandingContext): Promise<readonly BatchStanding[]> {
  const standings: BatchStanding[] = [];
  for (const [id, runs] of await allBatches(context.record))
    standings.push(await standingOfRuns(id, runs, context));
  return standings;
}

/** Throws a `not-found` error for a batch that was never begun. */
export async function standing(id: string, context: StandingContext): Promise<BatchStanding> {
  return standingOfRuns(id, await runsOf(context.record, id), context);
}

async function standingOfRuns(
  batch: string,
  runs: BatchRuns,
  context: StandingContext,
): Promise<BatchStanding> {
  const { first, last, applied } = runs;
  if (first === undefined || last === undefined || applied === undefined) throw noSuchBatch(batch);
  const { record, place, runtime } = context;
  const isRunning = last.endedAt === null && isRunHeld(last, await record.now(), runtime.parts.process);
  const all = await countsOf(record, batch);
  // If a plan lost rows, the record cannot tell which ones were its own.
  const isOne = runs.plans.length === 1 || !(await record.hasPlan(applied.plan));
  const counts = isOne ? all : await countsOfPlan(applied.plan, context);
  const { done: succeeded, refused: failed } = counts;
  const undone = await record.countWrites({ batch, withRows: true, isUndo: true });
  return {
    batch,
    state: isRunning ? 'running' : isUnfinished(last) ? 'unfinished' : 'finished',
    rows: applied.rows,
    ...{ succeeded, failed },
    // Rows of other plans of this name are open as well.
    unknown: all.open,
    unprocessed: Math.max(0, applied.rows - succeeded - failed - counts.open),
    undo_writes: undone.get('settled') ?? 0,
    rows_per_second: await paceOf(last, context),
    who: last.who,
    begun_at: first.begunAt,
    last_run_at: last.begunAt,
    ended_at: last.endedAt,
    ...place,
    held_by: isRunning ? runnerText(last) : null,
    plan: applied.plan,
    results: applied.results ?? '',
  };
}

type Counts = Readonly<Record<Exclude<Standing, 'planned'>, number>>;

async function countsOf(record: Pick<AccountRecord, 'countWrites'>, batch: string): Promise<Counts> {
  const counts = { done: 0, open: 0, refused: 0 };
  for (const [state, rows] of await record.countWrites({ batch, withRows: true, isUndo: false })) {
    const standing = standingOf({ state });
    if (standing !== 'planned') counts[standing] += rows;
  }
  return counts;
}

/** Under one name several plans may have been applied; the counts are those of the last one. */
async function countsOfPlan(sha256: string, { record, runtime }: StandingContext): Promise<Counts> {
  const counts = { done: 0, open: 0, refused: 0 };
  await withKeptPlan(record, sha256, {
    space: runtime,
    act: async (plan) => {
      for await (const group of inGroupsOf(groupSize, plan.rowGroups())) {
        const keys = group.map(({ key }) => key);
        const states = keys.length === 0 ? [] : (await record.keyStates(keys)).values();
        for (const known of states) {
          const standing = standingOf(known);
          if (standing !== 'planned') counts[standing] += 1;
        }
      }
    },
  });
  return counts;
}

/** Rows a second that a run has settled. */
async function paceOf(
  { batch, begunAt, isUndo, endedAt }: BatchRunRow,
  { record }: Pick<StandingContext, 'record'>,
): Promise<number> {
  const filter = { batch, withRows: true, isUndo, from: begunAt, states: ['settled'] } as const;
  const settled = (await record.countWrites(filter)).get('settled') ?? 0;
  if (settled === 0) return 0;
  const last = endedAt ?? (await lastEnd(record, filter)) ?? begunAt;
  const seconds = Math.max(0.001, (Date.parse(last) - Date.parse(begunAt)) / 1000);
  return Math.round((settled / seconds) * 10) / 10;
}

async function lastEnd(
  record: Pick<AccountRecord, 'writes'>,
  filter: Parameters<AccountRecord['writes']>[0],
): Promise<string | undefined> {
  for await (const { endedAt } of record.writes(filter)) return endedAt ?? undefined;
  return undefined;
}
