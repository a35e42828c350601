// `ledger list -o hledger`: the listed entries as a journal for hledger.
import { customerRefText, type LedgerEntry } from '../../credits/customer.ts';
import { usageError } from '../../errors.ts';
import { emit, type Invocation } from '../../runtime/show.ts';
import { customerZone } from '../../writes/customer.ts';
import { type CustomerList, openCustomerList } from '../reading.ts';
import { hledgerJournal } from './hledger-journal.ts';
import type { LedgerListFlags } from './list.ts';

/** Throws a `usage` error with every problem before it connects. */
export async function showJournal(
  words: readonly string[],
  list: Omit<CustomerList<LedgerEntry>, 'view'>,
  { flags, runtime }: Invocation<LedgerListFlags>,
): Promise<void> {
  const { json, columns } = flags;
  const where = json !== undefined ? '--json' : '--columns';
  if (json !== undefined || columns !== undefined)
    throw usageError([{ where, problem: 'cannot be used with -o hledger' }]);
  const { scope, rows } = await openCustomerList(words, list, { flags, runtime });
  const { connection, customer } = scope;
  const zone = await customerZone(connection, customer);
  const entries = async function* (): AsyncGenerator<LedgerEntry> {
    for await (const { record } of rows) yield record;
  };
  await emit(hledgerJournal(entries(), { customer: customerRefText(customer), zone }), runtime);
}
