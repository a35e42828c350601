// The sums over all accounts of a plan: by currency of credits, and by currency of money.
import { type Amount, add, compare, isZero, zero } from '../../credits/exact.ts';
import { movements, noneMoved } from '../../requests/moved-credits.ts';
import type { CurrencyTotals, MoneyTotals, PlanAccount, PlanTotals } from './plan-lines.ts';

export function planTotals(
  accounts: readonly PlanAccount[],
  rowsByType: Readonly<Record<string, number>>,
): PlanTotals {
  return {
    rows: accounts.reduce((sum, { rows }) => sum + rows, 0),
    rows_by_type: rowsByType,
    customers: new Set(accounts.map(({ customer }) => customer.id)).size,
    refusals: accounts.reduce((sum, { refusals }) => sum + refusals, 0),
    credits: creditTotals(accounts),
    money: moneyTotals(accounts),
  };
}

function creditTotals(accounts: readonly PlanAccount[]): readonly CurrencyTotals[] {
  const totals = new Map<string, CurrencyTotals>();
  for (const account of accounts) {
    const { currency } = account;
    const sum = totals.get(currency) ?? { currency, ...noneMoved, largest_row: zero };
    const moved = movements.map((name) => [name, add(sum[name], account[name])] as const);
    totals.set(currency, {
      ...sum,
      ...Object.fromEntries(moved),
      rows: sum.rows + account.rows,
      largest_row: larger(sum.largest_row, account.largest_row),
    });
  }
  return [...totals.values()];
}

function moneyTotals(accounts: readonly PlanAccount[]): readonly MoneyTotals[] {
  const totals = new Map<string | null, MoneyTotals>();
  for (const { invoicing_currency: currency, revenue, invoices, invoiced } of accounts) {
    if (isZero(revenue) && invoices === 0) continue;
    const sum = totals.get(currency) ?? { currency, revenue: zero, invoices: 0, invoiced: zero };
    totals.set(currency, {
      currency,
      revenue: add(sum.revenue, revenue),
      invoices: sum.invoices + invoices,
      invoiced: add(sum.invoiced, invoiced),
    });
  }
  return [...totals.values()];
}

const larger = (a: Amount, b: Amount): Amount => (compare(a, b) >= 0 ? a : b);
