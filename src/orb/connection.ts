// Opens the connection that was chosen, over HTTP or to the embedded ledger.

import { CreditctlError, usageErrorAt } from '../errors.ts';
import type { Note } from '../output/terminal/notes.ts';
import { limiterClock, type Turn } from '../platform/rate-limiter.ts';
import type { Secrets } from '../platform/secrets.ts';
import {
  type ConnectionChoice,
  type OrbChoice,
  type Target,
  targetOf,
} from '../profiles/choose-connection.ts';
import { type ApiRequest, marked } from '../requests/request.ts';
import {
  type Exchange,
  type Json,
  parseWrittenJson,
  type WireAnswer,
  type WireRequest,
} from '../wire/json.ts';
import { type AnsweredRow, type CreditsApi, creditsApi } from './credits-api.ts';
import { pacedReads } from './paced-reads.ts';
import { type Answer, outcomeUnknown, type Send, type SendContext, sender } from './send.ts';

/** The entry that a row made, decoded and compared with the row. */
export interface RowAnswer extends Omit<Answer, 'document'>, AnsweredRow {}

/**
 * Sends one row of a batch under its key, with retries for the whole time budget. Throws as `Send` does, and
 * `outcome-unknown` for an answer to another write.
 */
export type SendRow = (
  request: ApiRequest,
  key: string,
  sending: { readonly inDoubt: boolean; readonly onRetry: () => void },
) => Promise<RowAnswer>;

/** An API to talk to. */
export interface Connection {
  readonly target: Target;
  readonly choice: ConnectionChoice;
  /** The id of the embedded ledger that answers; `undefined` for any other API, and before its first answer. */
  ledger(): string | undefined;
  readonly api: CreditsApi;
  /** This connection's time in milliseconds since the epoch: that of an embedded ledger, and never behind the API's. */
  readonly now: () => number;
  /** Milliseconds by which the API's clock is ahead of this machine's; `undefined` before an answer that has its date. */
  ahead(): number | undefined;
  /** Sends any request. Record a write first, see `writes/submit.ts`. */
  readonly send: Send;
  /**
   * For a batch, which records its rows itself.
   * @param turn rejects with a CreditctlError that says `applied: no` if no further attempt may be sent
   */
  rowSender(turn: Turn): SendRow;
}

/** The clock of an embedded ledger, also over HTTP, in milliseconds since the epoch. `undefined` for any other API. */
export const embeddedClock = ({ choice, ledger, now }: Connection): (() => number) | undefined =>
  choice.kind === 'sandbox' || ledger() !== undefined ? now : undefined;

/** A connection's exchange, open until `close`. */
export interface OpenExchange {
  readonly exchange: Exchange;
  /** The id of an embedded ledger in this process. */
  readonly ledger?: () => string;
  /** The embedded ledger's clock, which a user may have moved. Milliseconds. */
  readonly now?: () => number;
  close(): Promise<void> | void;
}

/** The parts of the running program that opening an exchange needs. */
export interface Opening {
  readonly version: string;
  readonly now: () => number;
  note(note: Note): void;
  /** The key of a choice, fetched at most once; `undefined` opens without a key. Throws a `credentials` error. */
  keyOf(choice: OrbChoice): Promise<string | undefined>;
}

/** The parts of the running program that a connection needs. */
export interface ConnectionContext extends Opening {
  readonly secrets: Secrets;
  /** Wraps the exchange to report each request. */
  readonly watched?: (exchange: Exchange) => Exchange;
  readonly interruption: AbortSignal;
  readonly system: {
    /** A clock in milliseconds that never goes back. */
    readonly monotonic: () => number;
    /** From 0 up to but not including 1. */
    readonly random: () => number;
    /** Resolves after that many milliseconds; rejects with the signal's reason if the signal comes first. */
    readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
    readonly exchange: (choice: ConnectionChoice, opening: Opening) => Promise<OpenExchange>;
  };
}

export async function openConnection(
  choice: ConnectionChoice,
  runtime: ConnectionContext,
): Promise<Connection & { close(): Promise<void> | void }> {
  const target = targetOf(choice);
  const opened = await runtime.system.exchange(choice, runtime);
  const { exchange: open, close } = opened;
  const exchange = runtime.watched?.(open) ?? open;
  let ledger: string | undefined;
  let ledgerAhead = 0;
  let ahead: number | undefined;
  const noteSunset = sunsetNote(runtime);
  const closing = new AbortController();
  const signal = AbortSignal.any([runtime.interruption, closing.signal]);
  const around = {
    now: runtime.now,
    random: runtime.system.random,
    sleep: (ms: number) => runtime.system.sleep(ms, signal),
    check: (request: WireRequest) => checkHoldsNoKey(request, runtime.secrets),
    onAnswer: ({ headers }: WireAnswer) => {
      const { 'creditctl-ledger': named, 'creditctl-ledger-ahead': moved = '0' } = headers;
      if (named !== undefined) {
        ledger = named;
        // An embedded ledger over HTTP expires keys and starts days by its own clock, which stays within the range of dates.
        const at = runtime.now() + Number(moved);
        const isDate = Number.isInteger(at) && at >= 0 && at < Date.UTC(9900, 0);
        ledgerAhead = isDate ? Number(moved) : 0;
      }
      const date = Date.parse(headers.date ?? '') - runtime.now();
      // A cached answer has an older date.
      if (!Number.isNaN(date)) ahead = Math.max(date, ahead ?? date);
      noteSunset(headers.sunset);
    },
  };
  const send = sender(exchange, {
    ...around,
    reads: pacedReads(exchange, target.kind, limiterClock({ system: runtime.system, interruption: signal })),
    signal,
    onRetry: (why, pause) => {
      const seconds = (pause / 1000).toFixed(1);
      runtime.note({
        text: `Trying again in ${seconds} s: ${why}`,
        data: { retry: { why, pause_ms: pause } },
      });
    },
  });
  const api = creditsApi(send, unknownValueNotes(runtime));
  return {
    target,
    choice,
    ledger: opened.ledger ?? (() => ledger),
    now: opened.now ?? (() => runtime.now() + ledgerAhead + clockOff(ahead ?? 0, ledger !== undefined)),
    ahead: () => ahead,
    api,
    send,
    rowSender: (turn) => rowSender(turn, { api, exchange, around }),
    close: () => {
      // After a failure, other reads may still be open. Nothing waits for them, so they are not retried.
      closing.abort(new CreditctlError('interrupted', 'The connection is closed'));
      return close();
    },
  };
}

/**
 * What to add to this machine's time, in milliseconds. Where it is behind, credits that count already would be credits of
 * the future. Where it is ahead, only an embedded ledger counts, and no answer takes longer than a minute: another API may
 * answer from a cache, with an old date.
 */
const clockOff = (ahead: number, isEmbedded: boolean): number =>
  ahead > 0 || (isEmbedded && ahead < -60_000) ? ahead : 0;

/** Warns once when the API will stop answering requests of this version (RFC 8594). A text that is no date is ignored. */
function sunsetNote({ note }: Pick<Opening, 'note'>): (sunset: string | undefined) => void {
  let isSaid = false;
  return (sunset) => {
    if (sunset === undefined || isSaid) return;
    const at = new Date(sunset);
    if (Number.isNaN(at.getTime())) return;
    isSaid = true;
    const warning = `From ${at.toISOString().slice(0, 10)} the API no longer answers a request that this version of creditctl sends`;
    note({ text: `Warning: ${warning}`, data: { warning } });
  };
}

/** The most warnings about unknown words, so that they do not bury the output of a run. */
const unknownValuesMax = 5;

/** Warns about each unknown word once. */
function unknownValueNotes({ note }: Pick<Opening, 'note'>): (what: string) => void {
  const said = new Set<string>();
  return (what) => {
    if (said.size >= unknownValuesMax || said.has(what)) return;
    said.add(what);
    const warning = `The API sent ${what}, which this version of creditctl does not know, so sums may be wrong`;
    note({ text: `Warning: ${warning}`, data: { warning } });
  };
}

/** The API stores request bodies and logs addresses, so no request that holds a key is sent. */
function checkHoldsNoKey({ path, query, body = '' }: WireRequest, secrets: Secrets): void {
  if (secrets.isIn(path) || secrets.isIn(query.flat().join('\n')) || secrets.isIn(body))
    throw holdsKey('The request');
}

/** @param what the part that holds the key: the subject of the sentence */
export const holdsKey = (what: string): CreditctlError =>
  usageErrorAt(what, 'holds the API key itself; nothing was sent');

interface RowContext {
  readonly api: CreditsApi;
  readonly exchange: Exchange;
  readonly around: SendContext;
}

function rowSender(turn: Turn, { api, exchange, around }: RowContext): SendRow {
  // An interruption ends the wait for a turn, but not a request that was sent: its outcome matters.
  const inTurn: Exchange = async (request) => {
    const onSuccess = await turn();
    const answer = await exchange(request);
    // A proxy may refuse a request sooner than the API answers, so only a success counts for the timing of the limiter.
    if (answer.status < 300) onSuccess();
    return answer;
  };
  // Nothing prints the answer, but the record stores its amounts.
  const send = sender(inTurn, { ...around, parse: parseWrittenJson });
  return async (request, key, { inDoubt, onRetry }) => {
    const sent = marked(request, key);
    const answer = await send(sent, key, { inDoubt, onRetry, isOneOfMany: true });
    const { record, document } = readSuccess(answer, (read) => api.rowEntryOf(read, sent));
    const { status, requestId, replayed } = answer;
    return { status, requestId, replayed, record, document };
  };
}

/**
 * Reads the document of a success. Throws `outcome-unknown` if the document is unreadable or answers another write: a
 * proxy or another host may have answered, so the next run has to settle the write under the same key.
 */
export function readSuccess<Result>(
  { document, status, requestId }: Omit<Answer, 'replayed'>,
  read: (document: Json) => Result,
): Result {
  try {
    return read(document);
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    throw outcomeUnknown(error.with({ status, requestId }));
  }
}
