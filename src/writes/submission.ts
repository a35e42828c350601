// What a write needs to be sent once: the record, the connection and the program, joined for one write.
import { shellText } from '../errors.ts';
import { type Connection, embeddedClock, holdsKey } from '../orb/connection.ts';
import { type Environment, variable } from '../profiles/environment.ts';
import {
  type Begun,
  type NotingContext,
  noteAcknowledged,
  type Reply,
  type Room,
  type Undoing,
} from '../record/attempt.ts';
import type { Self } from '../record/decide.ts';
import type { AccountRecord, RecordPolicy } from '../record/record.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Json } from '../wire/json.ts';
import { roomFor } from './cap-room.ts';
import { type Clocks, leaseMs } from './lease.ts';
import { type MarkSearch, searchByMark, searchUnseen, type Unseen } from './search.ts';

/**
 * Decodes the document of a success; throws if it is not what the contract promises.
 * @param sent the request that was sent, for which the document must be an answer; not set for a recorded answer
 */
export type ReadAnswer<Result> = (document: Json, sent?: ApiRequest) => Result;

/** How a write leaves, and how its answer is read. */
export interface Submission<Result> extends NotingContext, Clocks {
  readonly record: AccountRecord;
  readonly isAlive: Self['isAlive'];
  readonly newKey: () => string;
  /** Waits between two looks at a write that another process has under way. */
  readonly pause: (ms: number) => Promise<void>;
  /** See `Sending` for the last. */
  readonly send: (
    request: ApiRequest,
    key: string,
    sending: { readonly inDoubt: boolean; readonly beforeAttempt: () => void },
  ) => Promise<Reply>;
  /** Searches the ledger for the entry of an earlier attempt by its mark; `undefined` if it is not there. */
  readonly look: (search: MarkSearch) => Promise<Json | undefined>;
  /** Searches the ledger for the entry of a write that the record does not know; see `searchUnseen`. */
  readonly lookUnseen: (request: ApiRequest, unseen: Unseen) => Promise<Json | undefined>;
  readonly read: ReadAnswer<Result>;
  /** What the write counts for, and the caps that it has to fit under. @param kept the record's policy by now */
  readonly roomFor: (request: ApiRequest, kept: RecordPolicy | undefined) => Promise<Room>;
  /** Whose object the write changes, where its request does not say: see `WriteBackground.owner`. */
  readonly owner?: (() => Promise<string | undefined>) | undefined;
  readonly requestAt?: WriteBackground['requestAt'];
  /** Throws a `usage` error if a text must not be kept. */
  readonly check: (text: string) => void;
  /** Called for each write whose outcome is about to be reported. */
  readonly onSettled: (write: Pick<Begun, 'key' | 'attempt'>) => void;
  /** Takes the failure to note a success, which is reported after the success itself. */
  readonly onUnrecorded: Runtime['failAtEnd'];
}

/** How a write came to be done. */
export type Manner = 'sent' | 'replayed' | 'resumed' | 'unacknowledged' | 'known' | 'found' | 'recovered';

export interface Settled<Result> {
  /** The answer, as `read` decoded it. */
  readonly result: Result;
  /** What the API answered, now or before. */
  readonly document: Json;
  readonly key: string;
  /** As an earlier run sent it, where it did: dates that count from today were others then. */
  readonly earlierRequest?: ApiRequest | undefined;
  /**
   * `sent` now; `replayed` by the API, which had done it under this key; `resumed`, an earlier attempt of unknown
   * outcome; `unacknowledged`, done by a run that was cut off before it reported; `known` from the record, under this
   * key; `found` in the ledger by its mark; `recovered`, found so though the record did not know it.
   */
  readonly manner: Manner;
  /** Who began it, where that was another person. */
  readonly begunBy?: string;
  /** The key of the write that has undone it since. */
  readonly undoneBy?: string;
}

/** What a write takes of the open connection and of the running program. */
export interface SubmitContext {
  readonly connection: Connection;
  readonly runtime: Runtime;
}

/** What this run knows of itself and of the moment, to decide by. */
export async function selfOf({
  record,
  runner,
  isAlive,
  ledgerNow,
}: Pick<Submission<unknown>, 'record' | 'runner' | 'isAlive' | 'ledgerNow'>): Promise<Self> {
  const [now, who] = await Promise.all([record.now(), record.who()]);
  return { now, who, runner, isAlive, ledgerNow: ledgerNow?.(), apiKey: record.apiKey };
}

/** The same for a run that has nothing to submit yet. */
export function selfOfRun({
  connection,
  record,
  runtime,
}: SubmitContext & { readonly record: AccountRecord }): Promise<Self> {
  const { runner, isAlive } = runtime.parts.process;
  return selfOf({ record, runner, isAlive, ledgerNow: embeddedClock(connection) });
}

/** What is known of a write beside its request. */
export interface WriteBackground {
  /** The write that this one takes back. */
  readonly undoing?: Undoing | undefined;
  /** Finds out whose object is changed where the request names no customer; see `Noted.customer`. */
  readonly owner?: ((record: AccountRecord) => Promise<string | undefined>) | undefined;
  /** What the same command line asked for at another time, where it has dates that count from today. */
  readonly requestAt?: ((now: number) => ApiRequest | undefined) | undefined;
}

/** Joins a write to the record and the connection that it uses. */
export async function submissionTo<Result>(
  { connection, runtime }: SubmitContext,
  read: ReadAnswer<Result>,
  { undoing, owner, requestAt }: WriteBackground = {},
): Promise<Submission<Result>> {
  const { parts, argv, env, secrets, interruption } = runtime;
  const record = await runtime.record(connection);
  return {
    record,
    runner: parts.process.runner,
    isAlive: parts.process.isAlive,
    author: authorOf(parts.process, env),
    command: shellText(argv.map(secrets.mask)),
    mask: secrets.mask,
    leaseMs,
    ledgerNow: embeddedClock(connection),
    undoing,
    now: runtime.now,
    monotonic: parts.monotonic,
    newKey: parts.newKey,
    pause: (ms) => parts.sleep(ms, interruption),
    send: connection.send,
    look: (search) => searchByMark(search, { api: connection.api, record, now: connection.now }),
    lookUnseen: (request, unseen) =>
      searchUnseen(request, record.account.ledger === null ? unseen : 'anytime', connection),
    read,
    roomFor: (request, kept) => roomFor(request, kept, { connection, runtime }),
    owner: owner && (() => owner(record)),
    requestAt,
    // The record and the API keep what is sent, so a key that was pasted into it would be given away twice.
    check: (text) => {
      if (secrets.isIn(text)) throw holdsKey('The write');
    },
    onSettled: (write) => runtime.atEnd(() => noteAcknowledged(write, record)),
    onUnrecorded: runtime.failAtEnd,
  };
}

/** Who writes, beside the person that the record stamps. */
export function authorOf(
  { who, host }: Runtime['parts']['process'],
  env: Environment,
): NotingContext['author'] {
  return { os_user: who, host, actor: variable(env, 'CREDITCTL_ACTOR') };
}
