// What an earlier run of the same command line left unknown, where this one failed before it could look for it.
import { afterWrite, CreditctlError, type ErrorKind, shellText, stillUnknown } from '../errors.ts';
import type { GlobalFlags, Runtime } from './runtime.ts';

type WriteFlags = GlobalFlags & { readonly idempotencyKey?: string };

/** Failures that say nothing of the write itself. */
const outside: ReadonlySet<ErrorKind> = new Set(['network', 'server', 'rate-limited', 'credentials']);

const open = ['noted', 'unknown'] as const;

/**
 * The failure of a command that writes, as it stands beside what the record says of that command: nothing was applied by
 * this run, but something may have been by the one before. Needs no network but that of the record.
 */
export async function besideEarlier(error: unknown, flags: WriteFlags, runtime: Runtime): Promise<unknown> {
  if (!(error instanceof CreditctlError) || !outside.has(error.kind)) return error;
  if ((error.facts.applied ?? 'no') !== 'no') return error;
  const earlier = await earlierWrite(flags, runtime).catch(() => undefined);
  if (earlier === undefined) return error;
  return earlier.state === 'settled'
    ? afterWrite(error, { key: earlier.key, isRepeatable: true })
    : stillUnknown(error, earlier);
}

/** The write of the same key; else this person's newest one of the same command line whose outcome is not known. */
async function earlierWrite({ idempotencyKey: key, ...flags }: WriteFlags, runtime: Runtime) {
  const { argv, secrets } = runtime;
  const command = askedIn(shellText(argv.map(secrets.mask)));
  const { store, accounts } = await runtime.recordToRead(flags);
  for (const record of accounts.map((account) => store.of(account))) {
    const named = key === undefined ? undefined : await record.write(key);
    if (named !== undefined) return [...open, 'settled'].includes(named.state) ? named : undefined;
    for await (const write of record.writes({ who: await record.who(), states: open }))
      if (write.texts.command !== null && askedIn(write.texts.command) === command) return write;
  }
  return undefined;
}

/** A command line without what changes nothing of its write: who repeats one allows it more time, or wants to see more. */
const askedIn = (command: string): string =>
  command.replaceAll(/ (-v|--verbose|-q|--quiet|--timing|--timeout[ =]\S+)(?= |$)/g, '');
