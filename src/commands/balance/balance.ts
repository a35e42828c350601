// `balance <customer>`: shows credits available now, credits not yet available, credits expiring next, and the blocks.

import { customerRefText, defaultCurrency, unitAfter } from '../../credits/customer.ts';
import { type Amount, compare, readSignedAmount } from '../../credits/exact.ts';
import { CreditctlError, type Problem } from '../../errors.ts';
import { ledgerLine } from '../../requests/command-args.ts';
import { blocksQuery, ledgerQueryProblems } from '../../requests/ledger-query.ts';
import { checkOutput, showSummary, type TextFlags } from '../../runtime/show.ts';
import { type Balance, balanceOf, balanceRow, balanceView } from '../../views/balance.ts';
import { blocksView } from '../../views/blocks.ts';
import { customerZone } from '../../writes/customer.ts';
import { type CustomerCommand, openForCustomer } from '../open-customer.ts';

/** Throws a `check-failed` error after showing the balance if it is below `--fail-below`. */
export const run: CustomerCommand<TextFlags<'currency' | 'failBelow'>> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, blocksView, balanceView);
  const least = flags.failBelow === undefined ? undefined : readSignedAmount(flags.failBelow);
  const problems: readonly Problem[] = [
    ...ledgerQueryProblems({ currency: flags.currency }),
    ...(least !== undefined && 'problem' in least ? [{ where: '--fail-below', problem: least.problem }] : []),
  ];
  const { connection, customer } = await openForCustomer(args, problems, {
    flags,
    runtime,
  });
  const { currency = defaultCurrency } = flags;
  const rows = [];
  for await (const row of connection.api.blocks(blocksQuery(customer, { currency: flags.currency }), {}))
    rows.push(row);
  const now = connection.now();
  const blocks = rows.map(({ record }) => record);
  const balance = balanceOf(blocks, { customer: customerRefText(customer), currency, now });
  const documents = rows.map(({ document }) => document);
  await showSummary(
    {
      view: balanceView,
      row: balanceRow(balance, documents),
      list: { ...blocksView, none: ledgerLine(blocksView.none, customer, currency) },
      rows,
    },
    { choice, now: connection.now, zone: () => customerZone(connection, customer) },
    runtime,
  );
  if (least !== undefined && 'amount' in least) checkAvailable(balance, least.amount);
};

function checkAvailable(
  { available, currency }: Pick<Balance, 'available' | 'currency'>,
  least: Amount,
): void {
  if (compare(available, least) >= 0) return;
  const held = `${available} ${unitAfter(available, currency)}`;
  throw new CreditctlError('check-failed', `${held} available, below ${least}`);
}
