// Erases a customer from the record of an account: every name, the texts of its writes, its rows in kept plans.
import { createHash } from 'node:crypto';
import {
  isRunHeld,
  isUnfinished,
  type RunnerPort,
  runnerText,
  underWay,
} from '../../batch/apply/recorded/recorded-runs.ts';
import { withoutRowsOf } from '../../batch/plan/erased-rows.ts';
import { CreditctlError, notApplied, repetition, valueArgs } from '../../errors.ts';
import { everyCustomerName, spellingsOf } from '../../record/customer-names.ts';
import { isIdempotent, keyLifetime } from '../../record/decide.ts';
import { type Head, isOpen } from '../../record/facts.ts';
import type { AccountRecord, WriteFilter, WriteWithTexts } from '../../record/record.ts';
import { isEntryWrite, requestFromText } from '../../requests/request.ts';

interface Erasing {
  readonly record: AccountRecord;
  readonly customer: string;
  readonly self: RunnerPort;
}

/** What an erasure removes. Nothing is erased yet. */
export interface ToErase extends Erasing {
  /** All names of the customer. */
  readonly names: readonly string[];
  /** The batches that have rows for the customer. */
  readonly batches: readonly string[];
  /** The plans of those batches, by their SHA-256. */
  readonly plans: readonly string[];
  /** The head of the record before all this was read. */
  readonly since: Head;
}

/**
 * Throws a `refused` error if a batch with rows for the customer is not finished, because resuming needs the whole
 * plan. Throws the same error if a write is not settled, because settling needs the request.
 */
export async function foundToErase({ record, customer, self }: Erasing): Promise<ToErase> {
  const since = await record.head();
  const names = await everyCustomerName(record, customer);
  const batches = await batchesOf(names, { customer, record, self });
  const plans = new Set(await plansBeyondWrites(names, record));
  for (const { batch, plan } of await record.batchRuns({})) if (plans.has(plan)) batches.add(batch);
  for (const batch of batches) {
    const runs = await record.batchRuns({ batch });
    const [last] = runs;
    if (last?.endedAt === null && isRunHeld(last, await record.now(), self)) throw underWay(last);
    if (last !== undefined && isUnfinished(last)) throw unfinished(batch, customer);
    for (const { plan } of runs) plans.add(plan);
  }
  return { record, customer, self, names, batches: [...batches], plans: [...plans], since };
}

const unfinished = (batch: string, customer: string): CreditctlError =>
  notApplied('refused', `The batch ${batch} has rows for ${customer} and is not finished`, [
    `creditctl batch resume ${valueArgs(batch)}`,
    `creditctl batch undo ${valueArgs(batch)}`,
  ]);

const notSettled = (key: string, customer: string): CreditctlError =>
  notApplied('refused', `The outcome of the write ${key} for ${customer} is unknown`, [
    `creditctl history settle ${valueArgs(key)}`,
  ]);

/** Whether the kept request may still settle the write: by a search of the ledger, or by a resend. */
function isToSettle({ state, method, notedAt, texts: { request } }: WriteWithTexts, now: number): boolean {
  const kept = requestFromText(request);
  if (!isOpen({ state }) || kept === undefined) return false;
  return isIdempotent(method) || isEntryWrite(kept) || now - Date.parse(notedAt) < keyLifetime;
}

const writing = (write: WriteWithTexts, customer: string): CreditctlError =>
  notApplied('refused', `The write ${write.key} for ${customer} is under way: ${runnerText(write)}`, [
    repetition(` when it has ended, or after ${write.leaseUntil}`),
  ]);

async function batchesOf(
  names: readonly string[],
  { customer, record, self }: Erasing,
): Promise<Set<string>> {
  const { customers, holders } = spellingsOf(names);
  const filters: readonly WriteFilter[] = [
    ...customers.map((customer) => ({ customer })),
    ...holders.map((holder) => ({ holder })),
  ];
  const batches = new Set<string>();
  const now = await record.now();
  for (const filter of filters)
    for await (const write of record.writes({ ...filter, withRows: true })) {
      if (write.batch !== null) batches.add(write.batch);
      else if (write.state === 'noted' && isRunHeld(write, now, self)) throw writing(write, customer);
      else if (isToSettle(write, now)) throw notSettled(write.key, customer);
    }
  return batches;
}

/**
 * Plans with rows for the customer that may be in no write: no run began, or none reached each row. Of other plans, every
 * row is a write.
 */
async function plansBeyondWrites(
  names: readonly string[],
  record: AccountRecord,
): Promise<readonly string[]> {
  const runs = await record.batchRuns({});
  const noted = new Set(
    runs.flatMap(({ plan, isUndo, counts }) => (!isUndo && counts?.unprocessed === 0 ? [plan] : [])),
  );
  const found: string[] = [];
  for (const plan of await record.plans())
    if (!noted.has(plan) && (await hashWithoutRows(plan, names, record)) !== undefined) found.push(plan);
  return found;
}

/** Erases the customer. Returns the numbers of writes and plans concerned, and the batches of these plans. */
export async function eraseFound(found: ToErase) {
  const { record, names, batches, plans, since } = found;
  const left = new Map<string, string>();
  for (const plan of plans) {
    const sha256 = await hashWithoutRows(plan, names, record);
    if (sha256 === undefined) continue;
    await record.savePlan(sha256, withoutRowsOf(names, record.plan(plan, 'erased rows')));
    left.set(plan, sha256);
  }
  const writes = await record.erase(names, left, since);
  // Another customer was erased meanwhile, perhaps from the same plans, or a write was begun.
  if (writes === undefined) return eraseFound(await foundToErase(found));
  return { writes, plans: left.size, batches };
}

/** The SHA-256 of a plan without the customer's rows; `undefined` for a plan without such rows. */
async function hashWithoutRows(
  plan: string,
  names: readonly string[],
  record: AccountRecord,
): Promise<string | undefined> {
  const isWhole = await record.hasPlan(plan);
  const kept = () => record.plan(plan, 'erased rows');
  try {
    const sha256 = await hashOf(withoutRowsOf(names, kept()));
    return sha256 === (await hashOf(kept())) ? undefined : sha256;
  } catch (error) {
    // A plan that is no longer kept has no rows.
    if (isWhole || !(error instanceof CreditctlError) || error.kind !== 'refused') throw error;
    return undefined;
  }
}

async function hashOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
