// The record that a command needs before it writes: a dry run only reads it, and makes none.
import type { AccountRecord } from '../record/record.ts';
import type { WriteContext } from './execute.ts';

/**
 * The account that the connection leads to; of a dry run, the one that the profile last wrote to, and `undefined` if
 * it never wrote there. Throws what opening the record throws.
 */
export async function recordFor({
  connection,
  flags,
  runtime,
}: WriteContext): Promise<AccountRecord | undefined> {
  if (flags.dryRun !== true) return runtime.record(connection);
  const { store, accounts } = await runtime.recordToRead(flags);
  const ledger = connection.ledger();
  // The profile may have led to another ledger before; until the first answer nobody knows which one it leads to.
  const account = accounts.find((each) => ledger === undefined || each.ledger === ledger);
  return account === undefined ? undefined : store.of(account);
}
