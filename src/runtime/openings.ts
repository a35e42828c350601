// Opens the API, the embedded ledger and its server. A mistyped name creates no database.

import { statSync } from 'node:fs';
import { CreditctlError, usageErrorAt } from '../errors.ts';
import { noCredentials } from '../profiles/choose-connection.ts';
import type { GlobalFlags, LineFacts, Runtime } from './runtime.ts';

interface Around {
  readonly line: LineFacts;
  /** Called with the flags of each connection: the command lines that later errors suggest repeat these flags. */
  readonly lead: (flags: GlobalFlags) => void;
  /** Collects the functions that close what was opened; they run in reverse order. */
  readonly closers: (() => Promise<void> | void)[];
}

/** @param of returns the runtime, which is created after these functions */
export function openings(
  of: () => Runtime,
  { line, lead, closers }: Around,
): Pick<Runtime, 'connect' | 'openSandbox' | 'serveSandbox' | 'copyTarget'> {
  return {
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
