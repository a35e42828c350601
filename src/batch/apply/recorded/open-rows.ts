// Lists a batch's rows of unknown outcome, and checks whether their requests may still arrive.
import type { Write } from '../../../record/known-write.ts';
import type { AccountRecord } from '../../../record/record.ts';
import { type BatchRuns, isRunHeld, type RunnerPort, runsOf } from './recorded-runs.ts';

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
}

/** Every batch with rows of unknown outcome, except batches with a live run. */
export async function openBatches(
  record: Pick<AccountRecord, 'writes' | 'batchRuns' | 'now'>,
  self: RunnerPort,
): Promise<readonly OpenBatch[]> {
  const open = new Map<string, OpenBatch>();
  for await (const { batch, undoes } of record.writes({ states: ['noted', 'unknown'], withRows: true }))
    if (batch !== null)
      open.set(batch, { batch, rows: (open.get(batch)?.rows ?? 0) + 1, isUndo: undoes !== null });
  const left: OpenBatch[] = [];
  for (const each of open.values()) {
    const { last } = await runsOf(record, each.batch);
    const isHeld = last?.endedAt === null && isRunHeld(last, await record.now(), self);
    if (!isHeld) left.push(each);
  }
  return left;
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
