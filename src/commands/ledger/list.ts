// `ledger list <customer>`: entries, newest first.
import {
  type LedgerListDraft,
  ledgerPageSizeMax,
  ledgerQuery,
  ledgerQueryProblems,
} from '../../requests/ledger-query.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { entriesView } from '../../views/entries.ts';
import { type CustomerListFlags, listForCustomer } from '../list-command.ts';

export type LedgerListFlags = CustomerListFlags &
  LedgerListDraft & {
    readonly since?: string;
    readonly until?: string;
  };

export function run(words: readonly string[], flags: LedgerListFlags, runtime: Runtime): Promise<void> {
  const { since, until } = flags;
  return listForCustomer(
    words,
    {
      view: entriesView,
      problems: ledgerQueryProblems(flags),
      range: { draft: { since, until }, sinceFlag: '--since', untilFlag: '--until' },
      rows: ({ connection, customer }, page, range) =>
        connection.api.entries(ledgerQuery(customer, flags, range), {
          ...(page.limit === undefined ? { pageSize: ledgerPageSizeMax } : {}),
          ...page,
        }),
    },
    { flags, runtime },
  );
}
