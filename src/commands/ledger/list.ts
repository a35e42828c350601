// `ledger list <customer>`: lists entries, newest first.
import { customerRefText, defaultCurrency, type LedgerEntry } from '../../credits/customer.ts';
import { usageErrorAt } from '../../errors.ts';
import type { Row } from '../../output/view.ts';
import {
  type LedgerListDraft,
  ledgerPageSizeMax,
  ledgerQuery,
  ledgerQueryProblems,
} from '../../requests/ledger-query.ts';
import { checkOutput, emit, type Invocation, type ReadCommand } from '../../runtime/show.ts';
import { customerZone } from '../../writes/customer.ts';
import { breakOfEmpty } from '../ledger-breaks.ts';
import { type CustomerList, type CustomerListFlags, listForCustomer, openCustomerList } from '../reading.ts';
import { Writers } from '../writers.ts';
import { type RecordedEntry, recordedColumns, recordedEntriesView } from './entries-view.ts';

export type LedgerListFlags = CustomerListFlags &
  LedgerListDraft & {
    readonly since?: string;
    readonly until?: string;
  };

export const run: ReadCommand<LedgerListFlags> = async (args, flags, runtime) => {
  const { since, until } = flags;
  const list: Omit<CustomerList<LedgerEntry>, 'view'> = {
    problems: ledgerQueryProblems(flags),
    range: { draft: { since, until } },
    rows: ({ connection, customer }, page, range) => {
      const entries = connection.api.entries(ledgerQuery(customer, flags, range), {
        ...(page.limit === undefined ? { pageSize: ledgerPageSizeMax } : {}),
        ...page,
      });
      if (isFiltered(flags)) return entries;
      const place = { connection, ref: customer, currency: flags.currency ?? defaultCurrency };
      return thenIfEmpty(entries, async () => {
        const leftOut = await breakOfEmpty(place);
        if (leftOut !== null)
          runtime.note({ text: `Warning: ${leftOut.what}`, data: { left_out: leftOut.what } });
      });
    },
  };
  if (flags.output !== 'hledger') {
    const shown = listForCustomer({ view: recordedEntriesView, ...withWriters(list, { flags, runtime }) });
    return shown(args, flags, runtime);
  }
  const stray = (['json', 'columns', 'jq'] as const).find((name) => flags[name] !== undefined);
  if (stray !== undefined) throw usageErrorAt(`--${stray}`, 'cannot be used with -o hledger');
  const { hledgerJournal } = await import('./hledger-journal.ts');
  const { scope, rows } = await openCustomerList(args, list, { flags, runtime });
  const { connection, customer } = scope;
  const zone = await customerZone(connection, customer);
  const entries = async function* () {
    for await (const { record } of rows) yield record;
  };
  await emit(hledgerJournal(entries(), { customer: customerRefText(customer), zone }), runtime);
};

const isFiltered = ({ type, status, since, until, minAmount, cursor }: LedgerListFlags): boolean =>
  [type, status, since, until, minAmount, cursor].some((each) => each !== undefined);

/** Passes the entries on. After an empty list, `ifEmpty` looks for blocks that hold credits, which show a gap. */
async function* thenIfEmpty<Entry>(entries: AsyncIterable<Entry>, ifEmpty: () => Promise<void>) {
  let isEmpty = true;
  for await (const entry of entries) {
    isEmpty = false;
    yield entry;
  }
  if (isEmpty) await ifEmpty();
}

/** Looks up who wrote each entry only where a column asks for it. */
function withWriters(
  list: Omit<CustomerList<LedgerEntry>, 'view'>,
  invocation: Invocation<LedgerListFlags>,
): Omit<CustomerList<RecordedEntry>, 'view'> {
  const choice = checkOutput(invocation.flags, recordedEntriesView);
  if (!recordedColumns.some((name) => choice.columns?.includes(name))) return list;
  return {
    ...list,
    rows: (scope, page, range) =>
      written(list.rows(scope, page, range), new Writers(scope.connection, invocation)),
  };
}

/** Entries whose writers are looked up together: on PostgreSQL these lookups go as one message. */
const lookupsAtOnce = 100;

async function* written(rows: ReturnType<CustomerList<LedgerEntry>['rows']>, writers: Writers) {
  let waiting: Row<LedgerEntry>[] = [];
  const found = () =>
    Promise.all(
      waiting.map(async ({ record, document }) => ({
        record: { ...record, ...(await writers.of(record)) },
        document,
      })),
    );
  try {
    for await (const row of rows) {
      waiting.push(row);
      if (waiting.length < lookupsAtOnce) continue;
      yield* await found();
      waiting = [];
    }
  } catch (error) {
    // What came before a failure is shown, as without these columns.
    yield* await found();
    throw error;
  }
  yield* await found();
}
