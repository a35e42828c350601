// `balance <customer>`: available now, not yet available, expiring next, and the blocks.
import { compare, readSignedAmount } from '../../credits/amount.ts';
import { customerRefText } from '../../credits/customer-ref.ts';
import { defaultCurrency } from '../../credits/entry.ts';
import { CreditctlError, type Problem } from '../../errors.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import { blocksQuery, ledgerQueryProblems } from '../../requests/ledger-query.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, showSummary } from '../../runtime/show.ts';
import { balanceOf, balanceRow, balanceView } from '../../views/balance.ts';
import { blocksView } from '../../views/blocks.ts';
import { customerZone } from '../../writes/customer.ts';
import { openForCustomer } from '../for-customer.ts';

export interface BalanceFlags extends GlobalFlags, CustomerFlags {
  readonly currency?: string;
  readonly failBelow?: string;
}

/** Throws a `check-failed` error after showing the balance if it is below `--fail-below`. */
export async function run(words: readonly string[], flags: BalanceFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, blocksView, balanceView);
  const least = flags.failBelow === undefined ? undefined : readSignedAmount(flags.failBelow);
  const problems: readonly Problem[] = [
    ...ledgerQueryProblems(flags.currency === undefined ? {} : { currency: flags.currency }),
    ...(least !== undefined && 'problem' in least ? [{ where: '--fail-below', problem: least.problem }] : []),
  ];
  const { connection, customer } = await openForCustomer(readCustomerArgument(words, flags), problems, {
    flags,
    runtime,
  });
  const { currency = defaultCurrency } = flags;
  const rows = [];
  for await (const row of connection.api.blocks(blocksQuery(customer, { currency: flags.currency }), {}))
    rows.push(row);
  const named = { customer: customerRefText(customer), currency, now: connection.now() };
  const balance = balanceOf(
    rows.map(({ record }) => record),
    named,
  );
  const summary = balanceRow(
    balance,
    rows.map(({ document }) => document),
  );
  await showSummary(
    { view: balanceView, row: summary, list: blocksView, rows },
    { choice, now: named.now, zone: () => customerZone(connection, customer) },
    runtime,
  );
  if (least !== undefined && 'amount' in least && compare(balance.available, least.amount) < 0) {
    const message = `${balance.available} ${currency} available, below ${least.amount}`;
    throw new CreditctlError('check-failed', message);
  }
}
