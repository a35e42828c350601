// Opens what one run works with, each at its first use, and closes it: the API, the embedded ledger, records and policies.
import { statSync } from 'node:fs';
import { CreditctlError, usageErrorAt } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { noCredentials } from '../profiles/choose-connection.ts';
import { readConfig } from '../profiles/config-file.ts';
import type { RecordPolicy } from '../record/record.ts';
import type { GlobalFlags, LineFacts, RunRecords, Runtime } from './runtime.ts';

interface Around {
  readonly line: LineFacts;
  /** Called with the flags of each connection: the command lines that later errors suggest repeat these flags. */
  readonly lead: (flags: GlobalFlags) => void;
  readonly isDryRun: boolean;
  readonly ending: Ending;
  /** Collects the functions that close what was opened; they run in reverse order. */
  readonly closers: (() => Promise<void> | void)[];
}

/** @param of returns the runtime, which is created after these functions */
export function openings(
  of: () => Runtime,
  { line, lead, isDryRun, ending, closers }: Around,
): Pick<Runtime, 'connect' | 'openSandbox' | 'serveSandbox' | 'copyTarget'> & RunRecords {
  return {
    ...runRecords(of, { isDryRun, ending, closers }),
    connect: async (flags, { note = of().note, mayCreate = false, choice: chosen } = {}) => {
      const runtime = of();
      lead(flags);
      if (!mayCreate) checkNamedDatabase(flags, runtime);
      const { choice, used } = await usableChoice(runtime, flags, chosen);
      lead(used);
      const { openConnection } = await import('../orb/connection.ts');
      const { version, now, secrets, interruption, system, keyOf } = runtime;
      const watched = await watchOf(line, { system, note }, closers);
      const taking = { version, now, secrets, interruption, system, keyOf, note, ...watched };
      const connection = await openConnection(choice, taking);
      closers.push(connection.close);
      return connection;
    },
    openSandbox: async (flags, { mayCreate = true } = {}) => {
      const runtime = of();
      if (!mayCreate) checkNamedDatabase({ ...flags, sandbox: true }, runtime);
      const choice = runtime.choice({ ...flags, sandbox: true });
      if (choice.kind !== 'sandbox')
        throw new CreditctlError('failure', 'the embedded ledger was not chosen');
      const sandbox = await runtime.system.sandbox(choice.db, runtime);
      closers.push(() => sandbox.close());
      return sandbox;
    },
    serveSandbox: async (flags, serving) => {
      const { env, folders, system, secrets, openSandbox } = of();
      const { sandboxKey } = await import('../profiles/sandbox-key.ts');
      const apiKey = sandboxKey(env, folders, system.process.runner.pid);
      secrets.learn(apiKey);
      const sandbox = await openSandbox(flags);
      const { serveSandbox } = await import('../sandbox/sandbox.ts');
      return {
        ...(await serveSandbox(sandbox, { ...serving, apiKey, monotonic: system.monotonic })),
        apiKey,
      };
    },
    copyTarget: (flags) => copyTarget(flags, of()),
  };
}

/** Reports each request, and their sums at the end, with `--verbose` or `--timing`. */
async function watchOf(
  line: LineFacts,
  reporting: Pick<Runtime, 'system' | 'note'>,
  closers: Around['closers'],
) {
  if (line.isTraced !== true && line.isTimed !== true) return {};
  const { requestWatch } = await import('./request-watch.ts');
  const { watched, end } = requestWatch(line, reporting);
  closers.push(end);
  return { watched };
}

/** Throws a `credentials` error without a key, unless the person chooses the embedded ledger instead. */
async function usableChoice(
  runtime: Pick<Runtime, 'choice' | 'prompter'>,
  flags: GlobalFlags,
  choice = runtime.choice(flags),
) {
  if (choice.kind === 'sandbox' || choice.key !== undefined) return { choice, used: flags };
  const prompter = await runtime.prompter(flags);
  const message = `There is no API key for the profile "${choice.profile}". Use the embedded ledger (sandbox) for this command?`;
  if (prompter === undefined || !(await prompter.confirm({ message }))) throw noCredentials(choice.profile);
  const used = { ...flags, sandbox: true };
  return { choice: runtime.choice(used), used };
}

/** See `Runtime.copyTarget`. */
async function copyTarget(flags: GlobalFlags, { target, system }: Pick<Runtime, 'target' | 'system'>) {
  const { host: path } = target({ ...flags, sandbox: true });
  const { runner, isAlive } = system.process;
  const { copyIntoSandbox } = await import('../sandbox/sandbox.ts');
  return copyIntoSandbox({
    path,
    now: system.now,
    pid: runner.pid,
    isAlive: (pid) => isAlive({ machine: runner.machine, pid }),
  });
}

/** Throws a `usage` error if `--db` names a missing file. The default database is created at its first use. */
function checkNamedDatabase(flags: GlobalFlags, { choice }: Pick<Runtime, 'choice'>): void {
  if (flags.db === undefined) return;
  const chosen = choice(flags);
  if (chosen.kind !== 'sandbox' || !isMissing(chosen.db)) return;
  const problem = `names a database that does not exist: ${chosen.db}. A command that only reads does not create it`;
  throw usageErrorAt('--db', problem, [
    'Check the name',
    'A write creates it, with three sample customers: creditctl ledger add acme --amount 5 --sandbox --db <file>',
  ]);
}

/** False for a path that leads through a file or is not readable: opening the path explains such a fault. */
function isMissing(file: string): boolean {
  try {
    statSync(file);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function runRecords(
  of: () => Runtime,
  { isDryRun, ending, closers }: Pick<Around, 'isDryRun' | 'ending' | 'closers'>,
): RunRecords {
  const record = oncePerConnection(async (connection: Connection) => {
    const { accountRecordOf, openRecordFor } = await import('./record-of.ts');
    const store = await openRecordFor(connection, of());
    ending.closeLast(store);
    return accountRecordOf(store, connection, of());
  });
  const readRules = async (target: Connection['target'], kept?: RecordPolicy) => {
    const { readPolicy } = await import('../profiles/record-and-policy.ts');
    const team = kept && { text: kept.text, source: `the record's policy ${kept.version}` };
    return readPolicy(target, readConfig(of().folders.config), team);
  };
  const policy = oncePerConnection(async (connection) =>
    readRules(connection.target, isDryRun ? undefined : await (await record(connection)).policy()),
  );
  return {
    record,
    recordToRead: async (flags, ending) => {
      const { readableRecordOf } = await import('./record-of.ts');
      const readable = await readableRecordOf(flags, of(), ending);
      closers.push(() => readable.store.close());
      return readable;
    },
    policyToRead: async (connection, flags) => {
      const { recordOfConnection } = await import('./record-of.ts');
      const known = await recordOfConnection(connection, { flags, runtime: of() });
      return { policy: await readRules(connection.target, await known?.policy()), record: known };
    },
    policy,
    policyWith: async (connection, kept) => {
      const { sameRules } = await import('../profiles/record-and-policy.ts');
      const rules = sameRules(await policy(connection), await readRules(connection.target, kept));
      return { policy: rules, ...(kept && { ofRecord: kept.sha256 }) };
    },
    capNow: async (connection) => {
      const { embeddedClock } = await import('../orb/connection.ts');
      const clock = isDryRun ? connection.now : embeddedClock(connection);
      return clock?.() ?? (await record(connection)).now();
    },
  };
}

/** Runs the work once for each connection, and shares the result. */
function oncePerConnection<Result>(open: (connection: Connection) => Promise<Result>) {
  const known = new Map<Connection, Promise<Result>>();
  return (connection: Connection, isAgain = false): Promise<Result> => {
    const result = (isAgain ? undefined : known.get(connection)) ?? open(connection);
    known.set(connection, result);
    return result;
  };
}

/** Milliseconds that the program waits for its notes of reported outcomes. */
const marksMax = 200;

export class Ending {
  readonly #failures: CreditctlError[] = [];
  readonly #marks: (() => Promise<void>)[] = [];
  readonly #records: { close(): Promise<void> }[] = [];

  readonly failAtEnd = (error: CreditctlError): void => void this.#failures.push(error);

  readonly atEnd = (action: () => Promise<void>): void => void this.#marks.push(action);

  /** Closes a record after everything else has ended. */
  closeLast(record: { close(): Promise<void> }): void {
    this.#records.push(record);
  }

  /** Throws the first failure from `failAtEnd`. */
  throwFailure(): void {
    const [failure] = this.#failures.splice(0);
    if (failure !== undefined) throw failure;
  }

  readonly end = async (isReported: boolean): Promise<void> => {
    const marks = isReported ? this.#marks.map((action) => action()) : [];
    if (marks.length > 0) await within(marksMax, Promise.allSettled(marks));
    for (const record of this.#records.splice(0)) await record.close().catch(() => {});
  };
}

/** Waits for the work for a limited time, because the work may never end. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const limit = AbortSignal.timeout(ms);
  await Promise.race([
    work,
    new Promise((resolve) => limit.addEventListener('abort', resolve, { once: true })),
  ]);
}

/** Joins the signals that end the run with a time limit, which is cleared when the work is done. */
export function timeLimit(
  timeout: number | undefined,
  {
    interruption,
    sleep,
  }: { readonly interruption: AbortSignal; sleep(ms: number, until: AbortSignal): Promise<unknown> },
): { readonly interruption: AbortSignal; readonly lift: () => void } {
  if (timeout === undefined) return { interruption, lift: () => {} };
  const late = new AbortController();
  const done = new AbortController();
  const giveUp = (): void =>
    late.abort(
      // Only the code that sent a write knows whether it was applied, so this error does not say.
      new CreditctlError('network', `Gave up after ${timeout / 1000} s (--timeout)`, {
        next: ['Allow more time with --timeout, or leave it out'],
      }),
    );
  sleep(timeout, done.signal).then(giveUp, () => {});
  return { interruption: AbortSignal.any([interruption, late.signal]), lift: () => done.abort() };
}
