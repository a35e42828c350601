// `history list`: lists all writes of an account by all persons, newest first.
import { batchNameProblem } from '../../batch/input/row-key.ts';
import { oneOfProblems, type Problem, usageError } from '../../errors.ts';
import { namesInRecord } from '../../record/customer-names.ts';
import { historyOf, historyOfRun } from '../../record/history.ts';
import type { AccountRecord, WriteFilter } from '../../record/record.ts';
import { type ListFlags, readListFlags, readTimeRange, type TimeRange } from '../../requests/ledger-query.ts';
import {
  checkOutput,
  type RecordCommand,
  type SwitchFlags,
  show,
  type TextFlags,
} from '../../runtime/show.ts';
import { type HistoryWrite, historyRow, historyView, outcomes } from '../../views/history.ts';
import { recordsToRead } from './records.ts';

export type HistoryListFlags = Omit<ListFlags, 'cursor'> &
  SwitchFlags<'notUndone'> &
  TextFlags<'since' | 'until' | 'outcome' | 'customer' | 'who' | 'batch'>;

export const run: RecordCommand<HistoryListFlags> = async (_args, flags, runtime) => {
  const choice = checkOutput(flags, historyView);
  const { span, problems } = readListFlags(flags);
  const range = await rangeOf(flags, runtime.now());
  const named = flags.batch === undefined ? undefined : batchNameProblem(flags.batch);
  const all = [
    ...oneOfProblems('--outcome', flags.outcome, outcomes),
    ...(named === undefined ? [] : [{ where: '--batch', problem: named }]),
    ...(flags.notUndone === true && flags.outcome !== undefined
      ? [{ where: '--not-undone', problem: 'cannot be used with --outcome' }]
      : []),
    ...(['customer', 'who'] as const).flatMap((name) =>
      flags[name]?.trim() === '' ? [{ where: `--${name}`, problem: 'is empty' }] : [],
    ),
    ...[...range.problems, ...problems],
  ];
  if (all.length > 0) throw usageError(all);
  const records = await recordsToRead(flags, runtime);
  const filter = filterOf(flags, range);
  const { limit = Number.POSITIVE_INFINITY } = span;
  let isMore = false;
  let count = 0;
  async function* rows() {
    for await (const write of newestFirst(records, filter)) {
      if (count === limit) {
        isMore = true;
        return;
      }
      count += 1;
      yield historyRow(write);
    }
  }
  await show(rows(), { view: historyView, shape: 'list', choice, zone: recordZone }, runtime);
  if (isMore)
    runtime.note({ text: 'There are older writes: --all shows them', data: { older_writes: true } });
  if (count === 0 && flags.allAccounts !== true)
    runtime.note({
      text: `${records.length === 0 ? `Profile ${runtime.target(flags).profile} has not written from here` : 'Only this account was searched'}; --all-accounts searches every account`,
      data: { no_writes: true },
    });
  if (count === 0 && flags.customer?.startsWith('id:') === true)
    runtime.note({
      text: 'Writes that named the customer by the external id: --customer <external id>',
      data: { searched_id_only: true },
    });
};

const recordZone = async (): Promise<string> => 'UTC';

interface Range extends TimeRange {
  readonly problems: readonly Problem[];
}

/** Days are UTC: the record covers many customers, is read offline, and keeps its times in UTC. */
async function rangeOf({ since, until }: HistoryListFlags, now: number): Promise<Range> {
  if (since === undefined && until === undefined) return { problems: [] };
  const reading = readTimeRange({ since, until }, { now, zone: await recordZone() });
  return 'problems' in reading ? reading : { ...reading.range, problems: [] };
}

/** The last instant that RFC 3339 can write. */
const endOfTime = Date.UTC(10_000, 0) - 1;

function filterOf({ outcome, customer, who, batch, notUndone }: HistoryListFlags, range: Range): WriteFilter {
  const { from, upTo, before } = range;
  // An instant covers its whole second.
  const until = before ?? (upTo === undefined ? undefined : Math.min(upTo + 1000, endOfTime));
  const states = outcomes.filter((name) => name === (notUndone === true ? 'settled' : outcome));
  return {
    ...(who === undefined ? {} : { who }),
    ...(customer === undefined ? {} : { customer, withRows: true }),
    ...(batch === undefined ? {} : { batch, withRows: true }),
    ...(states.length === 0 ? {} : { states }),
    ...(notUndone === true ? { isUndo: false, isUndone: false } : {}),
    ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  };
}

/** Merges the writes and batch runs of several accounts, newest first. Memory use stays constant. */
export async function* newestFirst(
  records: readonly AccountRecord[],
  filter: WriteFilter,
): AsyncGenerator<HistoryWrite> {
  const streams: Stream[] = [];
  for (const record of records) {
    streams.push(await begun(runsOf(record, filter)));
    for (const each of await byName(filter, record)) streams.push(await begun(writesOf(record, each)));
  }
  for (;;) {
    const [newest] = streams.filter(({ next }) => next !== undefined).sort(byTime);
    if (newest?.next === undefined) return;
    yield newest.next;
    newest.next = await nextOf(newest.rest);
  }
}

/** Makes a filter for each name that the record has for a customer. */
async function byName(filter: WriteFilter, record: AccountRecord): Promise<readonly WriteFilter[]> {
  if (filter.customer === undefined) return [filter];
  const names = await namesInRecord(record, filter.customer);
  return names.map((customer) => ({ ...filter, customer }));
}

interface Stream {
  next: HistoryWrite | undefined;
  readonly rest: AsyncGenerator<HistoryWrite>;
}

const nextOf = async (rest: AsyncGenerator<HistoryWrite>): Promise<HistoryWrite | undefined> => {
  const step = await rest.next();
  return step.done === true ? undefined : step.value;
};

const begun = async (rest: AsyncGenerator<HistoryWrite>): Promise<Stream> => ({
  next: await nextOf(rest),
  rest,
});

const byTime = (a: Stream, b: Stream): number => timeOf(b) - timeOf(a);
const timeOf = ({ next }: Stream): number => Date.parse(next?.at ?? '');

async function* writesOf(record: AccountRecord, filter: WriteFilter): AsyncGenerator<HistoryWrite> {
  for await (const write of record.writes(filter)) yield await historyOf(write, record);
}

/** A run of a batch is one line; `--batch` lists its rows. */
async function* runsOf(record: AccountRecord, filter: WriteFilter): AsyncGenerator<HistoryWrite> {
  if (filter.customer !== undefined || filter.isUndone !== undefined) return;
  const { batch, who } = filter;
  const ofBatch = batch === undefined ? {} : { batch };
  const runs = await record.batchRuns({ ...ofBatch, ...(who === undefined ? {} : { who }) });
  const wasUnknown = runs.some(({ counts }) => counts !== null && counts.unknown > 0);
  const open = wasUnknown ? await batchesWithOpenRows(record) : new Set();
  const finished = runs.some(isCutOff) ? finishedLater(await record.batchRuns(ofBatch)) : new Set();
  for (const run of runs) {
    const later = { hasOpenRows: open.has(run.batch), isFinished: finished.has(run.begun) };
    const line = historyOfRun(run, record, later);
    if (isWithin(Date.parse(run.begunAt), filter) && (filter.states?.includes(line.outcome) ?? true))
      yield line;
  }
}

/** Batches with open rows. A later run or `history settle` may have settled the rows that a run left unknown. */
async function batchesWithOpenRows(record: AccountRecord): Promise<ReadonlySet<string | null>> {
  const batches = new Set<string | null>();
  for await (const { batch } of record.writes({ states: ['noted', 'unknown'], withRows: true }))
    batches.add(batch);
  return batches;
}

type BatchRun = Awaited<ReturnType<AccountRecord['batchRuns']>>[number];

const isCutOff = ({ counts }: BatchRun): boolean => counts === null || counts.unprocessed > 0;

/** Runs whose plan a later run of the batch finished. @param runs the newest first */
function finishedLater(runs: readonly BatchRun[]): ReadonlySet<number> {
  const whole = new Set<string>();
  const finished = new Set<number>();
  for (const run of runs) {
    const work = JSON.stringify([run.batch, run.plan, run.isUndo]);
    if (whole.has(work)) finished.add(run.begun);
    else if (!isCutOff(run)) whole.add(work);
  }
  return finished;
}

const isWithin = (at: number, { from, until }: WriteFilter): boolean =>
  (from === undefined || at >= Date.parse(from)) && (until === undefined || at < Date.parse(until));
