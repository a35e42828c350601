// Opens the connection that was chosen, HTTP or embedded, and joins reads and writes to it.

import { type CreditctlError, usageError } from '../errors.ts';
import type { Note } from '../output/terminal/notes.ts';
import type { ProcessPort } from '../platform/process.ts';
import type { Secrets } from '../platform/secrets.ts';
import type { ConnectionChoice, OrbChoice } from '../profiles/choose-connection.ts';
import type { Folders } from '../profiles/environment.ts';
import type { Intent, KnownWrite, Place } from '../record/journal.ts';
import type { Reply, Settled } from '../record/submit.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Json } from '../wire/json.ts';
import type { Exchange } from '../wire/message.ts';
import { type CreditsApi, creditsApi } from './credits-api.ts';
import { sender } from './send.ts';

/** A request, and how its success is read; what cannot be read was not answered by the API that was meant. */
export interface Write {
  readonly request: ApiRequest;
  readonly read: (document: Json) => unknown;
  /** The write that this one takes back a part of, and how many further writes do so after this. */
  readonly undoing?: Required<Pick<Intent, 'undoes' | 'toFollow'>>;
}

/** What became of a write: done, never applied, or known by now or under way at another process. */
export type Found = Settled | 'absent' | 'left';

/** How the writes of a batch leave, whose journal is kept elsewhere. */
export interface RowWay {
  /**
   * Resolves when the next attempt may leave; rejects with a CreditctlError that says `applied: no` if none may. Where
   * there is none, nobody waits.
   */
  readonly turn: (() => Promise<void>) | undefined;
}

/**
 * Sends one marked write under its key, tried again as a single write is. Throws as `submit` does.
 * @param inDoubt an earlier attempt under this key may have been carried out
 */
export type SendRow = (
  request: ApiRequest,
  key: string,
  around: { readonly inDoubt: boolean; readonly onSetback: () => void },
) => Promise<Reply>;

/** An API to talk to, and the ways to write to it. */
export interface Connection {
  readonly place: Place;
  readonly api: CreditsApi;
  /** The time that this connection goes by, in milliseconds since the epoch: a moved clock of the embedded ledger counts. */
  readonly now: () => number;
  /** @param key an idempotency key set by hand */
  submit(write: Write, key: string | undefined): Promise<Settled>;
  /**
   * Finds out what became of a write of this connection's journal whose outcome is not known; while the API remembers
   * its key, it is sent again under it.
   */
  settle(write: KnownWrite): Promise<Found>;
  /** For a batch, which notes every row in a journal of its own before it is sent. */
  rowSender(way: RowWay): Promise<SendRow>;
}

/** The wire to an API, open until it is closed. */
export interface OpenExchange {
  readonly exchange: Exchange;
  /** The other side's clock, where it is known to differ: the embedded ledger's may have been moved. Milliseconds. */
  readonly now?: () => number;
  close(): Promise<void> | void;
}

/** What opening a wire may need of the running program. */
export interface Opening {
  readonly version: string;
  readonly now: () => number;
  note(note: Note): void;
  /** The key of a choice, fetched at most once; `undefined` opens a wire without one. Throws a `credentials` error. */
  keyOf(choice: OrbChoice): Promise<string | undefined>;
}

/** What a connection takes of the running program. */
export interface ConnectionContext extends Opening {
  readonly argv: readonly string[];
  readonly folders: Pick<Folders, 'state'>;
  readonly secrets: Secrets;
  readonly interruption: AbortSignal;
  readonly parts: {
    /** From 0 up to but not including 1. */
    readonly random: () => number;
    /** Resolves after so many milliseconds; rejects with the signal's reason if that comes first. */
    readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
    readonly newKey: () => string;
    readonly process: ProcessPort;
    readonly exchange: (choice: ConnectionChoice, opening: Opening) => Promise<OpenExchange>;
  };
}

/** A connection that is to be closed. */
export interface OpenConnection extends Connection {
  close(): Promise<void> | void;
}

export async function openConnection(
  choice: ConnectionChoice,
  place: Place,
  runtime: ConnectionContext,
): Promise<OpenConnection> {
  const { exchange, close, now = runtime.now } = await runtime.parts.exchange(choice, runtime);
  const endings: (() => void)[] = [];
  const connection = connectionOver(withoutKeys(exchange, runtime), {
    place,
    runtime,
    now,
    atEnd: (ending) => endings.push(ending),
  });
  return {
    ...connection,
    close: () => {
      for (const ending of endings) ending();
      return close();
    },
  };
}

/** The same wire, on which no request leaves that holds a key: an API keeps what it is sent, and logs each address. */
function withoutKeys(exchange: Exchange, { secrets }: Pick<ConnectionContext, 'secrets'>): Exchange {
  return (request, signal) => {
    const { path, query, body = '' } = request;
    const isHeld = secrets.isIn(path) || secrets.isIn(query.flat().join('\n')) || secrets.isIn(body);
    return isHeld ? Promise.reject(holdsKey('The request')) : exchange(request, signal);
  };
}

/** @param what holds the key, as the sentence begins */
export const holdsKey = (what: string): CreditctlError =>
  usageError([{ where: what, problem: 'holds the API key itself; nothing was sent' }]);

interface Surroundings {
  readonly place: Place;
  readonly runtime: ConnectionContext;
  readonly now: () => number;
  /** Takes what is to be done when the program ends in good order. */
  readonly atEnd: (ending: () => void) => void;
}

function connectionOver(exchange: Exchange, { place, runtime, now, atEnd }: Surroundings): Connection {
  const send = sender(exchange, {
    now: runtime.now,
    random: runtime.parts.random,
    sleep: (ms) => runtime.parts.sleep(ms, runtime.interruption),
    signal: runtime.interruption,
    onRetry: (why, pause) => {
      const seconds = (pause / 1000).toFixed(1);
      runtime.note({
        text: `Trying again in ${seconds} s: ${why}`,
        data: { retry: { why, pause_ms: pause } },
      });
    },
  });
  const api = creditsApi(send);
  const desk = { place, now, api, send, exchange, runtime, atEnd };
  return {
    place,
    now,
    api,
    submit: async (write, key) => {
      const { submitThrough } = await import('./submitting.ts');
      return submitThrough(write, key, desk);
    },
    settle: async (write) => {
      const { settleThrough } = await import('./submitting.ts');
      return settleThrough(write, desk);
    },
    rowSender: async (way) => {
      const { rowSender } = await import('./submitting.ts');
      return rowSender(way, desk);
    },
  };
}
