// Adds the unknown outcome of an earlier identical command to a failure before this run could look for it.
import { afterWrite, CreditctlError, type ErrorKind, shellText, stillUnknown } from '../errors.ts';
import type { GlobalFlags, Runtime } from './runtime.ts';

type WriteFlags = GlobalFlags & { readonly idempotencyKey?: string };

/** Failures of the connection, which prove nothing about the write. */
const outside: ReadonlySet<ErrorKind> = new Set(['network', 'server', 'rate-limited', 'credentials']);

const open = ['noted', 'unknown'] as const;

/**
 * The failure of a command, corrected by the record: this run applied nothing, but an earlier run of the same command
 * may have applied its write. Needs no network but that of the record.
 */
export async function withEarlier(error: unknown, flags: WriteFlags, runtime: Runtime): Promise<unknown> {
  if (!(error instanceof CreditctlError) || !outside.has(error.kind)) return error;
  if ((error.facts.applied ?? 'no') !== 'no') return error;
  const earlier = await earlierWrite(flags, runtime).catch(() => undefined);
  if (earlier === undefined) return error;
  return earlier.state === 'settled'
    ? afterWrite(error, { key: earlier.key, isRepeatable: true })
    : stillUnknown(error, earlier);
}

/** The write with the same key; else this person's newest write of the same command line with an unknown outcome. */
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

/** A command line without the flags that do not change its write, such as a longer timeout. */
const askedIn = (command: string): string =>
  command.replaceAll(/ (-v|--verbose|-q|--quiet|--timing|--timeout[ =]\S+)(?= |$)/g, '');
