// The runs of batches in the record: which batch is meant, how far it is, who ran it last, and whether a process works on it.
import { CreditctlError } from '../../errors.ts';
import type { ProcessPort } from '../../platform/process.ts';
import type { BatchRunRow } from '../../record/known-write.ts';
import type { AccountRecord, WriteFilter } from '../../record/record.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { BatchStanding } from '../../views/batches.ts';
import { withKeptPlan } from './kept-plans.ts';
import { inGroupsOf } from './keyed-queue.ts';
import { groupSize, recordedStates, type Standing, standingOf } from './row-lookup.ts';

/** The runs of one batch. */
export interface BatchRuns {
  readonly first: BatchRunRow | undefined;
  readonly last: BatchRunRow | undefined;
  /** The last run that carried rows out, and not back. */
  readonly applied: BatchRunRow | undefined;
  /** The hashes of all plans that were applied under this name, the last one first. */
  readonly plans: readonly string[];
  /** The plan of each run, by the run's number. */
  readonly planOf: ReadonlyMap<number, string>;
}

/** @param all newest first */
export function runsAmong(all: readonly BatchRunRow[]): BatchRuns {
  const forth = all.filter(({ isUndo }) => !isUndo);
  return {
    first: all.at(-1),
    last: all[0],
    applied: forth[0],
    plans: [...new Set(forth.map(({ plan }) => plan))],
    planOf: new Map(all.map(({ run, plan }) => [run, plan])),
  };
}

export const runsOf = async (record: Pick<AccountRecord, 'batchRuns'>, batch: string): Promise<BatchRuns> =>
  runsAmong(await record.batchRuns({ batch }));

/** Whether the last run left something to do: it was cut off, or rows are not known or not sent. */
export const isUnfinished = ({ counts }: Pick<BatchRunRow, 'counts'>): boolean =>
  counts === null || counts.unknown + counts.unprocessed > 0;

/** Whether there is something to resume: what is taken back does not go on. */
export const goesOn = (last: BatchRunRow | undefined): boolean =>
  last === undefined || (isUnfinished(last) && !last.isUndo);

/** Every batch with its runs, the one that ran last first. */
export async function allBatches(
  record: Pick<AccountRecord, 'batchRuns'>,
): Promise<ReadonlyMap<string, BatchRuns>> {
  const byBatch = new Map<string, BatchRunRow[]>();
  for (const run of await record.batchRuns({})) {
    const runs = byBatch.get(run.batch) ?? [];
    byBatch.set(run.batch, runs);
    runs.push(run);
  }
  return new Map([...byBatch].map(([batch, runs]) => [batch, runsAmong(runs)]));
}

/** The newest batch that this person began or went on with and that is not at its end; `undefined` if there is none. */
export async function newestUnfinished(
  record: Pick<AccountRecord, 'batchRuns' | 'who'>,
): Promise<string | undefined> {
  const own = new Set((await record.batchRuns({ who: await record.who() })).map(({ batch }) => batch));
  for (const [batch, { last }] of await allBatches(record)) if (own.has(batch) && goesOn(last)) return batch;
  return undefined;
}

/** The newest batch of this person. Throws a `not-found` error where there is none. */
export async function newestBatch(record: Pick<AccountRecord, 'batchRuns' | 'who'>): Promise<string> {
  const [newest] = await record.batchRuns({ who: await record.who() });
  if (newest !== undefined) return newest.batch;
  throw new CreditctlError('not-found', 'You have begun no batch here', {
    applied: 'no',
    next: ['creditctl batch status --all', 'creditctl batch apply <plan>'],
  });
}

export const noSuchBatch = (batch: string): CreditctlError =>
  new CreditctlError('not-found', `The record has no batch "${batch}"`, {
    applied: 'no',
    next: ['creditctl batch status --all'],
  });

/** Who may hold something of the record, and until when. */
export type Holding = Pick<BatchRunRow, 'runner' | 'leaseUntil'>;

/**
 * Whether a process still works on it: a dead one of this machine does not, and one elsewhere may until its lease ends.
 * @param now by the record's clock
 */
export function isRunHeld(
  { runner, leaseUntil }: Holding,
  now: number,
  { runner: own, isAlive }: Pick<ProcessPort, 'runner' | 'isAlive'>,
): boolean {
  if (!(Date.parse(leaseUntil) > now)) return false;
  if (runner.machine !== own.machine) return true;
  return runner.pid !== own.pid && isAlive(runner);
}

/** `process 12 on db1`, as it is called in a sentence. */
export const runnerText = ({
  runner: { pid },
  author: { host },
}: Pick<BatchRunRow, 'runner' | 'author'>): string => `process ${pid} on ${host}`;

export function underWay(run: BatchRunRow): CreditctlError {
  const { batch, who, begunAt } = run;
  const message = `The batch ${batch} is under way: ${who} began a run at ${begunAt}, ${runnerText(run)}`;
  return new CreditctlError('refused', message, {
    applied: 'no',
    next: [`creditctl batch status ${batch}`, `A process that is gone is taken over after ${run.leaseUntil}`],
  });
}

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
  // If a plan lost rows, the record does not know which ones were its own.
  const isOne = runs.plans.length === 1 || !(await record.hasPlan(applied.plan));
  const counts = isOne ? all : await countsOfPlan(applied.plan, context);
  const { done: succeeded, refused: failed } = counts;
  const undoing = await settledCount(record, { batch, isUndo: true });
  const undone = await settledCount(record, { batch, isUndo: false, isUndone: true });
  const ended = endedState(last, { done: all.done, undone, undoing });
  return {
    batch,
    state: isRunning ? 'running' : isUnfinished(last) ? 'unfinished' : ended,
    rows: applied.rows,
    ...{ succeeded, failed },
    // Rows of other plans of this name are open as well.
    unknown: all.open,
    unprocessed: Math.max(0, applied.rows - succeeded - failed - counts.open),
    undo_writes: undoing,
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

/** Rows may be undone one by one, too. What was only found in the ledgers, the run that undid the batch has counted. */
function endedState(
  { isUndo, counts }: BatchRunRow,
  { done, undone, undoing }: Readonly<Record<'done' | 'undone' | 'undoing', number>>,
): 'finished' | 'partly_undone' | 'undone' {
  const isUndone = isUndo && counts !== null && counts.succeeded > 0 && counts.failed === 0;
  if (isUndone || (done > 0 && undone === done)) return 'undone';
  return undone + undoing > 0 ? 'partly_undone' : 'finished';
}

async function settledCount(
  record: Pick<AccountRecord, 'countWrites'>,
  filter: WriteFilter,
): Promise<number> {
  return (await record.countWrites({ ...filter, withRows: true, states: ['settled'] })).get('settled') ?? 0;
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
        const states = await recordedStates(
          group.map(({ key }) => key),
          record,
        );
        for (const known of states.values()) {
          const standing = standingOf(known);
          if (standing !== 'planned') counts[standing] += 1;
        }
      }
    },
  });
  return counts;
}

/** Rows a second that a run has settled, those of earlier runs that it took over included. */
async function paceOf(
  { batch, run, begunAt, endedAt }: BatchRunRow,
  { record }: Pick<StandingContext, 'record'>,
): Promise<number> {
  const filter = { batch, run, withRows: true, states: ['settled'] } as const;
  const settled = await settledCount(record, filter);
  if (settled === 0) return 0;
  const last = endedAt ?? (await lastEnd(record, filter)) ?? begunAt;
  const seconds = Math.max(0.001, (Date.parse(last) - Date.parse(begunAt)) / 1000);
  return Math.round((settled / seconds) * 10) / 10;
}

async function lastEnd(
  record: Pick<AccountRecord, 'writes'>,
  filter: WriteFilter,
): Promise<string | undefined> {
  for await (const { endedAt } of record.writes(filter)) return endedAt ?? undefined;
  return undefined;
}
