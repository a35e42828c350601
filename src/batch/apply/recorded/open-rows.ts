// The rows of a batch whose outcome is unknown: which they are, and whether they may be on their way.
import type { Write } from '../../../record/known-write.ts';
import type { AccountRecord } from '../../../record/record.ts';
import { type BatchRuns, isRunHeld, type RunnerPort, runsOf } from './recorded-runs.ts';

/** A row of unknown outcome. */
export interface OpenRow {
  readonly write: Write;
  /** The hash of the plan whose request was sent. */
  readonly plan: string;
}

/** The rows of a batch whose outcome is unknown. */
export interface OpenBatch {
  readonly batch: string;
  readonly rows: number;
  /** They were taking rows back. */
  readonly isUndo: boolean;
}

/** Every batch with such rows, but for those of a run that goes on. */
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

/** By their keys; those of a batch that is taken back are left out. */
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

/** Several plans may have been applied under one name, and a later run may have taken the row over. */
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
 * Whether a request may still be on its way under another API key than that of the given record. Whether the API keeps
 * idempotency keys for each API key or for all of an account is not documented, so nothing is to be sent beside it.
 * @param now by the record's clock
 */
export const mayBeUnderWay = (
  { apiKey, leaseUntil }: Pick<Write, 'apiKey' | 'leaseUntil'>,
  { record, now }: { readonly record: Pick<AccountRecord, 'apiKey'>; readonly now: number },
): boolean => apiKey !== record.apiKey && Date.parse(leaseUntil) > now;

/** When the first of them was noted, in milliseconds since the epoch; infinitely late if there are none. */
export const earliest = (writes: Iterable<Pick<Write, 'notedAt' | 'ledgerAt'>>): number =>
  [...writes].reduce(
    (first, { notedAt, ledgerAt }) => Math.min(first, Date.parse(ledgerAt ?? notedAt)),
    Number.POSITIVE_INFINITY,
  );
