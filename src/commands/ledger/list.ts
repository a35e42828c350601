// `ledger list <customer>`: entries, newest first.
import type { LedgerEntry } from '../../credits/entry.ts';
import {
  type LedgerListDraft,
  ledgerPageSizeMax,
  ledgerQuery,
  ledgerQueryProblems,
} from '../../requests/ledger-query.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { entriesView } from '../../views/entries.ts';
import { type CustomerList, type CustomerListFlags, listForCustomer } from '../list-command.ts';

export type LedgerListFlags = CustomerListFlags &
  LedgerListDraft & {
    readonly since?: string;
    readonly until?: string;
  };

export async function run(words: readonly string[], flags: LedgerListFlags, runtime: Runtime): Promise<void> {
  const { since, until } = flags;
  const list: Omit<CustomerList<LedgerEntry>, 'view'> = {
    problems: ledgerQueryProblems(flags),
    range: { draft: { since, until }, sinceFlag: '--since', untilFlag: '--until' },
    rows: ({ connection, customer }, page, range) =>
      connection.api.entries(ledgerQuery(customer, flags, range), {
        ...(page.limit === undefined ? { pageSize: ledgerPageSizeMax } : {}),
        ...page,
      }),
  };
  if (flags.output !== 'hledger')
    return listForCustomer(words, { view: entriesView, ...list }, { flags, runtime });
  const { showJournal } = await import('./show-journal.ts');
  return showJournal(words, list, { flags, runtime });
}
