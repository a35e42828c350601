// Opens what a run talks to: the API, the embedded ledger, and the server of that ledger.
import { CreditctlError } from '../errors.ts';
import { placeOf } from '../profiles/place.ts';
import { copyTarget } from './copy-target.ts';
import { checkNamedDatabase } from './named-database.ts';
import { requestWatch } from './request-watch.ts';
import type { LineFacts, Runtime } from './runtime.ts';
import { usableChoice } from './usable-choice.ts';

interface Around {
  readonly line: LineFacts;
  /** Takes what closes each thing that was opened; they are called in reverse order. */
  readonly closers: (() => Promise<void> | void)[];
}

/** @param of the runtime that these are part of, which is not made yet when they are */
export function openings(
  of: () => Runtime,
  { line, closers }: Around,
): Pick<Runtime, 'connect' | 'openSandbox' | 'serveSandbox' | 'copyTarget'> {
  return {
    connect: async (flags, { note = of().note, mayCreate = false } = {}) => {
      const runtime = of();
      if (!mayCreate) checkNamedDatabase(flags, runtime);
      const choice = await usableChoice(runtime, flags);
      const { openConnection } = await import('../orb/connection.ts');
      const watch = requestWatch(line, { ...runtime, note });
      closers.push(watch.end);
      const connection = await openConnection(choice, placeOf(choice), { ...runtime, note, ...watch.taking });
      closers.push(connection.close);
      return connection;
    },
    openSandbox: async (flags, { mayCreate = true } = {}) => {
      const runtime = of();
      if (!mayCreate) checkNamedDatabase({ ...flags, sandbox: true }, runtime);
      const choice = runtime.choice({ ...flags, sandbox: true });
      if (choice.kind !== 'sandbox')
        throw new CreditctlError('failure', 'the embedded ledger was not chosen');
      const sandbox = await runtime.parts.sandbox(choice.db, runtime);
      closers.push(() => sandbox.close());
      return sandbox;
    },
    serveSandbox: async (flags, serving) => {
      const { env, folders, parts, secrets, openSandbox } = of();
      const { sandboxKey } = await import('../profiles/sandbox-key.ts');
      const apiKey = sandboxKey(env, folders);
      secrets.learn(apiKey);
      const sandbox = await openSandbox(flags);
      const { serveSandbox } = await import('../sandbox/sandbox.ts');
      return { ...(await serveSandbox(sandbox, { ...serving, apiKey, monotonic: parts.monotonic })), apiKey };
    },
    copyTarget: (flags) => copyTarget(flags, of()),
  };
}
