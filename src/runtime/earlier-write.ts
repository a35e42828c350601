// Adds the unknown outcome of an earlier identical command to a failure before this run could look for it.
import { afterWrite, CreditctlError, type ErrorKind, shellText, stillUnknown } from '../errors.ts';
import { originOf } from '../record/accounts.ts';
import type { Account, WriteWithTexts } from '../record/record.ts';
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
  if ((error.facts.applied ?? 'no') !== 'no' || error.facts.isOfRecord === true) return error;
  const earlier = await earlierWrite(flags, runtime).catch(() => undefined);
  if (earlier === undefined) return error;
  const { write, isSame } = earlier;
  // What was not sent cannot be compared, and the key may have been used for another write.
  if (!isSame) {
    const text = `The key ${write.key} was used at ${write.notedAt}; whether it was for this write is not known`;
    return stillUnknown(error, write).with({}, `${text}: ${error.message}`);
  }
  return write.state === 'settled'
    ? afterWrite(error, { key: write.key, isRepeatable: true })
    : stillUnknown(error, write);
}

/**
 * The write with the same key, and whether its command line and account were the same; else this person's newest write of
 * the same command line with an unknown outcome.
 */
async function earlierWrite({ idempotencyKey: key, ...flags }: WriteFlags, runtime: Runtime) {
  const { argv, secrets } = runtime;
  const command = askedIn(shellText(argv.map(secrets.mask)));
  const isSameLine = ({ texts }: WriteWithTexts) =>
    texts.command !== null && askedIn(texts.command) === command;
  const { accounts, isCertain, store } = await accountsOf(flags, runtime);
  for (const record of accounts.map((account) => store.of(account))) {
    const named = key === undefined ? undefined : await record.write(key);
    if (named !== undefined)
      return [...open, 'settled'].includes(named.state)
        ? { write: named, isSame: isCertain && isSameLine(named) }
        : undefined;
    for await (const write of record.writes({ who: await record.who(), states: open, withRows: true }))
      if (isSameLine(write)) return { write, isSame: isCertain };
  }
  return undefined;
}

/** The account of the command; else the account that this profile last wrote to, if it may be the same. */
async function accountsOf(flags: GlobalFlags, runtime: Runtime) {
  const choice = runtime.choice(flags);
  const { store, accounts } = await runtime.recordToRead(flags);
  if (choice.kind === 'sandbox') {
    const { ledger } = await runtime.openSandbox(flags, { mayCreate: false });
    const own = await store.accountOfLedger(ledger());
    return { store, accounts: own === undefined ? [] : [own], isCertain: true };
  }
  const origin = originOf(choice.baseUrl);
  const apiKey = await runtime.keyOf(choice).catch(() => undefined);
  const own = apiKey === undefined ? undefined : await store.accountOfKey(origin, store.keyHash(apiKey));
  if (own !== undefined) return { store, accounts: [own], isCertain: true };
  // Without an answer, an embedded ledger over HTTP and an account under a new key are not recognised.
  const isPossible = (account: Account) => account.origin === origin || account.ledger !== null;
  return { store, accounts: accounts.filter(isPossible), isCertain: false };
}

/** A command line without the flags that do not change its write, such as a longer timeout. */
const askedIn = (command: string): string =>
  command.replaceAll(/ (-v|--verbose|-q|--quiet|--timing|--timeout[ =]\S+)(?= |$)/g, '');
