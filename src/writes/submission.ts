// Joins the record, the connection and the program into what submitting one write needs, and measures its lease.
import type { Customer, CustomerRef } from '../credits/customer.ts';
import { shellText } from '../errors.ts';
import { type Connection, embeddedClock, holdsKey } from '../orb/connection.ts';
import { attemptMax, retryPolicy } from '../orb/retry.ts';
import { variable } from '../profiles/environment.ts';
import {
  type Begun,
  type CapTerms,
  type NotingContext,
  noteAcknowledged,
  type Reply,
  type Undoing,
} from '../record/attempt.ts';
import type { Self } from '../record/decide.ts';
import type { Write } from '../record/known-write.ts';
import type { AccountRecord, RecordPolicy } from '../record/record.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Json, JsonObject } from '../wire/json.ts';
import { roomFor } from './cap-room.ts';
import { type MarkSearch, searchByMark, searchUnseen, type Unseen } from './search.ts';

/**
 * Decodes the document of a success; throws if it is not what the contract promises.
 * @param sent the request that was sent, for which the document must be an answer; not set for a recorded answer
 */
export type ReadAnswer<Result> = (document: Json, sent?: ApiRequest) => Result;

/** The functions and data that submitting one write uses. */
export interface Submission<Result> extends NotingContext, Clocks {
  readonly record: AccountRecord;
  readonly isAlive: Self['isAlive'];
  readonly newKey: () => string;
  /** Called when a write that another process works on is waited for. */
  readonly onWait: (write: Pick<Write, 'key' | 'notedAt' | 'runner' | 'leaseUntil'>) => void;
  /** Waits before the next look at it. */
  readonly pause: (ms: number) => Promise<void>;
  /** Sends a request with retries. See `Sending` for the last parameter. */
  readonly send: (
    request: ApiRequest,
    key: string,
    sending: { readonly inDoubt: boolean; readonly beforeAttempt: () => void },
  ) => Promise<Reply>;
  /** Searches the API for the effect of an earlier attempt; `undefined` if there is none. See `searchByMark`. */
  readonly look: (search: MarkSearch) => Promise<Json | undefined>;
  /** Searches the ledger for the entry of a write that the record does not have; see `searchUnseen`. */
  readonly lookUnseen: (request: ApiRequest, unseen: Unseen) => Promise<Json | undefined>;
  readonly read: ReadAnswer<Result>;
  /** The reservation and the cap checks of the write. @param kept the record's policy in force */
  readonly roomFor: (request: ApiRequest, kept: RecordPolicy | undefined) => Promise<CapTerms>;
  /** The present names of a customer. */
  readonly customer: (ref: CustomerRef) => Promise<Pick<Customer, 'id' | 'external_customer_id'>>;
  /** Finds the customer of the changed object: see `WriteBackground.owner`. */
  readonly owner?: (() => Promise<string | undefined>) | undefined;
  readonly requestAt?: WriteBackground['requestAt'];
  /** Throws a `usage` error if the text has a secret, which the record must not keep. */
  readonly check: (text: string) => void;
  /** Called before the outcome of a write is reported. */
  readonly onSettled: (write: Pick<Begun, 'key' | 'attempt'>) => void;
  /** Called with the error if a success cannot be noted. The error is reported after the success. */
  readonly onUnrecorded: Runtime['failAtEnd'];
}

/** The way in which a write was done; see `Settled.manner`. */
export type Manner = 'sent' | 'replayed' | 'resumed' | 'unacknowledged' | 'known' | 'found' | 'recovered';

export interface Settled<Result> {
  /** The answer, as `read` decoded it. */
  readonly result: Result;
  /** The API's answer, now or to an earlier attempt. */
  readonly document: Json;
  readonly key: string;
  /** The request of an earlier run, if that run sent it. Its relative dates, such as `+30d`, may differ. */
  readonly earlierRequest?: ApiRequest | undefined;
  /**
   * `sent`: now. `replayed`: the API had done the write under this key. `resumed`: an earlier attempt of unknown outcome
   * was sent again. `unacknowledged`: a killed run did the write and did not report it. `known`: the record has it under
   * this key. `found`: a search found its effect. `recovered`: a search found its entry, which the record did not have.
   */
  readonly manner: Manner;
  /** The person who began the write, if that was another person. */
  readonly begunBy?: string;
  /** The key of the write that undid this one later. */
  readonly undoneBy?: string;
}

/** The open connection and the running program. */
export interface SubmitContext {
  readonly connection: Connection;
  readonly runtime: Runtime;
}

/** The process and the time, for the decision about a write. */
export async function selfOf({
  record,
  runner,
  isAlive,
  ledgerNow,
}: Pick<Submission<unknown>, 'record' | 'runner' | 'isAlive' | 'ledgerNow'>): Promise<Self> {
  const [now, who] = await Promise.all([record.now(), record.who()]);
  return { now, who, runner, isAlive, ledgerNow: ledgerNow?.(), apiKey: record.apiKey };
}

/** As `selfOf`, for a command without a submission. */
export function selfOfRun({
  connection,
  record,
  runtime,
}: SubmitContext & { readonly record: AccountRecord }): Promise<Self> {
  const { runner, isAlive } = runtime.system.process;
  return selfOf({ record, runner, isAlive, ledgerNow: embeddedClock(connection) });
}

/** The data of a write beside its request. */
export interface WriteBackground {
  /** The write that this one undoes. */
  readonly undoing?: Undoing | undefined;
  /** Finds the customer of the changed object, if the request names no customer; see `Noted.customer`. */
  readonly owner?: ((record: AccountRecord) => Promise<string | undefined>) | undefined;
  /**
   * The request of the same command line at another time; set if it has relative dates, such as `+30d`, or leaves a field
   * to the block or the policy. @param earlier the body that the line made then, from which such a field is taken
   */
  readonly requestAt?: ((now: number, earlier?: JsonObject) => ApiRequest | undefined) | undefined;
}

/** Builds the submission of one write. */
export async function submissionTo<Result>(
  { connection, runtime }: SubmitContext,
  read: ReadAnswer<Result>,
  { undoing, owner, requestAt }: WriteBackground = {},
): Promise<Submission<Result>> {
  const { system, argv, secrets, interruption } = runtime;
  const record = await runtime.record(connection);
  return {
    record,
    runner: system.process.runner,
    isAlive: system.process.isAlive,
    author: authorOf(runtime),
    command: shellText(argv.map(secrets.mask)),
    mask: secrets.mask,
    leaseMs,
    ledgerNow: embeddedClock(connection),
    undoing,
    now: runtime.now,
    monotonic: system.monotonic,
    newKey: system.newKey,
    onWait: ({ key, notedAt, runner, leaseUntil: until }) => {
      const whom = `process ${runner.pid}${runner.machine === system.process.runner.machine ? '' : ' of another machine'}`;
      const text = `Waiting for ${whom}, which has the equal write of ${notedAt}: until ${until} at the latest`;
      runtime.note({ text, data: { warning: text, waiting_for: { key, until } } });
    },
    pause: (ms) => system.sleep(ms, interruption),
    send: connection.send,
    look: (search) => searchByMark(search, { api: connection.api, record, now: connection.now }),
    lookUnseen: (request, unseen) =>
      searchUnseen(request, record.account.ledger === null ? unseen : 'anytime', connection),
    read,
    roomFor: (request, kept) => roomFor(request, kept, { connection, runtime }),
    customer: async (ref) => (await connection.api.customer(ref)).record,
    owner: owner && (() => owner(record)),
    requestAt,
    // The record and the API store each request, so a pasted API key would leak to both.
    check: (text) => {
      if (secrets.isIn(text)) throw holdsKey('The write');
    },
    onSettled: (write) => runtime.atEnd(() => noteAcknowledged(write, record)),
    onUnrecorded: runtime.failAtEnd,
  };
}

/** The author of a fact, beside the person that the record stamps. */
export function authorOf({ system, env, secrets }: SubmitContext['runtime']): NotingContext['author'] {
  const { who, host } = system.process;
  const actor = variable(env, 'CREDITCTL_ACTOR');
  // A pipeline may set it to the wrong one of its variables.
  return { os_user: who, host, actor: actor && secrets.mask(actor) };
}

/** Milliseconds of a lease in which an attempt may begin: the time of all retries, and half a minute for the record. */
export const beginningMs = retryPolicy.budget + 30_000;

/** Length of a lease in milliseconds: who takes the write over after it finds no attempt that may still be answered. */
export const leaseMs = beginningMs + attemptMax;

export interface Clocks {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a monotonic clock; on some machines it stops while they sleep. */
  readonly monotonic: () => number;
}

/** Milliseconds by which a wall clock may go back by correction. If it goes back further, it was set. */
const jitter = 1000;

/** Measures milliseconds from now, by the clock that shows more. If the wall clock was set back, answers a whole lease. */
export function stopwatch({ now, monotonic }: Clocks): () => number {
  const begun = { wall: now(), monotonic: monotonic() };
  return () => {
    const wall = now() - begun.wall;
    return wall < -jitter ? leaseMs : Math.max(wall, monotonic() - begun.monotonic);
  };
}

/** The error for a lease that may end before the attempt does: another process may take the write over meanwhile. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Begins a lease; call this before the write is noted. The result throws `LeaseLost` once no attempt may begin. */
export function beginLease(clocks: Clocks): () => void {
  const passed = stopwatch(clocks);
  return () => {
    if (passed() >= beginningMs) throw new LeaseLost('the lease of this write has run out');
  };
}
