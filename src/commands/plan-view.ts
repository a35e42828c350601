// Defines the view of a plan: a summary above the changes of each customer in each currency.

import type { PlanAccount, PlanTotals } from '../batch/plan/plan-lines.ts';
import { customerName } from '../credits/customer.ts';
import { type Amount, counted, grouped, isNegative, isZero } from '../credits/exact.ts';
import { type Column, plainColumn, type Row, type View, viewOf } from '../output/view.ts';
import { type Movement, movedText } from '../requests/moved-credits.ts';
import { instantColumn, shownBalance } from '../views/column-kinds.ts';
import type { JsonObject } from '../wire/json.ts';

export interface PlanSummary {
  /** The file of the plan. */
  readonly plan: string;
  readonly batch: string;
  readonly planned_at: string;
  readonly planned_by: string;
  readonly totals: PlanTotals;
  readonly sha256: string;
}

/** @param documents the totals and the accounts, as the plan file has them */
export function planSummaryRow(
  summary: PlanSummary,
  documents: { readonly totals: JsonObject; readonly accounts: readonly JsonObject[] },
): Row<PlanSummary> {
  return { record: summary, document: { ...summary, rows: summary.totals.rows, ...documents } };
}

const plain = plainColumn<PlanSummary>;

export const planSummaryView = viewOf<PlanSummary>({
  columns: [
    plain('plan'),
    plain('batch'),
    instantColumn({ name: 'planned_at' }, ({ planned_at }) => planned_at),
    plain('planned_by'),
    { name: 'rows', text: ({ totals }) => rowsText(totals) },
    { name: 'totals.credits', header: 'credits', text: ({ totals }) => movedText(totals.credits) },
    { name: 'totals.money', header: 'money', text: ({ totals }) => moneyText(totals) },
    plain('sha256'),
  ],
  fields: [
    ...['plan', 'batch', 'planned_at', 'planned_by', 'rows', 'sha256', 'accounts', 'totals'],
    ...['rows_by_type', 'customers', 'refusals', 'credits', 'money'].map((name) => `totals.${name}`),
  ],
  none: 'no plan',
});

function rowsText({ rows, customers, rows_by_type: types, refusals }: PlanTotals): string {
  const list = Object.entries(types).map(([type, count]) => `${grouped(count)} ${type}`);
  const refused = refusals === 0 ? '' : `; ${grouped(refusals)} of them will be refused`;
  return `${grouped(rows)} for ${counted(customers, 'customer')}: ${list.join(', ')}${refused}`;
}

function moneyText({ money }: PlanTotals): string {
  const texts = money.map(({ currency, revenue, invoices, invoiced }) => {
    const unit = currency ?? "(in the currency of the customers' invoices)";
    return [
      ...(isZero(revenue) ? [] : [`revenue ${revenue} ${unit}`]),
      ...(invoices === 0 ? [] : [`${counted(invoices, 'invoice')} of ${invoiced} ${unit}`]),
    ].join(', ');
  });
  return texts.join('; ');
}

const credits = (
  name: Movement | 'balance_before' | 'largest_row',
  hideRank: number,
): Column<PlanAccount> => ({
  name,
  align: 'right',
  hideRank,
  text: (account) => account[name],
  show: (account) => sum(account[name]),
});

const sum = (amount: Amount) =>
  isZero(amount) ? { text: amount, meaning: 'muted' as const } : { text: amount };

export const planAccountsView: View<PlanAccount> = {
  columns: [
    {
      name: 'customer.external_customer_id',
      header: 'customer',
      text: ({ customer }) => customerName(customer),
    },
    { name: 'customer.id', header: 'id', hideRank: 3, text: ({ customer }) => customer.id },
    { name: 'currency', hideRank: 1, isUnit: true, text: ({ currency }) => currency },
    { name: 'rows', align: 'right', text: ({ rows }) => String(rows) },
    credits('granted', 0),
    credits('used', 2),
    credits('expiry_changed', 4),
    credits('voided', 2),
    credits('given_back', 4),
    credits('balance_before', 0),
    {
      name: 'balance_after',
      align: 'right',
      text: ({ balance_after }) => balance_after,
      show: ({ balance_after }) =>
        isNegative(balance_after) ? shownBalance(balance_after) : { text: balance_after, meaning: 'strong' },
    },
    { name: 'revenue', align: 'right', hideRank: 5, text: ({ revenue }) => revenue },
    { name: 'invoices', align: 'right', hideRank: 6, text: ({ invoices }) => String(invoices) },
    { name: 'invoiced', align: 'right', hideRank: 5, text: ({ invoiced }) => invoiced },
    {
      name: 'invoicing_currency',
      header: 'invoiced in',
      hideRank: 7,
      text: ({ invoicing_currency }) => invoicing_currency ?? '',
    },
    {
      name: 'ledger_sequence_number',
      header: 'newest entry',
      align: 'right',
      hideRank: 8,
      text: ({ ledger_sequence_number: number }) => (number === null ? '' : String(number)),
    },
    credits('largest_row', 8),
    { name: 'refusals', align: 'right', hideRank: 7, text: ({ refusals }) => String(refusals) },
  ],
  usual: [
    ...['customer.external_customer_id', 'currency', 'rows', 'granted', 'used', 'expiry_changed', 'voided'],
    ...['given_back', 'balance_before', 'balance_after', 'revenue', 'invoiced'],
  ],
  fields: [],
  none: 'no rows',
};
