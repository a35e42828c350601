// Joins a connection to the journal: what a submission needs of the running program, and what an answer must be.

import { CreditctlError } from '../errors.ts';
import type { Intent, KnownWrite, Place } from '../record/journal.ts';
import { journalFile, journalPath } from '../record/journal-file.ts';
import { type Settled, type Submission, settle, submit } from '../record/submit.ts';
import { shellText } from '../requests/command-text.ts';
import { entryProblem } from '../requests/entry-answer.ts';
import { isEntryWrite, marked, markerSearch, mayAnswer } from '../requests/marker.ts';
import { objectProblem } from '../requests/object-answer.ts';
import type { ApiRequest } from '../requests/request.ts';
import { type Json, parsePlainJson, writeJson } from '../wire/json.ts';
import type { Exchange } from '../wire/message.ts';
import {
  type ConnectionContext,
  type Found,
  holdsKey,
  type RowWay,
  type SendRow,
  type Write,
} from './connection.ts';
import type { CreditsApi } from './credits-api.ts';
import { type Answer, type Send, sender } from './send.ts';

/** Where writes are handed in: an open connection, and the program that it belongs to. */
export interface Desk {
  readonly place: Place;
  readonly now: () => number;
  readonly api: CreditsApi;
  readonly send: Send;
  readonly exchange: Exchange;
  readonly runtime: ConnectionContext;
  /** Takes what is to be done when the program ends in good order. */
  readonly atEnd: (ending: () => void) => void;
}

/** @param key an idempotency key set by hand */
export async function submitThrough(
  { request, read, undoing }: Write,
  key: string | undefined,
  desk: Desk,
): Promise<Settled> {
  checkHoldsNoKey(request, key, desk);
  const submission = { ...submissionOf(desk, read), ...(undoing === undefined ? {} : { undoing }) };
  const settled = await submit(request, key, submission);
  tellAtEnd(settled, submission, desk);
  return settled;
}

export async function settleThrough(write: KnownWrite, desk: Desk): Promise<Found> {
  const isCustomer = write.intent.request.path === '/customers';
  const submission = submissionOf(desk, (document) =>
    isCustomer ? desk.api.customerOf(document) : document,
  );
  const found = await settle(write, submission);
  if (typeof found === 'object') tellAtEnd(found, submission, desk);
  return found;
}

/** The writes of a batch: marked, checked and tried again like any other, each attempt in its turn. */
export function rowSender({ turn }: RowWay, desk: Desk): SendRow {
  const { runtime, exchange, api } = desk;
  const { parts, interruption } = runtime;
  // An interruption ends the waiting, and what is on its way is waited for: its outcome is worth knowing.
  const inTurn: Exchange = (request) =>
    turn === undefined ? exchange(request) : turn().then(() => exchange(request));
  return async (request, key, { inDoubt, onSetback }) => {
    const send = sender(inTurn, {
      now: runtime.now,
      random: parts.random,
      sleep: (ms) => parts.sleep(ms, interruption),
      onRetry: onSetback,
      // Of the answer nothing is shown, and a plain number keeps the 15 digits by which amounts are compared.
      parse: parsePlainJson,
    });
    const sent = marked(request, key);
    return readable(await send(sent, key, inDoubt), (document) => checkAnswer(sent, document, api));
  };
}

function tellAtEnd({ key }: Settled, { journal, now }: Submission, { atEnd }: Desk): void {
  atEnd(() => journal.tell(key, new Date(now()).toISOString()));
}

function submissionOf({ place, now, api, send, runtime }: Desk, read: Write['read']): Submission {
  const { parts, folders, argv, secrets } = runtime;
  return {
    place,
    journal: journalFile(journalPath(folders.state, place.profile), parts.process, secrets.mask),
    send: async (request, key, inDoubt) =>
      readable(await send(request, key, inDoubt), (document) => {
        read(document);
        checkAnswer(request, document, api);
      }),
    look: (intent) => lookFor(intent, api),
    now,
    newKey: parts.newKey,
    ...parts.process,
    command: shellText(argv.map(secrets.mask)),
  };
}

/** What is sent is kept in the journal and by the API, so a key that was pasted into it would be given away twice. */
function checkHoldsNoKey(request: ApiRequest, key: string | undefined, { runtime }: Desk): void {
  const text = `${request.path} ${writeJson(request.body ?? null)} ${key ?? ''}`;
  if (runtime.secrets.isIn(text)) throw holdsKey('The write');
}

/**
 * The entry that an earlier attempt made, by the mark that it carries; every page since then is looked through. Throws
 * `outcome-unknown` if another entry than was asked for carries it.
 */
async function lookFor({ request, at }: Intent, api: CreditsApi): Promise<Json | undefined> {
  for await (const { record, document } of api.entries(markerSearch(request, Date.parse(at)), {})) {
    if (!mayAnswer(request, record)) continue;
    const problem = entryProblem(request, record);
    if (problem === undefined) return document;
    throw new CreditctlError('outcome-unknown', `Under the mark of this write the ledger has ${problem}`);
  }
  return undefined;
}

/** Throws a `server` error for an answer to another write than was sent. @param request with its mark */
function checkAnswer(request: ApiRequest, document: Json, api: CreditsApi): void {
  const problem = isEntryWrite(request)
    ? entryProblem(request, api.answeredEntryOf(document).record)
    : objectProblem(request, document);
  if (problem !== undefined)
    throw new CreditctlError('server', `The API answered this write with ${problem}`);
}

/**
 * Throws `outcome-unknown` for a success that cannot be read, or is not that of this write: a proxy or another host may
 * have answered, so nobody knows if the write was applied, and the next run has to settle it under the same key.
 */
function readable(answer: Answer, read: Write['read']): Answer {
  try {
    read(answer.document);
    return answer;
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    throw new CreditctlError(
      'outcome-unknown',
      `${error.message}; whether the write was applied is not known`,
      {
        ...error.facts,
        next: [
          'Run the same command again: it settles this write under its key',
          ...(error.facts.next ?? []),
        ],
        status: answer.status,
        ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
        applied: 'unknown',
        retrySafe: true,
      },
    );
  }
}
