// The embedded ledger's only door: the API's contract answered from a database file, in-process or over HTTP.
import type { Exchange } from '../wire/message.ts';
import { type LedgerClock, ledgerClock } from './operations/clock.ts';
import type { Operations } from './operations/operations.ts';
import { createHandler } from './server/handler.ts';
import { shortId } from './server/ids.ts';
import { rememberReads } from './server/read-cache.ts';
import { insertSampleCustomers } from './server/sample-customers.ts';
import type { Database } from './store/driver.ts';
import { groupCommit } from './store/group-commit.ts';
import { openStore } from './store/open.ts';
import { Settings } from './store/settings.ts';
import { versionOf } from './store/version.ts';

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
  /** True if this opening created the database with its sample customers. */
  readonly created: boolean;
  /** What the ledger goes by: expiry, activation, grace period and the life of idempotency keys. */
  readonly clock: LedgerClock;
  /** What an operator does beside the API; loaded when it is asked for. */
  operations(): Promise<Operations>;
  close(): void;
}

/** @throws CreditctlError naming the file and the way out, if the database cannot be opened */
export async function openSandbox({ path, now, randomBytes }: SandboxOptions): Promise<Sandbox> {
  const freshId = () => shortId(randomBytes);
  const fill = (fresh: Database): void => insertSampleCustomers(fresh, { now: now(), freshId });
  const { database, created } = await openStore(path, fill);
  const settings = new Settings(database);
  const clock = ledgerClock(settings, now);
  const answer = createHandler({ database, write: groupCommit(database), now: clock.now, freshId });
  const exchange = rememberReads(answer, { version: () => versionOf(database), now: clock.now });
  return {
    exchange: underFaults(exchange, settings),
    created,
    clock,
    operations: async () =>
      (await import('./operations/operations.ts')).operationsOn({ database, settings, clock, fill }),
    close: () => database.close(),
  };
}

/** The same exchange, as long as nobody has set any faults. */
function underFaults(exchange: Exchange, settings: Settings): Exchange {
  return async (request, signal) => {
    const set = settings.get('faults');
    if (set === undefined) return exchange(request, signal);
    const { answerUnderFaults } = await import('./server/faults.ts');
    const { readPlan } = await import('./operations/faults.ts');
    const faulty = { exchange, plan: readPlan(set), ordinal: settings.count('faults-drawn') };
    return answerUnderFaults(faulty, request, signal);
  };
}

export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly apiKey: string;
}

export interface ServedSandbox {
  /** `http://127.0.0.1:PORT/v1` */
  readonly baseUrl: string;
  /** Stops listening once the requests under way are answered; the sandbox itself stays open. */
  close(): Promise<void>;
}

/** Serves a sandbox over HTTP on the loopback address. @throws CreditctlError if the port is taken */
export async function serveSandbox(sandbox: Sandbox, options: ServeOptions): Promise<ServedSandbox> {
  // Commands that answer in-process must not pay for loading an HTTP server.
  const { listen } = await import('./server/listen.ts');
  return listen(sandbox.exchange, options);
}
