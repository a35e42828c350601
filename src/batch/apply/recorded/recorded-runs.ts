// The runs of batches in the record: which batch is meant, who ran it last, and whether a process works on it.
import { type CreditctlError, notApplied, valueWords } from '../../../errors.ts';
import type { ProcessPort } from '../../../platform/process.ts';
import type { BatchRunRow } from '../../../record/known-write.ts';
import type { AccountRecord } from '../../../record/record.ts';

export interface BatchRuns {
  readonly first: BatchRunRow | undefined;
  readonly last: BatchRunRow | undefined;
  /** Those that carried rows out, and not back, the last one first. */
  readonly forth: readonly BatchRunRow[];
  /** The last of them. */
  readonly applied: BatchRunRow | undefined;
  /** The hashes of all plans that were applied under this name, the last one first. */
  readonly plans: readonly string[];
  /** The plan of each run, by the run's number. */
  readonly planOf: ReadonlyMap<number, string>;
}

/** @param all newest first */
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

/** Whether the last run left something to do: it was cut off, or rows are not known or not sent. */
export const isUnfinished = ({ counts }: Pick<BatchRunRow, 'counts'>): boolean =>
  counts === null || counts.unknown + counts.unprocessed > 0;

/** Whether there is something to resume: a batch that is taken back does not go on. */
export const isResumable = (last: BatchRunRow | undefined): boolean =>
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
  for (const [batch, { last }] of await allBatches(record))
    if (own.has(batch) && isResumable(last)) return batch;
  return undefined;
}

/** The newest batch of this person. Throws a `not-found` error where there is none. */
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

/** Who may hold something of the record, and until when. */
type Holding = Pick<BatchRunRow, 'runner' | 'leaseUntil'>;

/** The process that asks, and whether another one of its machine is alive. */
export type RunnerPort = Pick<ProcessPort, 'runner' | 'isAlive'>;

/**
 * Whether a process still works on it: a dead one of this machine does not, and one elsewhere may until its lease ends.
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

/** `process 12 on db1`, as it is called in a sentence. */
export const runnerText = ({
  runner: { pid },
  author: { host },
}: Pick<BatchRunRow, 'runner' | 'author'>): string => `process ${pid} on ${host}`;

export function underWay(run: BatchRunRow): CreditctlError {
  const { batch, who, begunAt } = run;
  const message = `The batch ${batch} is under way: ${who} began a run at ${begunAt}, ${runnerText(run)}`;
  return notApplied('refused', message, [
    `creditctl batch status ${valueWords(batch)}`,
    `A process that is gone is taken over after ${run.leaseUntil}`,
  ]);
}
