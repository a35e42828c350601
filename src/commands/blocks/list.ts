// `blocks list <customer>`: lists the customer's credit blocks.
import { ledgerLine } from '../../requests/command-args.ts';
import { blocksQuery, ledgerQueryProblems } from '../../requests/ledger-query.ts';
import { blocksView } from '../../views/blocks.ts';
import { type CustomerListCommand, listForCustomer } from '../reading.ts';

interface BlocksListFlags {
  readonly currency?: string;
  readonly allBlocks?: boolean;
  readonly effectiveSince?: string;
  readonly effectiveUntil?: string;
}

export const run: CustomerListCommand<BlocksListFlags> = (args, flags, runtime) => {
  const { currency, allBlocks: all, effectiveSince: since, effectiveUntil: until } = flags;
  const isOfSpan = (since ?? until) !== undefined;
  const none = isOfSpan
    ? 'no blocks match'
    : all === true
      ? 'no blocks'
      : ledgerLine(blocksView.none, undefined, currency);
  const list = listForCustomer({
    view: blocksView,
    none,
    problems: ledgerQueryProblems({ currency }),
    range: { draft: { since, until }, sinceFlag: '--effective-since', untilFlag: '--effective-until' },
    rows: ({ connection, customer }, page, range) =>
      connection.api.blocks(blocksQuery(customer, { currency, all }, range), page),
  });
  return list(args, flags, runtime);
};
