// `ledger list <customer>`: entries, newest first.

import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import { type LedgerListDraft, ledgerQuery, ledgerQueryProblems } from '../../requests/ledger-query.ts';
import { type ListFlags, readListFlags } from '../../requests/list-flags.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { entriesView } from '../../views/entries.ts';
import { customerRange, moreNote, openForCustomer, rangeProblems } from '../for-customer.ts';

export interface LedgerListFlags extends GlobalFlags, CustomerFlags, LedgerListDraft, ListFlags {
  readonly since?: string;
  readonly until?: string;
}

export async function run(words: readonly string[], flags: LedgerListFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, entriesView);
  const { span, problems } = readListFlags(flags);
  const { since, until } = flags;
  const rangeFlags = { draft: { since, until }, sinceFlag: '--since', untilFlag: '--until' };
  const open = await openForCustomer(
    readCustomerArgument(words, flags),
    [...ledgerQueryProblems(flags), ...(await rangeProblems(rangeFlags, runtime)), ...problems],
    { flags, runtime },
  );
  const range = await customerRange(rangeFlags, open);
  const query = ledgerQuery(open.customer, flags, range);
  const onMore = (cursor: string): void => runtime.note(moreNote(cursor));
  const rows = open.connection.api.entries(query, { ...span, onMore });
  await show(rows, { view: entriesView, shape: 'list', choice, now: open.connection.now() }, runtime);
}
