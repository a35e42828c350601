// Finds the write to undo in the record, and checks that it can be undone.

import type { CustomerRef } from '../credits/customer.ts';
import { type CreditctlError, notApplied, valueArgs } from '../errors.ts';
import { isNotApplied, isUnacknowledged, type Self } from '../record/decide.ts';
import { tooShortHint } from '../record/find-operation.ts';
import type { AccountRecord, WriteWithTexts } from '../record/record.ts';
import { type ApiRequest, customerOf, markerName, requestFromText } from '../requests/request.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../wire/json.ts';
import { undoKey } from './undo-key.ts';

/** A settled write of a ledger entry, with the API's answer. */
export interface UndoTarget {
  readonly key: string;
  /** Person who made the write; `at` is its time in RFC 3339. */
  readonly who: string;
  readonly at: string;
  readonly customer: CustomerRef;
  readonly body: JsonObject;
  readonly made: MadeEntry;
  /** Undo writes for parts of this write, in any state; oldest first. */
  readonly undoing: readonly WriteWithTexts[];
  /** The idempotency key for a step of the inverse. */
  readonly keyOf: (step: JsonObject) => string;
  /** The default reason for the undo. */
  readonly why: string;
  /** Whether the write is a row of a batch: a row counts as undone only if every part of it is. */
  readonly isRow: boolean;
}

/** The answered entry, as far as the record knows it without the ledger. */
export interface MadeEntry {
  readonly id: string;
  /** Entry type of the request; the answer to a void has another type. */
  readonly type: string;
  readonly currency: string;
  /** The idempotency key in the entry's metadata; `undefined` for an entry older than these keys. */
  readonly mark: string | undefined;
}

/** Throws a `failure` that names the next step if the write cannot be undone. */
export async function undoTarget(write: WriteWithTexts, record: AccountRecord): Promise<UndoTarget> {
  const { key, who, notedAt, state, texts } = write;
  if (state !== 'settled') throw notDone(write, 'write');
  const request = requestFromText(texts.request);
  const answer = texts.answer === null ? undefined : parseJson(texts.answer);
  if (request === undefined || answer === undefined) throw textMissing(write);
  const customer = customerOf(request);
  const { body } = request;
  if (customer === undefined || body === undefined || !isJsonObject(answer)) throw noEntry(request, answer);
  return {
    key,
    who,
    at: notedAt,
    customer,
    body,
    made: madeEntry(body, answer),
    undoing: await undoingOf(key, record),
    keyOf: (step) => undoKey(key, step),
    why: `Undo of ${String(answer.id)}`,
    isRow: false,
  };
}

/** Undo writes for parts of one write, in any state; oldest first. */
export async function undoingOf(key: string, record: AccountRecord): Promise<readonly WriteWithTexts[]> {
  const found: WriteWithTexts[] = [];
  for await (const write of record.writes({ undoes: key, withRows: true })) found.unshift(write);
  return found;
}

function madeEntry(body: JsonObject, { id, currency, metadata }: JsonObject): MadeEntry {
  const mark = isJsonObject(metadata) ? metadata[markerName] : undefined;
  return {
    id: String(id),
    type: String(body.entry_type),
    currency: String(currency),
    mark: typeof mark === 'string' ? mark : undefined,
  };
}

/** States of writes that may have been applied. */
const mayStand = ['settled', 'noted', 'unknown'] as const;

/**
 * The person's newest write that is not fully undone and is not an undo itself. The search does not skip
 * a write that cannot be undone, because `last` never means an older one. After an interrupted undo whose
 * result was not shown, `last` means the same write again. Throws a `failure` if a batch is newer.
 */
export async function newestNotUndone(
  record: AccountRecord,
  self: Self,
): Promise<WriteWithTexts | undefined> {
  const newest = await newestWrite(record, self);
  const batch = await newestUndoableBatch(record, self);
  if (batch === undefined || (newest !== undefined && batch.begun < newest.noted)) return newest;
  throw cannotBeUndone(`Your newest write is the batch "${batch.batch}"`, [
    `creditctl batch undo ${valueArgs(batch.batch)}`,
    'To undo an older entry, name it: creditctl history list',
  ]);
}

async function newestWrite(record: AccountRecord, self: Self): Promise<WriteWithTexts | undefined> {
  for await (const write of record.writes({ who: self.who, states: mayStand, isUndo: false }))
    if (await isNotUndone(write, record, self)) return write;
  return undefined;
}

/** The person's newest run that may have written rows, of a batch that is not fully undone. */
async function newestUndoableBatch(record: AccountRecord, { who }: Self) {
  const takenBack = new Set<string>();
  for (const run of await record.batchRuns({ who })) {
    const { batch, isUndo, counts } = run;
    const wrote = counts === null || counts.succeeded + counts.unknown > 0;
    if (isUndo || !wrote || takenBack.has(batch)) continue;
    if (await batchStands(batch, record)) return run;
    takenBack.add(batch);
  }
  return undefined;
}

/** False if the whole batch was undone, in one run or row by row, by any person. */
async function batchStands(batch: string, record: AccountRecord): Promise<boolean> {
  const [last] = await record.batchRuns({ batch });
  if (last?.isUndo === true) {
    if (last.counts === null) return true;
    const { failed, unknown, unprocessed } = last.counts;
    if (failed + unknown + unprocessed === 0) return false;
  }
  const filter = { batch, states: mayStand, isUndo: false, isUndone: false };
  return (await record.countWrites(filter)).size > 0;
}

async function isNotUndone(
  { undoneBy }: WriteWithTexts,
  record: AccountRecord,
  self: Self,
): Promise<boolean> {
  if (undoneBy === null) return true;
  const undoing = await record.write(undoneBy);
  return undoing !== undefined && isUnacknowledged(undoing, self);
}

/** @param named the user's argument, as typed */
export const noSuchWrite = (named: string): CreditctlError =>
  notApplied(
    'not-found',
    named === 'last'
      ? 'The record has no entry of yours that can be undone'
      : `The record has no write "${named}" in this account`,
    [
      ...(named === 'last' ? [] : tooShortHint(named)),
      'creditctl history list --all',
      'To undo a whole batch: creditctl batch undo <batch>',
      'To take back what others wrote without creditctl: creditctl blocks void, or blocks amend',
    ],
  );

/** @param what the write is, as messages name it */
export function notDone(write: WriteWithTexts, what: 'write' | 'row'): CreditctlError {
  const { key } = write;
  if (isNotApplied(write))
    return cannotBeUndone(`The ${what} "${key}" was never applied, so there is nothing to undo`, []);
  return cannotBeUndone(`The outcome of the ${what} "${key}" is not known, so it cannot be undone yet`, [
    `creditctl history settle ${valueArgs(key)}`,
  ]);
}

/** The record has no answer if it was erased, or if a person settled the write by hand. */
const textMissing = ({ key, customer, texts }: WriteWithTexts): CreditctlError =>
  cannotBeUndone(
    texts.request === null
      ? `The request of the write "${key}" was erased from the record, so its inverse is not known`
      : `The record has no answer to the write "${key}", so its inverse is not known`,
    [`See the ledger: creditctl ledger list ${customer === null ? '<customer>' : valueArgs(customer)}`],
  );

const otherEntry = 'To undo an entry, name it: creditctl history list';

/** Names the command that reverses a write that made no entry. */
function noEntry({ method, path }: ApiRequest, answer: Json): CreditctlError {
  const id = isJsonObject(answer) ? String(answer.id ?? '') : '';
  const segments = path.split('/').map(decodeURIComponent);
  const customer = segments[2] === 'external_customer_id' ? (segments[3] ?? '') : `id:${segments[2] ?? id}`;
  if (method === 'DELETE' && segments[1] === 'credit_blocks')
    return cannotBeUndone('A deleted block cannot be restored: Orb removed its entries from the ledger', []);
  if (method === 'POST' && segments.at(-1) === 'top_ups') {
    return cannotBeUndone(
      'A top-up can be deleted but not undone. The one that it replaced does not come back',
      [`creditctl topups delete ${valueArgs(customer, id)}`],
    );
  }
  if (method === 'POST' && segments[1] === 'alerts') {
    const verbs: Readonly<Record<string, string>> = { enable: 'disable', disable: 'enable' };
    return cannotBeUndone('An alert cannot be undone. You can turn it on or off, or delete it', [
      `creditctl alerts ${verbs[segments.at(-1) ?? ''] ?? 'delete'} ${valueArgs(id)}`,
    ]);
  }
  if (segments[1] === 'customers' && (method === 'PUT' || segments.length === 2))
    return cannotBeUndone('Only ledger entries can be undone, and this write created or changed a customer', [
      `creditctl customers update ${valueArgs(customer)}`,
      otherEntry,
    ]);
  if (segments[1] === 'invoices')
    return cannotBeUndone('Only ledger entries can be undone, and this write changed an invoice', [
      `creditctl invoices show ${valueArgs(segments[2] ?? id)}`,
      otherEntry,
    ]);
  return cannotBeUndone(`Only ledger entries can be undone, and "${method} ${path}" made none`, [otherEntry]);
}

export const cannotBeUndone = (message: string, next: readonly string[]): CreditctlError =>
  notApplied('failure', message, next);
