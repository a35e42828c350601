// Opens the records that a history command reads: of the account last written to, of a named account, or of all.
import type { Account, AccountRecord } from '../../record/record.ts';
import { accountName, noAccountOf } from '../../runtime/record-of.ts';
import type { AccountFlags, Runtime } from '../../runtime/runtime.ts';

/**
 * Includes colleagues' accounts on a new machine; empty before the first write. Throws a `usage` error for an unknown
 * account.
 */
export async function recordsToRead(
  flags: AccountFlags,
  runtime: Runtime,
): Promise<readonly AccountRecord[]> {
  const { store, likely } = await runtime.recordToRead(flags);
  return likely.map((account) => store.of(account));
}

/**
 * Does the same for commands whose output is kept elsewhere, where an empty output misleads. Throws a `not-found` error
 * if the record has accounts, but none that the profile wrote to from here.
 */
export async function recordsToKeep(
  flags: AccountFlags,
  runtime: Runtime,
): Promise<readonly AccountRecord[]> {
  const { store, accounts, all } = await runtime.recordToRead(flags);
  if (accounts.length === 0 && all.length > 0) throw noAccountOf(runtime.target(flags).profile);
  return accounts.map((account) => store.of(account));
}

/** Several accounts in a sentence, after `in`. */
export const accountNames = (accounts: readonly Account[]): string =>
  accounts.map(accountName).join(' and in ');
