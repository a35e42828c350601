// What a write needs to be sent once: record, connection and program, joined for one write, and its room under the caps of a day.

import { dateAt } from '../credits/calendar.ts';
import { type CustomerRef, customerRefText } from '../credits/customer.ts';
import { type Amount, add, type Instant, isPositive, zero } from '../credits/exact.ts';
import { type Connection, holdsKey } from '../orb/connection.ts';
import { factsOf } from '../policy/facts.ts';
import { isGrant } from '../policy/judge.ts';
import { type Environment, variable } from '../profiles/environment.ts';
import {
  type Begun,
  type Notes,
  noteAcknowledged,
  type Reply,
  type Room,
  type Undoing,
} from '../record/attempt.ts';
import type { Self } from '../record/decide.ts';
import { capsFor } from '../record/known-write.ts';
import type { AccountRecord, RecordPolicy } from '../record/record.ts';
import type { ApiRequest } from '../requests/request.ts';
import { shellText } from '../requests/shell-words.ts';
import type { PolicyInForce } from '../runtime/records.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Json } from '../wire/json.ts';
import { type CustomerDay, customerDayAt, grantsSince } from './customer.ts';
import { leaseMs } from './deliver.ts';
import { type MarkSearch, searchByMark } from './search.ts';

/**
 * Decodes the document of a success; throws if it is not what the contract promises.
 * @param sent the request that was sent, for which the document must be an answer; not set for a recorded answer
 */
export type ReadAnswer<Result> = (document: Json, sent?: ApiRequest) => Result;

/** How a write leaves, and how its answer is read. */
export interface Submission<Result> extends Notes {
  readonly record: AccountRecord;
  readonly isAlive: Self['isAlive'];
  /** Milliseconds since the epoch, and milliseconds that only ever pass. */
  readonly now: () => number;
  readonly monotonic: () => number;
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
  readonly read: ReadAnswer<Result>;
  /** What the write counts for, and the caps that it has to fit under. @param kept the record's policy by now */
  readonly roomFor: (request: ApiRequest, kept: RecordPolicy | undefined) => Promise<Room>;
  /** Throws a `usage` error if a text must not be kept. */
  readonly check: (text: string) => void;
  /** Called for each write whose outcome is about to be reported. */
  readonly onSettled: (write: Pick<Begun, 'key' | 'attempt'>) => void;
  /** Takes the failure to note a success, which is reported after the success itself. */
  readonly onUnrecorded: Runtime['failAtEnd'];
}

/** How a write came to be done. */
export type Manner = 'sent' | 'replayed' | 'resumed' | 'unacknowledged' | 'known' | 'found';

export interface Settled<Result> {
  /** The answer, as `read` decoded it. */
  readonly result: Result;
  /** What the API answered, now or before. */
  readonly document: Json;
  readonly key: string;
  /**
   * `sent` now; `replayed` by the API, which had done it under this key; `resumed`, an earlier attempt of unknown
   * outcome; `unacknowledged`, done by a run that was cut off before it reported; `known` from the record, under this
   * key; `found` in the ledger by its mark.
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

/** The clock of the embedded ledger in this process, milliseconds since the epoch; another API keeps its own. */
export const embeddedClock = ({ choice, now }: Connection): (() => number) | undefined =>
  choice.kind === 'sandbox' ? now : undefined;

/**
 * Joins a write to the record and the connection that it uses.
 * @param undoing set if the write takes another one back
 */
export async function submissionTo<Result>(
  { connection, runtime }: SubmitContext,
  read: ReadAnswer<Result>,
  undoing?: Undoing,
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
    read,
    roomFor: async (request, kept) =>
      roomFor(request, { connection, record, inForce: await runtime.policyWith(connection, kept) }),
    // The record and the API keep what is sent, so a key that was pasted into it would be given away twice.
    check: (text) => {
      if (secrets.isIn(text)) throw holdsKey('The write');
    },
    onSettled: (write) => runtime.atEnd(() => noteAcknowledged(write, record)),
    onUnrecorded: runtime.failAtEnd,
  };
}

/** Who writes, beside the person that the record stamps. */
export function authorOf({ who, host }: Runtime['parts']['process'], env: Environment): Notes['author'] {
  const actor = variable(env, 'CREDITCTL_ACTOR');
  return { os_user: who, host, ...(actor === undefined ? {} : { actor }) };
}

/** What room a write needs is found out with. */
export interface RoomContext {
  readonly connection: Connection;
  readonly record: AccountRecord;
  readonly inForce: PolicyInForce;
}

/** Reads the ledger only if a cap on the customer's day is in force. */
export async function roomFor(request: ApiRequest, context: RoomContext): Promise<Room> {
  const { policy, ofRecord } = context.inForce;
  const inForce = ofRecord === undefined ? {} : { policy: ofRecord };
  const facts = factsOf(request);
  const { amount, customer, currency } = facts ?? {};
  if (facts === undefined || amount === undefined || customer === undefined || currency === undefined)
    return { caps: [], ...inForce };
  if (!isGrant(facts) || !isPositive(amount)) return { caps: [], ...inForce };
  const { connection } = context;
  if (!policy.some(({ name }) => name === 'customer_day_cap')) {
    const day = dateText(connection.now(), 'UTC');
    const reserves = { customer: customerRefText(customer), currency, day, amount };
    return { reserves, caps: capsFor(policy, reserves, zero), ...inForce };
  }
  // The clock of this machine may be wrong, and the limit is the team's.
  const at = embeddedClock(connection)?.() ?? (await context.record.now());
  const day = await customerDayAt(at, customer, connection);
  const reserves = { customer: day.customer, currency, day: day.date, amount };
  const elsewhere = await grantedElsewhere({ ...day, ref: customer, currency }, context);
  return { reserves, caps: capsFor(policy, reserves, elsewhere), ...inForce };
}

const dateText = (at: Instant, zone: string): string => String(dateAt(at, zone));

/** Marks that are asked about at a time. */
const marksMax = 1024;

/** Credits that the ledger granted in this day and that the record does not count for it. */
async function grantedElsewhere(
  { customer, date, from, ...whose }: CustomerDay & { readonly ref: CustomerRef; readonly currency: string },
  { connection, record }: RoomContext,
): Promise<Amount> {
  const grants: { readonly mark: string | undefined; readonly amount: Amount }[] = [];
  for await (const grant of grantsSince(from, whose, connection)) grants.push(grant);
  const marks = [...new Set(grants.flatMap(({ mark }) => mark ?? []))];
  const counted = new Set<string>();
  for (let at = 0; at < marks.length; at += marksMax)
    // While no cap was in force, a batch noted its rows for the day in UTC, which may be another than the customer's.
    for (const [key, { reserves }] of await record.keyStates(marks.slice(at, at + marksMax)))
      if (reserves?.customer === customer && reserves.day === date) counted.add(key);
  return grants.reduce(
    (sum, { mark, amount }) => (mark !== undefined && counted.has(mark) ? sum : add(sum, amount)),
    zero,
  );
}
