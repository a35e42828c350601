// The records that a history command looks into: the account that the profile last wrote to, one that is named, or all.
import type { AccountRecord } from '../../record/record.ts';
import { type AccountFlags, noAccountOf } from '../../runtime/record-of.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** Colleagues' too on a machine that never wrote; none where nothing was written yet. Throws a `usage` error for an account that the record does not have. */
export async function recordsToRead(
  flags: AccountFlags,
  runtime: Runtime,
): Promise<readonly AccountRecord[]> {
  const { store, likely } = await runtime.recordToRead(flags);
  return likely.map((account) => store.of(account));
}

/**
 * The same for what is kept elsewhere, where nothing must not stand for something: throws a `not-found` error if the record
 * has accounts, but none that the profile wrote to from here.
 */
export async function recordsToKeep(
  flags: AccountFlags,
  runtime: Runtime,
): Promise<readonly AccountRecord[]> {
  const { store, accounts, all } = await runtime.recordToRead(flags);
  if (accounts.length === 0 && all.length > 0) throw noAccountOf(runtime.place(flags).profile);
  return accounts.map((account) => store.of(account));
}
