// Answers the API's contract from a database file, in-process or over HTTP; the rest of the program imports only this file.
// Imports are static but for the HTTP server: loading more chunks costs a command more than the code in them.

import type { Database } from '../database/driver.ts';
import type { Exchange } from '../wire/json.ts';
import { type LedgerClock, ledgerClock } from './admin/clock.ts';
import type { AccountCopy, CopyOptions, CopyTarget } from './admin/copy.ts';
import { examineStore } from './admin/examine.ts';
import { faultSettings } from './admin/faults.ts';
import { type Operations, operationsOn } from './admin/operations.ts';
import { answerUnderFaults } from './server/faults.ts';
import { createHandler } from './server/handler.ts';
import { shortId } from './server/ids.ts';
import { settleDueLedgers } from './server/route.ts';
import { insertSampleCustomers } from './server/sample-customers.ts';
import { writeEvents } from './server/write-events.ts';
import { groupCommit, type Write } from './store/group-commit.ts';
import { openForReading, openStore } from './store/open.ts';
import { isAnythingDue } from './store/outbox.ts';
import { Settings } from './store/settings.ts';

export type { AccountCopy, CopyTarget };

export interface SandboxOptions {
  /** The database file; the file and its folder are created if missing. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Cryptographically random bytes, for ids. */
  readonly randomBytes: (length: number) => Uint8Array;
}

export interface Sandbox {
  /** Answers a request; paths begin after `/v1`, and no API key is needed. */
  readonly exchange: Exchange;
  /** The id of this ledger: new after a reset, and another one in a copy. */
  readonly ledger: () => string;
  /** True if this call created the database with its sample customers. */
  readonly created: boolean;
  /** The ledger's clock, which decides expiry, activation, grace period and the lifetime of idempotency keys. */
  readonly clock: LedgerClock;
  /** For the server, which checks whether the database changed. */
  readonly database: Database;
  /** The operator's actions beside the API. */
  operations(): Operations;
  /** Writes due events in some of the ledgers that no request reads. */
  settle(): void;
  /** Delivers due webhooks; an attempt without an answer after `within` milliseconds is retried later. */
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

/** False if the database cannot be read: the command itself is done, and the deliveries stay due. */
function hasDeliveries(database: Database, now: number): boolean {
  try {
    return isAnythingDue(database, now);
  } catch {
    return false;
  }
}

/** Makes every write also store the text of the events that it caused. */
const filingEvents =
  (write: Write, fileEvents: () => void): Write =>
  (work) =>
    write(() => {
      const result = work();
      fileEvents();
      return result;
    });

/** Examines a database file, which may be missing, without changing it. @throws CreditctlError for an unusable file */
export const examineSandbox = examineStore;

/**
 * Answers reads from an existing database, without changing a byte of the file and without faults; `undefined` if
 * there is none. Due events that are not written yet do not show.
 */
export async function openSandboxForReading(
  path: string,
): Promise<{ readonly exchange: Exchange; close(): void } | undefined> {
  const database = await openForReading(path);
  if (database === undefined) return undefined;
  const never = () => {
    throw new Error('one who only looks writes nothing');
  };
  // At time 0 nothing is due, so that no read tries to settle a ledger.
  const exchange = createHandler({ database, write: never, now: () => 0, freshId: never, fileEvents: never });
  return { exchange, close: () => database.close() };
}

/** Opens the target of a copy of another account's customers. @throws CreditctlError for a file that is not a creditctl database */
export async function copyIntoSandbox(options: CopyOptions): Promise<CopyTarget> {
  const { copyTarget } = await import('./admin/copy.ts');
  return copyTarget(options);
}

/** The name of a header in every answer: a client that writes to a ledger learns the id of that ledger. */
const ledgerHeader = 'creditctl-ledger';

/** The name of the header for a moved clock: milliseconds ahead of real time, negative if behind. */
const aheadHeader = 'creditctl-ledger-ahead';

interface Answering {
  readonly settings: Settings;
  readonly ledger: () => string;
}

/** Applies the set faults to an exchange. Every answer names the ledger and repeats the key of a write. */
function answering(exchange: Exchange, { settings, ledger }: Answering): Exchange {
  const faults = faultSettings(settings);
  const underFaults: Exchange = (request, signal) => {
    const plan = faults.plan();
    if (plan === undefined) return exchange(request, signal);
    return answerUnderFaults({ exchange, plan, ordinal: settings.count('faults-drawn') }, request, signal);
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

/** Creates the id on the first call; a reset deletes it with all other data. */
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
  /** Rate limits above which a request is answered 429: `live`, `test` or `trial` as at Orb, or a number of writes per second. */
  readonly rateLimits?: string | undefined;
  /** A monotonic clock in milliseconds, for the rate limits. */
  readonly monotonic?: () => number;
}

export interface ServedSandbox {
  /** `http://127.0.0.1:PORT/v1` */
  readonly baseUrl: string;
  /** Rejects once the database file was deleted or replaced, because later writes would be lost. */
  readonly lost: Promise<never>;
  /** Stops listening once the running requests are answered; the sandbox itself stays open. */
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
  // A fault plan counts every request in the database, which changes the version, so no answer comes from the cache.
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

/** Applies rate limits to an exchange, if any are set. */
async function limited(exchange: Exchange, { rateLimits, monotonic }: ServeOptions): Promise<Exchange> {
  if (rateLimits === undefined || monotonic === undefined) return exchange;
  const limiting = await import('./server/rate-limits.ts');
  return limiting.limitRates(exchange, { limits: limiting.rateLimits(rateLimits), monotonic });
}
