// `blocks list <customer>`: the customer's credit blocks.

import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import { blocksQuery, ledgerQueryProblems } from '../../requests/ledger-query.ts';
import { type ListFlags, readListFlags } from '../../requests/list-flags.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { blocksView } from '../../views/blocks.ts';
import { customerRange, moreNote, openForCustomer, rangeProblems } from '../for-customer.ts';

export interface BlocksListFlags extends GlobalFlags, CustomerFlags, ListFlags {
  readonly currency?: string;
  /** Expired and depleted ones too. */
  readonly allBlocks?: boolean;
  readonly effectiveSince?: string;
  readonly effectiveUntil?: string;
}

export async function run(words: readonly string[], flags: BlocksListFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, blocksView);
  const { span, problems } = readListFlags(flags);
  const rangeFlags = {
    draft: { since: flags.effectiveSince, until: flags.effectiveUntil },
    sinceFlag: '--effective-since',
    untilFlag: '--effective-until',
  };
  const open = await openForCustomer(
    readCustomerArgument(words, flags),
    [
      ...ledgerQueryProblems(flags.currency === undefined ? {} : { currency: flags.currency }),
      ...(await rangeProblems(rangeFlags, runtime)),
      ...problems,
    ],
    { flags, runtime },
  );
  const range = await customerRange(rangeFlags, open);
  const query = blocksQuery(open.customer, { currency: flags.currency, all: flags.allBlocks }, range);
  const onMore = (cursor: string): void => runtime.note(moreNote(cursor));
  const rows = open.connection.api.blocks(query, { ...span, onMore });
  await show(rows, { view: blocksView, shape: 'list', choice, now: open.connection.now() }, runtime);
}
