// Reads a batch's runs and rows of unknown outcome from the record, and checks whether a live process holds them.
import { type CreditctlError, notApplied, valueArgs } from '../../../errors.ts';
import type { ProcessPort } from '../../../platform/process.ts';
import type { BatchRunRow, Write } from '../../../record/known-write.ts';
import type { AccountRecord } from '../../../record/record.ts';

export interface BatchRuns {
  readonly first: BatchRunRow | undefined;
  readonly last: BatchRunRow | undefined;
  /** Runs that apply rows, without undo runs, newest first. */
  readonly forth: readonly BatchRunRow[];
  /** The newest run in `forth`. */
  readonly applied: BatchRunRow | undefined;
  /** Hashes of all applied plans of the batch, newest first. */
  readonly plans: readonly string[];
  /** Plan of each run, by the run's number. */
  readonly planOf: ReadonlyMap<number, string>;
}

/** @param all runs of one batch, newest first */
function runsAmong(all: readonly BatchRunRow[]): BatchRuns {
  const forth = all.filter(({ isUndo }) => !isUndo);
  return {
    first: all.at(-1),
    last: all[0],
    forth,
    applied: forth[0],
    plans: [...new Set(forth.map(({ plan }) => plan))],
    planOf: new Map(all.map(({ run, plan }) => [run, plan])),
  };
}

export const runsOf = async (record: Pick<AccountRecord, 'batchRuns'>, batch: string): Promise<BatchRuns> =>
  runsAmong(await record.batchRuns({ batch }));

/** Whether a run left something to do: it was interrupted, or rows are of unknown outcome or unsent. */
export const isUnfinished = ({ counts }: Pick<BatchRunRow, 'counts'>): boolean =>
  counts === null || counts.unknown + counts.unprocessed > 0;

/** Whether the batch can be resumed; a batch whose last run is an undo cannot. */
export const isResumable = (last: BatchRunRow | undefined): boolean =>
  last === undefined || (isUnfinished(last) && !last.isUndo);

/** Every batch with its runs, most recently run first. */
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

/** The newest batch that this person ran and whose last run left something to do; `undefined` if there is none. */
export async function newestLeft(
  isLeft: (last: BatchRunRow) => boolean,
  record: Pick<AccountRecord, 'batchRuns' | 'who'>,
): Promise<string | undefined> {
  const own = new Set((await record.batchRuns({ who: await record.who() })).map(({ batch }) => batch));
  for (const [batch, { last }] of await allBatches(record))
    if (own.has(batch) && last !== undefined && isLeft(last)) return batch;
  return undefined;
}

/** The newest batch of this person. Throws a `not-found` error if there is none. */
export async function newestBatch(record: Pick<AccountRecord, 'batchRuns' | 'who'>): Promise<string> {
  const [newest] = await record.batchRuns({ who: await record.who() });
  if (newest !== undefined) return newest.batch;
  throw notApplied('not-found', 'You have begun no batch here', [
    'creditctl batch status --all',
    'creditctl batch apply <plan>',
  ]);
}

export const noSuchBatch = (batch: string): CreditctlError =>
  notApplied('not-found', `The record has no batch "${batch}"`, ['creditctl batch status --all']);

/** The process that holds a run or a row, and the end of its lease. */
type Holding = Pick<BatchRunRow, 'runner' | 'leaseUntil'>;

/** This process, and a test of whether another process on this machine is alive. */
export type RunnerPort = Pick<ProcessPort, 'runner' | 'isAlive'>;

/**
 * Whether another process still holds the run: until its lease ends, and on this machine only while the process is alive.
 * @param now by the record's clock
 */
export function isRunHeld(
  { runner, leaseUntil }: Holding,
  now: number,
  { runner: own, isAlive }: RunnerPort,
): boolean {
  if (!(Date.parse(leaseUntil) > now)) return false;
  if (runner.machine !== own.machine) return true;
  return runner.pid !== own.pid && isAlive(runner);
}

/** Names a process in a sentence: `process 12 on db1`. */
export const runnerText = ({
  runner: { pid },
  author: { host },
}: Pick<BatchRunRow, 'runner' | 'author'>): string => `process ${pid} on ${host}`;

export function underWay(run: BatchRunRow): CreditctlError {
  const { batch, who, begunAt } = run;
  const message = `The batch ${batch} is under way: ${who} began a run at ${begunAt}, ${runnerText(run)}`;
  return notApplied('refused', message, [
    `creditctl batch status ${valueArgs(batch)}`,
    `A process that is gone is taken over after ${run.leaseUntil}`,
  ]);
}

/** A row of unknown outcome. */
export interface OpenRow {
  readonly write: Write;
  /** Hash of the plan whose request was sent. */
  readonly plan: string;
}

/** A batch with rows of unknown outcome. */
export interface OpenBatch {
  readonly batch: string;
  readonly rows: number;
  /** The rows of unknown outcome are undo writes. */
  readonly isUndo: boolean;
  /** A live run is at work on them. */
  readonly isHeld: boolean;
}

/** Every batch with rows of unknown outcome. */
export async function openBatches(
  record: Pick<AccountRecord, 'writes' | 'batchRuns' | 'now'>,
  self: RunnerPort,
): Promise<readonly OpenBatch[]> {
  const open = new Map<string, Omit<OpenBatch, 'isHeld'>>();
  for await (const { batch, undoes } of record.writes({ states: ['noted', 'unknown'], withRows: true }))
    if (batch !== null)
      open.set(batch, { batch, rows: (open.get(batch)?.rows ?? 0) + 1, isUndo: undoes !== null });
  const batches: OpenBatch[] = [];
  for (const each of open.values()) {
    const { last } = await runsOf(record, each.batch);
    const isHeld = last?.endedAt === null && isRunHeld(last, await record.now(), self);
    batches.push({ ...each, isHeld });
  }
  return batches;
}

/** Rows of unknown outcome by key, without undo writes. */
export async function openRowsOf(
  record: Pick<AccountRecord, 'writes' | 'eventsOf'>,
  batch: string,
  runs: BatchRuns,
): Promise<ReadonlyMap<string, OpenRow>> {
  const open = new Map<string, OpenRow>();
  if (runs.first === undefined) return open;
  const filter = { batch, states: ['noted', 'unknown'], withRows: true, isUndo: false } as const;
  for await (const write of record.writes(filter))
    open.set(write.key, { write, plan: (await planOf(write, record, runs)) ?? '' });
  return open;
}

/** A batch may have several applied plans, and a later run may have taken over the row. */
async function planOf(
  { key, attempt, run }: Write,
  record: Pick<AccountRecord, 'eventsOf'>,
  { plans, planOf: byRun }: BatchRuns,
): Promise<string | undefined> {
  const [only] = plans;
  if (plans.length === 1) return only;
  const noted = (await record.eventsOf(key)).find(
    (event) => event.kind === 'noted' && event.attempt === attempt,
  );
  const begun = noted === undefined ? undefined : /"run":(\d+)/.exec(noted.body)?.[1];
  return byRun.get(begun === undefined ? (run ?? 0) : Number(begun));
}

/**
 * Whether a request under another API key than the record's may still arrive. It is not documented whether the API keeps
 * idempotency keys for each API key or for the whole account, so no request may be sent beside it.
 * @param now by the record's clock
 */
export const mayBeUnderWay = (
  { apiKey, leaseUntil }: Pick<Write, 'apiKey' | 'leaseUntil'>,
  { record, now }: { readonly record: Pick<AccountRecord, 'apiKey'>; readonly now: number },
): boolean => apiKey !== record.apiKey && Date.parse(leaseUntil) > now;

/** Time of the first write, in milliseconds since the epoch; infinity without writes. */
export const earliest = (writes: Iterable<Pick<Write, 'notedAt' | 'ledgerAt'>>): number =>
  [...writes].reduce(
    (first, { notedAt, ledgerAt }) => Math.min(first, Date.parse(ledgerAt ?? notedAt)),
    Number.POSITIVE_INFINITY,
  );
