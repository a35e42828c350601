// Sends a write once, however often the command is repeated: note it, send it, note how it ended.
import { CreditctlError, isInterruption } from '../errors.ts';
import { type Connection, holdsKey, readable } from '../orb/connection.ts';
import type { CreditsApi } from '../orb/credits-api.ts';
import {
  type Attempt,
  type AttemptContext,
  beginAgain,
  beginWrite,
  continueWrite,
  noteFailure,
  noteOutcome,
  noteSuccess,
  type Reply,
} from '../record/attempt.ts';
import { type Intent, isOpen, type KnownWrite } from '../record/journal.ts';
import { journalFile, journalPath } from '../record/journal-file.ts';
import { shellText } from '../requests/command-text.ts';
import { entryProblem } from '../requests/entry-answer.ts';
import { markerSearch, mayAnswer } from '../requests/marker.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Json } from '../wire/json.ts';

/**
 * Decodes the document of a success; throws if it is not what the contract promises.
 * @param sent the request that was sent, for which the document must be an answer; not set for a recorded answer
 */
export type ReadAnswer<Result> = (document: Json, sent?: ApiRequest) => Result;

/** How a write leaves, and how its answer is read. */
export interface Submission<Result> extends AttemptContext {
  /** @param inDoubt an earlier attempt under this key may have been applied */
  readonly send: (request: ApiRequest, key: string, inDoubt: boolean) => Promise<Reply>;
  /** Searches the ledger for the entry of an earlier attempt by its mark; `undefined` if it is not there. */
  readonly look: (intent: Intent) => Promise<Json | undefined>;
  readonly read: ReadAnswer<Result>;
  /** Takes the key of each write that is done. */
  readonly onSettled?: (key: string) => void;
}

/** How a write came to be done. */
export type Manner = 'sent' | 'replayed' | 'resumed' | 'untold' | 'known' | 'found';

export interface Settled<Result> {
  /** The answer, as `read` decoded it. */
  readonly result: Result;
  readonly key: string;
  /**
   * `sent` now; `replayed` by the API, which had done it under this key; `resumed`, an earlier attempt of unknown
   * outcome; `untold`, done by a run that was cut off before it reported; `known` from the journal alone, because the
   * API has forgotten the key; `found` in the ledger by its mark.
   */
  readonly manner: Manner;
}

/** What a write takes of the open connection and of the running program. */
export interface SubmitContext {
  readonly connection: Connection;
  readonly runtime: Runtime;
}

/**
 * Sends one write, once however often it is tried again. Throws a CreditctlError with the key and what is known.
 * @param key an idempotency key set by hand; without one, a new key is made
 */
export async function submit<Result>(
  request: ApiRequest,
  key: string | undefined,
  submission: Submission<Result>,
): Promise<Settled<Result>> {
  const attempt = beginWrite(request, key, submission);
  return attempt.kind === 'send' ? send(attempt, key !== undefined, submission) : goOn(attempt, submission);
}

/**
 * Finds out what became of one write of the journal. While the API remembers its key, the write is sent again under it;
 * after that it is only looked for. Throws as `submit` does. Returns `absent` if it was never applied, and `left` if its
 * outcome is known by now or another process works on it.
 */
export async function settle<Result>(
  write: KnownWrite,
  submission: Submission<Result>,
): Promise<Settled<Result> | 'absent' | 'left'> {
  const attempt = continueWrite(write, submission);
  if (attempt === undefined) return 'left';
  if (attempt.kind === 'look') return (await look(attempt.earlier, submission)) ?? 'absent';
  return attempt.kind === 'send' ? send(attempt, false, submission) : goOn(attempt, submission);
}

type Sending = Extract<Attempt, { kind: 'send' }>;

/** @param isNamed the key was set by hand: then an earlier attempt is no surprise */
async function send<Result>(
  { intent: { request, key }, earlier }: Sending,
  isNamed: boolean,
  submission: Submission<Result>,
): Promise<Settled<Result>> {
  let reply: Reply;
  let result: Result;
  try {
    reply = await submission.send(request, key, earlier !== undefined && isOpen(earlier));
    result = readable(reply, (document) => submission.read(document, request));
  } catch (error) {
    throw error instanceof CreditctlError ? noteFailure(key, error, submission) : error;
  }
  noteSuccess(key, reply, submission);
  submission.onSettled?.(key);
  const manner = !isNamed && earlier !== undefined ? 'resumed' : reply.replayed ? 'replayed' : 'sent';
  return { result, key, manner };
}

/** Ends a write of which an earlier attempt is known, without sending it at once. */
async function goOn<Result>(
  attempt: Exclude<Attempt, Sending>,
  submission: Submission<Result>,
): Promise<Settled<Result>> {
  const { earlier } = attempt;
  if (attempt.kind === 'stuck') throw tooOld(earlier);
  if (attempt.kind === 'answer') {
    const { key } = earlier.intent;
    const result = submission.read(earlier.outcome?.answer ?? null);
    submission.onSettled?.(key);
    return { result, key, manner: attempt.manner };
  }
  const found = await look(earlier, submission);
  if (found !== undefined) return found;
  const intent = beginAgain(earlier, submission);
  // The ledger was searched in vain, so the earlier attempt is no longer in doubt.
  const again = await send({ kind: 'send', intent, earlier: undefined }, false, submission);
  return { ...again, manner: 'resumed' };
}

/** `undefined` if it is not there, which the journal knows from then on: it was never applied. */
async function look<Result>(
  earlier: KnownWrite,
  submission: Submission<Result>,
): Promise<Settled<Result> | undefined> {
  const { key } = earlier.intent;
  let document: Json | undefined;
  try {
    document = await submission.look(earlier.intent);
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    noteOutcome(key, { event: 'unknown', message: error.message }, submission);
    throw notFoundOut(error, earlier);
  }
  if (document === undefined) {
    const message = 'no entry of the ledger carries its mark, so it was never applied';
    noteOutcome(key, { event: 'absent', message }, submission);
    return undefined;
  }
  noteOutcome(key, { event: 'settled', answer: document, found: true }, submission);
  submission.onSettled?.(key);
  return { result: submission.read(document), key, manner: 'found' };
}

function tooOld({ intent }: KnownWrite): CreditctlError {
  const message = `An equal write of ${intent.at} has no known outcome, and its key is too old to be sent again`;
  return new CreditctlError('outcome-unknown', message, {
    applied: 'unknown',
    retrySafe: true,
    idempotencyKey: intent.key,
    next: [
      `Look for it: creditctl ledger list <customer> --since ${intent.at.slice(0, 10)}`,
      'If it is missing, send it with a new --idempotency-key of your choice',
    ],
  });
}

function notFoundOut(error: CreditctlError, { intent }: KnownWrite): CreditctlError {
  const { kind, message, facts } = error;
  // These say more about the search than that it failed.
  const saysMore = kind === 'credentials' || isInterruption(error);
  const why = kind === 'outcome-unknown' ? 'holds another entry under the key of' : 'cannot be searched for';
  const text = `The ledger ${why} an equal write of ${intent.at} that has no known outcome: ${message}`;
  return new CreditctlError(saysMore ? kind : 'outcome-unknown', text, {
    ...facts,
    applied: 'unknown',
    retrySafe: true,
    idempotencyKey: intent.key,
    next: ['Run the same command again: it looks once more, and sends nothing before it knows'],
  });
}

/**
 * Joins a write to the journal and the connection that it uses.
 * @param undoing set if the write takes another one back
 */
export function submissionTo<Result>(
  { connection, runtime }: SubmitContext,
  read: ReadAnswer<Result>,
  undoing?: AttemptContext['undoing'],
): Submission<Result> {
  const { place, now, api } = connection;
  const { parts, folders, argv, secrets } = runtime;
  const journal = journalFile(journalPath(folders.state, place.profile), parts.process, secrets.mask);
  return {
    place,
    journal,
    send: connection.send,
    look: (intent) => searchByMark(intent, api),
    read,
    now,
    newKey: parts.newKey,
    ...parts.process,
    command: shellText(argv.map(secrets.mask)),
    // The journal and the API keep what is sent, so a key that was pasted into it would be given away twice.
    check: (text) => {
      if (secrets.isIn(text)) throw holdsKey('The write');
    },
    onSettled: (key) => connection.atEnd(() => journal.tell(key, new Date(now()).toISOString())),
    ...(undoing === undefined ? {} : { undoing }),
  };
}

/**
 * The entry that an earlier attempt made, by its mark, among all entries since then. Throws `outcome-unknown` if an entry
 * that differs from the request carries the mark.
 */
async function searchByMark({ request, at }: Intent, api: CreditsApi): Promise<Json | undefined> {
  for await (const { record, document } of api.entries(markerSearch(request, Date.parse(at)), {})) {
    if (!mayAnswer(request, record)) continue;
    const problem = entryProblem(request, record);
    if (problem === undefined) return document;
    throw new CreditctlError('outcome-unknown', `Under the mark of this write the ledger has ${problem}`);
  }
  return undefined;
}
