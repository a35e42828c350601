// The embedded ledger's only door: the API's contract answered from a database file, in-process or over HTTP.
// Imports are static but for the HTTP server: more chunks to read would cost every command more than the code in them.

import type { Database } from '../database/driver.ts';
import type { Exchange } from '../wire/json.ts';
import { type LedgerClock, ledgerClock } from './admin/clock.ts';
import type { AccountCopy, CopyOptions, CopyTarget } from './admin/copy.ts';
import { type Examination, examineStore } from './admin/examine.ts';
import { readPlan } from './admin/faults.ts';
import { type Operations, operationsOn } from './admin/operations.ts';
import { answerUnderFaults } from './server/faults.ts';
import { settleDueLedgers } from './server/find.ts';
import { createHandler } from './server/handler.ts';
import { shortId } from './server/ids.ts';
import { insertSampleCustomers } from './server/sample-customers.ts';
import { writeEvents } from './server/write-events.ts';
import { groupCommit, type Write } from './store/group-commit.ts';
import { openStore, openToLook } from './store/open.ts';
import { isAnythingDue } from './store/outbox.ts';
import { Settings } from './store/settings.ts';

export type { AccountCopy, CopyTarget };

export interface SandboxOptions {
  /** The database file; it and its folder are made where they are missing. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Cryptographically random bytes, for ids. */
  readonly randomBytes: (length: number) => Uint8Array;
}

export interface Sandbox {
  /** Answers a request below the base URL; paths begin after `/v1`, and no key is needed. */
  readonly exchange: Exchange;
  /** The id that this ledger gives itself: new after a reset, and never that of a copy. */
  readonly ledger: () => string;
  /** True if this opening created the database with its sample customers. */
  readonly created: boolean;
  /** What the ledger goes by: expiry, activation, grace period and the life of idempotency keys. */
  readonly clock: LedgerClock;
  /** For the server, which asks it whether anything has changed. */
  readonly database: Database;
  /** What an operator does beside the API. */
  operations(): Operations;
  /** Writes what has happened by itself in some of the ledgers that no request reads. */
  settle(): void;
  /** Sends the webhooks that are due, and gives up what is not answered within so many milliseconds until later. */
  deliver(within: number): Promise<void>;
  close(): void;
}

/** @throws CreditctlError naming the file and the way out, if the database cannot be opened */
export async function openSandbox({ path, now, randomBytes }: SandboxOptions): Promise<Sandbox> {
  const freshId = () => shortId(randomBytes);
  const fill = (fresh: Database): void => insertSampleCustomers(fresh, { now: now(), freshId });
  const { database, created } = await openStore(path, fill);
  const settings = new Settings(database);
  const clock = ledgerClock(settings, now);
  const fileEvents = () => writeEvents(database, clock.now, freshId);
  const write = filingEvents(groupCommit(database), fileEvents);
  const context = { database, write, now: clock.now, freshId, fileEvents };
  const settle = () => settleDueLedgers(context);
  const handler = createHandler(context);
  const ledger = () => ledgerId(settings, randomBytes);
  return {
    exchange: answering(handler, { settings, ledger }),
    ledger,
    database,
    created,
    clock,
    operations: () => operationsOn({ database, settings, clock, fill, randomBytes, freshId }),
    settle,
    deliver: async (within) => {
      if (!hasDeliveries(database, now())) return;
      const { Courier } = await import('./delivery/courier.ts');
      const courier = new Courier(database, now);
      courier.send();
      await courier.finish(within);
    },
    close: () => database.close(),
  };
}

/** A database that cannot be read keeps what is due for later: the command whose end this is has done its work. */
function hasDeliveries(database: Database, now: number): boolean {
  try {
    return isAnythingDue(database, now);
  } catch {
    return false;
  }
}

/** The same writes, each of which also files the events that it made happen. */
const filingEvents =
  (write: Write, fileEvents: () => void): Write =>
  (work) =>
    write(() => {
      const result = work();
      fileEvents();
      return result;
    });

/** A quick look at a database file, which need not be there and is not changed. @throws CreditctlError if it is no use */
export function examineSandbox(path: string): Promise<Examination | undefined> {
  return examineStore(path);
}

/**
 * Answers reads from a database that is there already, without changing a byte of it and without faults;
 * `undefined` where there is none. What has fallen due and is not settled yet is shown as it was before.
 */
export async function lookIntoSandbox(
  path: string,
): Promise<{ readonly exchange: Exchange; close(): void } | undefined> {
  const database = await openToLook(path);
  if (database === undefined) return undefined;
  const never = () => {
    throw new Error('one who only looks writes nothing');
  };
  // At the beginning of time nothing is due, so that no read wants to settle anything.
  const exchange = createHandler({ database, write: never, now: () => 0, freshId: never, fileEvents: never });
  return { exchange, close: () => database.close() };
}

/** Where customers of another account are copied to. @throws CreditctlError for a file that is no database of ours */
export async function copyIntoSandbox(options: CopyOptions): Promise<CopyTarget> {
  const { copyTarget } = await import('./admin/copy.ts');
  return copyTarget(options);
}

/** The name of the header that every answer has: whoever writes to a ledger learns which one it is. */
const ledgerHeader = 'creditctl-ledger';

/** The name of the header of a moved clock: the milliseconds by which it is ahead of real time, or below zero behind. */
const aheadHeader = 'creditctl-ledger-ahead';

interface Answering {
  readonly settings: Settings;
  readonly ledger: () => string;
}

/** The same exchange under the faults that may be set, whose answers repeat the key of a write and name the ledger. */
function answering(exchange: Exchange, { settings, ledger }: Answering): Exchange {
  const underFaults: Exchange = (request, signal) => {
    const set = settings.get('faults');
    if (set === undefined) return exchange(request, signal);
    const faulty = { exchange, plan: readPlan(set), ordinal: settings.count('faults-drawn') };
    return answerUnderFaults(faulty, request, signal);
  };
  return async (request, signal) => {
    const answer = await underFaults(request, signal);
    const key = request.method === 'GET' ? undefined : request.headers['idempotency-key'];
    const keyed = key === undefined ? {} : { 'idempotency-key': key };
    const ahead = settings.get('clock');
    const moved = ahead === undefined ? {} : { [aheadHeader]: ahead };
    return { ...answer, headers: { ...answer.headers, ...keyed, [ledgerHeader]: ledger(), ...moved } };
  };
}

/** The id is made with the first question; a reset takes it away with everything else. */
function ledgerId(settings: Settings, randomBytes: SandboxOptions['randomBytes']): string {
  const known = settings.get('ledger');
  if (known !== undefined) return known;
  const made = Buffer.from(randomBytes(16)).toString('hex');
  settings.change('ledger', (other) => other ?? made);
  return settings.get('ledger') ?? made;
}

export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly apiKey: string;
  /** Answers 429 above so many requests per second: `live`, `test` or `trial` as Orb has them, or a number of writes. */
  readonly rateLimits?: string | undefined;
  /** Milliseconds that only ever pass; what rate limits are measured by. */
  readonly monotonic?: () => number;
}

export interface ServedSandbox {
  /** `http://127.0.0.1:PORT/v1` */
  readonly baseUrl: string;
  /** Rejects once the database file was deleted or replaced: what is written then could not be seen. */
  readonly lost: Promise<never>;
  /** Stops listening once the requests under way are answered; the sandbox itself stays open. */
  close(): Promise<void>;
}

/** Serves a sandbox over HTTP on the loopback address. @throws CreditctlError if the port is taken */
export async function serveSandbox(sandbox: Sandbox, options: ServeOptions): Promise<ServedSandbox> {
  // Commands that answer in-process must not pay for loading an HTTP server.
  const { listen } = await import('./server/listen.ts');
  const { rememberReads } = await import('./server/read-cache.ts');
  const { oncePerTurn } = await import('./server/turn.ts');
  const { versionOf } = await import('./store/version.ts');
  const { deliverInBackground } = await import('./delivery/background.ts');
  const { exchange, database, clock } = sandbox;
  const version = oncePerTurn(() => {
    database.checkInPlace();
    return versionOf(database);
  });
  const now = oncePerTurn(clock.now);
  // Under faults every request counts the draws in the database, so that none is answered from memory.
  const remembered = rememberReads(exchange, { version: version.value, now: now.value });
  const limits = await limited(remembered, options);
  const delivery = deliverInBackground(database, { now: clock.real, settle: sandbox.settle });
  const sending: Exchange = async (request, signal) => {
    if (request.method === 'GET') return limits(request, signal);
    try {
      return await limits(request, signal);
    } finally {
      version.forget();
      now.forget();
      delivery.send();
    }
  };
  try {
    const { baseUrl, close } = await listen(sending, options);
    return { baseUrl, lost: delivery.lost, close: () => close().finally(delivery.stop) };
  } catch (error) {
    await delivery.stop();
    throw error;
  }
}

/** The same exchange, unless limits were asked for. */
async function limited(exchange: Exchange, { rateLimits, monotonic }: ServeOptions): Promise<Exchange> {
  if (rateLimits === undefined || monotonic === undefined) return exchange;
  const limiting = await import('./server/rate-limits.ts');
  return limiting.limitRates(exchange, { limits: limiting.rateLimits(rateLimits), monotonic });
}
