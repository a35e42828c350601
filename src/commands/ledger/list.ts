// `ledger list <customer>`: entries, newest first.
import type { LedgerEntry } from '../../credits/entry.ts';
import type { Row, Rows } from '../../output/view.ts';
import {
  type LedgerListDraft,
  ledgerPageSizeMax,
  ledgerQuery,
  ledgerQueryProblems,
} from '../../requests/ledger-query.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput } from '../../runtime/show.ts';
import { type CustomerList, type CustomerListFlags, listForCustomer } from '../reading.ts';
import { Writers } from '../writers.ts';
import { type RecordedEntry, recordedColumns, recordedEntriesView } from './entries-view.ts';

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
    return listForCustomer(
      words,
      { view: recordedEntriesView, ...withWriters(list, { flags, runtime }) },
      { flags, runtime },
    );
  const { showJournal } = await import('./show-journal.ts');
  return showJournal(words, list, { flags, runtime });
}

/** Looks up who wrote each entry only where a column asks for it. */
function withWriters(
  list: Omit<CustomerList<LedgerEntry>, 'view'>,
  invocation: { readonly flags: LedgerListFlags; readonly runtime: Runtime },
): Omit<CustomerList<RecordedEntry>, 'view'> {
  const choice = checkOutput(invocation.flags, recordedEntriesView);
  if (!recordedColumns.some((name) => choice.columns?.includes(name))) return list;
  return {
    ...list,
    rows: (scope, page, range) =>
      written(list.rows(scope, page, range), new Writers(scope.connection, invocation)),
  };
}

async function* written(rows: Rows<Row<LedgerEntry>>, writers: Writers): AsyncGenerator<Row<RecordedEntry>> {
  for await (const { record, document } of rows)
    yield { record: { ...record, ...(await writers.of(record)) }, document };
}
