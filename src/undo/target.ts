// Finds the write to undo in the record, and checks that it can be undone.

import { type CustomerRef, customerRefText } from '../credits/customer.ts';
import { type CreditctlError, notApplied, valueWords } from '../errors.ts';
import { isNotApplied, isUnacknowledged, type Self } from '../record/decide.ts';
import type { AccountRecord, WriteWithTexts } from '../record/record.ts';
import { type ApiRequest, customerOf, markerName, requestFromText } from '../requests/request.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../wire/json.ts';
import { undoKey } from './undo-key.ts';

/** A settled write of a ledger entry, with what the API answered to it. */
export interface UndoTarget {
  readonly key: string;
  /** Who made it, and when: RFC 3339. */
  readonly who: string;
  readonly at: string;
  readonly customer: CustomerRef;
  readonly body: JsonObject;
  readonly made: MadeEntry;
  /** Writes that took parts of it back, or were meant to; oldest first. */
  readonly undoing: readonly WriteWithTexts[];
  /** The idempotency key of the write that sends a step of its inverse. */
  readonly keyOf: (step: JsonObject) => string;
  /** The default reason for the undo. */
  readonly why: string;
}

/** What is known without the ledger of the entry that a write was answered with. */
export interface MadeEntry {
  readonly id: string;
  /** Of the write; a void is answered with an entry of another type. */
  readonly type: string;
  readonly currency: string;
  /** The key in its metadata; `undefined` for an entry from before keys were written there. */
  readonly mark: string | undefined;
}

/** Throws a `failure` with the way on for a write that cannot be undone. */
export async function undoTarget(write: WriteWithTexts, record: AccountRecord): Promise<UndoTarget> {
  const { key, who, notedAt, state, texts } = write;
  if (state !== 'settled') throw notDone(write);
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
  };
}

/** The writes that took parts of one back, or were meant to; oldest first. */
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

/** All but those that are known not to have been applied. */
const mayStand = ['settled', 'noted', 'unknown'] as const;

/**
 * The same person's newest write that stands, wholly or in part: no undoing, and none that was undone. One that cannot be
 * undone is not passed over, because an older one is never meant by it. Whoever repeats a run that was cut off before it
 * could say what it did means the write that it took back, and no other. Throws a `failure` if a batch is newer.
 */
export async function lastStanding(record: AccountRecord, self: Self): Promise<WriteWithTexts | undefined> {
  const standing = await newestWrite(record, self);
  const batch = await newestStandingBatch(record, self);
  if (batch === undefined || (standing !== undefined && batch.begun < standing.noted)) return standing;
  throw cannotBeUndone(`Your newest write is the batch "${batch.batch}"`, [
    `creditctl batch undo ${valueWords(batch.batch)}`,
    'To undo an older entry, name it: creditctl history list',
  ]);
}

async function newestWrite(record: AccountRecord, self: Self): Promise<WriteWithTexts | undefined> {
  for await (const write of record.writes({ who: self.who, states: mayStand, isUndo: false }))
    if (await stands(write, record, self)) return write;
  return undefined;
}

/** The person's newest run that wrote something, or may have, of a batch of which something stands. */
async function newestStandingBatch(record: AccountRecord, { who }: Self) {
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

/** Not if all of it was undone, by whomever, at once or row by row. */
async function batchStands(batch: string, record: AccountRecord): Promise<boolean> {
  const [last] = await record.batchRuns({ batch });
  if (last?.isUndo === true) {
    if (last.counts === null) return true;
    const { failed, unknown, unprocessed } = last.counts;
    if (failed + unknown + unprocessed === 0) return false;
  }
  const standing = { batch, states: mayStand, isUndo: false, isUndone: false };
  return (await record.countWrites(standing)).size > 0;
}

/** Whether a write of the record made a ledger entry. */
export function isEntry({ texts }: WriteWithTexts): boolean {
  const request = requestFromText(texts.request);
  return request !== undefined && customerOf(request) !== undefined;
}

async function stands({ undoneBy }: WriteWithTexts, record: AccountRecord, self: Self): Promise<boolean> {
  if (undoneBy === null) return true;
  const undoing = await record.write(undoneBy);
  return undoing !== undefined && isUnacknowledged(undoing, self);
}

/** @param named as it was typed */
export const noSuchWrite = (named: string): CreditctlError =>
  notApplied(
    'not-found',
    named === 'last'
      ? 'The record has no entry of yours that can be undone'
      : `The record has no write "${named}" in this account`,
    [
      'creditctl history list --all',
      'To undo a whole batch: creditctl batch undo <batch>',
      'To take back what others wrote without creditctl: creditctl blocks void, or blocks amend',
    ],
  );

function notDone(write: WriteWithTexts): CreditctlError {
  const { key } = write;
  if (isNotApplied(write))
    return cannotBeUndone(`The write "${key}" was never applied, so there is nothing to undo`, []);
  return cannotBeUndone(`The outcome of the write "${key}" is not known, so it cannot be undone yet`, [
    `creditctl history settle ${valueWords(key)}`,
  ]);
}

/** Both texts were erased, or a person's word is all that is known of how it ended: then there never was an answer. */
const textMissing = ({ key, customer, texts }: WriteWithTexts): CreditctlError =>
  cannotBeUndone(
    texts.request === null
      ? `The request of the write "${key}" was erased from the record, so its inverse is not known`
      : `The record has no answer to the write "${key}", so its inverse is not known`,
    [`See the ledger: creditctl ledger list ${customer === null ? '<customer>' : valueWords(customer)}`],
  );

const otherEntry = 'To undo an entry, name it: creditctl history list';

/** What other writes did is taken back by hand, with the command that does it. */
function noEntry({ method, path }: ApiRequest, answer: Json): CreditctlError {
  const id = isJsonObject(answer) ? String(answer.id ?? '') : '';
  const segments = path.split('/').map(decodeURIComponent);
  const customer = segments[2] === 'external_customer_id' ? (segments[3] ?? '') : `id:${segments[2] ?? id}`;
  if (method === 'DELETE' && segments[1] === 'credit_blocks')
    return cannotBeUndone('A deleted block cannot be restored: Orb removed its entries from the ledger', []);
  if (method === 'POST' && segments.at(-1) === 'top_ups') {
    return cannotBeUndone(
      'A top-up can be deleted but not undone. The one that it replaced does not come back',
      [`creditctl topups delete ${valueWords(customer, id)}`],
    );
  }
  if (method === 'POST' && segments[1] === 'alerts') {
    const verbs: Readonly<Record<string, string>> = { enable: 'disable', disable: 'enable' };
    return cannotBeUndone('An alert cannot be undone. You can turn it on or off, or delete it', [
      `creditctl alerts ${verbs[segments.at(-1) ?? ''] ?? 'delete'} ${valueWords(id)}`,
    ]);
  }
  if (segments[1] === 'customers' && (method === 'PUT' || segments.length === 2))
    return cannotBeUndone('Only ledger entries can be undone, and this write created or changed a customer', [
      `creditctl customers update ${valueWords(customer)}`,
      otherEntry,
    ]);
  if (segments[1] === 'invoices')
    return cannotBeUndone('Only ledger entries can be undone, and this write changed an invoice', [
      `creditctl invoices show ${valueWords(segments[2] ?? id)}`,
      otherEntry,
    ]);
  return cannotBeUndone(`Only ledger entries can be undone, and "${method} ${path}" made none`, [otherEntry]);
}

export const cannotBeUndone = (message: string, next: readonly string[]): CreditctlError =>
  notApplied('failure', message, next);

/** Credits that were moved to another block can be taken back from there. */
export const blockList = (customer: CustomerRef): readonly string[] => [
  `See where the credits are: creditctl blocks list ${valueWords(customerRefText(customer))}`,
];
