// Finds the write to undo in the journal, and checks that it can be undone.

import type { CustomerRef } from '../credits/customer-ref.ts';
import { CreditctlError } from '../errors.ts';
import { isUntold, type Self } from '../record/earlier.ts';
import { findOperation } from '../record/find-operation.ts';
import { type JournalledWrite, undoneIn } from '../record/journals.ts';
import { shellText } from '../requests/command-text.ts';
import { customerOf, markerName } from '../requests/marker.ts';
import { isJsonObject, type JsonObject } from '../wire/json.ts';
import { undoKey } from './undo-key.ts';

export interface UndoPlace {
  /** Of the connection in use. */
  readonly host: string;
  readonly self: Self;
}

/** A settled write of a ledger entry, with what the API answered to it. */
export interface UndoTarget {
  readonly key: string;
  readonly customer: CustomerRef;
  /** The body that was sent. */
  readonly body: JsonObject;
  readonly made: MadeEntry;
  /** Writes that took parts of it back, or were meant to. */
  readonly undoing: readonly JournalledWrite[];
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

/**
 * Throws a `not-found` error for a word that names no write, and a `failure` with the way on for one that cannot be undone.
 * @param writes of the journal, oldest first
 */
export function undoTarget(
  named: string,
  writes: readonly JournalledWrite[],
  { host, self }: UndoPlace,
): UndoTarget {
  const operation = named === 'last' ? lastUndoable(writes, { host, self }) : findOperation(named, writes);
  if (operation === undefined) throw unknown(named);
  const { intent, outcome } = operation.write;
  if (intent.place.host !== host) throw elsewhere(intent.key, intent.place.host, host);
  if (outcome?.event !== 'settled') throw notDone(operation);
  const customer = customerOf(intent.request);
  const { body } = intent.request;
  if (customer === undefined || body === undefined || !isJsonObject(outcome.answer)) throw noEntry(operation);
  return {
    key: intent.key,
    customer,
    body,
    made: madeEntry(body, outcome.answer),
    undoing: writes.filter(
      ({ write }) => write.intent.undoes === intent.key && write.intent.place.host === host,
    ),
    keyOf: (step) => undoKey(intent.key, step),
    why: `Undo of ${String(outcome.answer.id)}`,
  };
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

/**
 * The newest entry that stands, wholly or in part: no undoing, and none that was undone. Whoever repeats a run that was
 * cut off before it could say what it did means the write that it took back, and no other.
 */
function lastUndoable(
  writes: readonly JournalledWrite[],
  { host, self }: UndoPlace,
): JournalledWrite | undefined {
  const undone = undoneIn(
    writes.filter(({ write }) => write.intent.place.host === host && !isUntold(write, self)),
  );
  return writes.findLast(({ write: { intent, outcome } }) => {
    if (intent.place.host !== host || intent.undoes !== undefined || undone.has(intent.key)) return false;
    return outcome?.event === 'settled' && customerOf(intent.request) !== undefined;
  });
}

function unknown(named: string): CreditctlError {
  const message =
    named === 'last'
      ? 'The journal of this profile knows no entry that could be undone'
      : `The journal of this profile knows no write "${named}"`;
  return new CreditctlError('not-found', message, {
    applied: 'no',
    retrySafe: true,
    next: [
      'creditctl history list --all',
      'All that a batch wrote is taken back with creditctl batch undo <batch>',
      'What was not written from here is taken back with creditctl blocks void or blocks amend',
    ],
  });
}

function notDone({ write: { intent, outcome } }: JournalledWrite): CreditctlError {
  if (outcome?.event === 'refused' || outcome?.event === 'absent')
    return cannotBeUndone(`The write "${intent.key}" was never applied, so there is nothing to undo`, []);
  return cannotBeUndone(`What became of the write "${intent.key}" is not known, so it cannot be undone yet`, [
    `creditctl history settle ${intent.key}`,
  ]);
}

/** What other writes did is taken back by hand, with the command that does it. */
function noEntry({ write: { intent, outcome } }: JournalledWrite): CreditctlError {
  const { method, path } = intent.request;
  const id = isJsonObject(outcome?.answer) ? String(outcome.answer.id ?? '') : '';
  const segments = path.split('/').map(decodeURIComponent);
  if (method === 'DELETE' && segments[1] === 'credit_blocks')
    return cannotBeUndone(
      'A block that was deleted cannot be brought back: its ledger is as if it had never been',
      [],
    );
  if (method === 'POST' && segments.at(-1) === 'top_ups') {
    const customer = segments[2] === 'external_customer_id' ? (segments[3] ?? '') : `id:${segments[2]}`;
    return cannotBeUndone('A top-up is ended, not undone; what it replaced does not come back', [
      `creditctl topups delete ${shellText([customer, id])}`,
    ]);
  }
  if (method === 'POST' && segments[1] === 'alerts') {
    const verbs: Readonly<Record<string, string>> = { enable: 'disable', disable: 'enable' };
    return cannotBeUndone('An alert is switched or deleted, not undone', [
      `creditctl alerts ${verbs[segments.at(-1) ?? ''] ?? 'delete'} ${shellText([id])}`,
    ]);
  }
  return cannotBeUndone(`Only ledger entries can be undone, and "${method} ${path}" made none`, []);
}

/** @param host of the connection in use @param its host */
export const elsewhere = (key: string, its: string, host: string): CreditctlError =>
  cannotBeUndone(`The write "${key}" went to ${its}, not to ${host}`, [
    'Choose that connection: --profile <name>, or --sandbox with its --db',
  ]);

export const cannotBeUndone = (message: string, next: readonly string[]): CreditctlError =>
  new CreditctlError('failure', message, { applied: 'no', retrySafe: true, next });
