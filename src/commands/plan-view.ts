// Shows a plan that was just made: its sums above the changes of each customer, the likely refusals, and the next step.
import type { PlanWithSignature } from '../batch/approval/sign-plan.ts';
import {
  accountDocument,
  type PlanAccount,
  type PlanTotals,
  totalsDocument,
} from '../batch/plan/plan-lines.ts';
import { customerName } from '../credits/customer.ts';
import { type Amount, compare, counted, grouped, isNegative, isZero } from '../credits/exact.ts';
import { type Column, numberColumn, plainColumn, type Row, type View, viewOf } from '../output/view.ts';
import { planCommand } from '../requests/command-args.ts';
import { type Movement, movedText } from '../requests/moved-credits.ts';
import { type Invocation, type ShowOptions, showSummary } from '../runtime/show.ts';
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
function planSummaryRow(
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
  const refused = refusals === 0 ? '' : `; ${grouped(refusals)} of them may be refused`;
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

const number = numberColumn<PlanAccount>;

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
    { ...plainColumn<PlanAccount>('invoicing_currency', 7), header: 'invoiced in' },
    { ...number('ledger_sequence_number', 8), header: 'newest entry' },
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

export interface ShowingPlan extends Invocation<{ readonly full?: boolean }> {
  /** The file of the plan. */
  readonly plan: string;
  readonly choice: ShowOptions<PlanAccount>['choice'];
}

/** Most customers in a table, unless all are asked for. */
const shownMax = 20;

export async function showMadePlan(planned: PlanWithSignature, showing: ShowingPlan): Promise<void> {
  const { made } = planned;
  const { header, end, accounts } = made;
  const documents = { totals: totalsDocument(end.totals), accounts: accounts.map(accountDocument) };
  const { planned_at, planned_by, batch } = header;
  const summary = { plan: showing.plan, batch: batch.id, planned_at, planned_by, ...end };
  const { choice, flags, runtime } = showing;
  const isFolded = choice.format === 'table' && flags.full !== true && accounts.length > shownMax;
  const shown = isFolded ? mostImportant(accounts) : accounts;
  const rows = shown.map((record) => ({ record, document: accountDocument(record) }));
  noteWarnings(made, runtime);
  await showSummary(
    { view: planSummaryView, row: planSummaryRow(summary, documents), list: planAccountsView, rows },
    { choice, now: runtime.now },
    runtime,
  );
  if (isFolded) noteFolded(accounts.length - shown.length, runtime);
  noteNextStep(planned, showing.plan, runtime);
}

/** Customers with likely refusals first, then customers with the largest rows. */
const mostImportant = (accounts: readonly PlanAccount[]): readonly PlanAccount[] =>
  [...accounts]
    .sort((a, b) => b.refusals - a.refusals || compare(b.largest_row, a.largest_row))
    .slice(0, shownMax / 2);

function noteFolded(more: number, { note }: Pick<Invocation['runtime'], 'note'>): void {
  const text = `These have refusals or the largest rows. ${counted(more, 'more customer')}: add --full to see all`;
  note({ text, data: { more_customers: more } });
}

/** Shows only the warnings and the next step, on stderr, when stdout shows something else. */
export function noteMadePlan(planned: PlanWithSignature, plan: string, runtime: Invocation['runtime']): void {
  noteWarnings(planned.made, runtime);
  noteNextStep(planned, plan, runtime);
}

function noteWarnings(
  { warnings, header, end, accounts, wasRun }: PlanWithSignature['made'],
  runtime: Invocation['runtime'],
): void {
  for (const { row = null, line, place, text } of warnings)
    runtime.note({ text: `${place}: ${text}`, data: { warning: { row, line, text } } });
  const more = end.totals.refusals - warnings.length;
  if (more > 0) {
    const text = `and ${counted(more, 'more row')} like these`;
    runtime.note({ text, data: { more_warnings: more } });
  }
  noteBelowZero(accounts, runtime);
  if (!wasRun) return;
  const text = `Warning: Batch ${header.batch.id} was run before. Rows that it has written are not written again, but the balances of this plan count them once more`;
  runtime.note({ text, data: { warning: { was_run: header.batch.id } } });
}

/** Most customers that a warning names. */
const namedMax = 5;

/** The API allows a negative balance, so only this warning shows a mistake in a file of deductions. */
function noteBelowZero(accounts: readonly PlanAccount[], runtime: Invocation['runtime']): void {
  const below = accounts.filter(
    ({ balance_before: before, balance_after: after }) => isNegative(after) && compare(after, before) < 0,
  );
  if (below.length === 0) return;
  const names = below.slice(0, namedMax).map(({ customer }) => customerName(customer));
  const more = below.length > names.length ? ', …' : '';
  const text = `Warning: This plan takes ${counted(below.length, 'customer')} below zero: ${names.join(', ')}${more}`;
  runtime.note({ text, data: { warning: { below_zero: names, customers: below.length } } });
}

function noteNextStep(
  { made, signed, needs }: PlanWithSignature,
  plan: string,
  runtime: Invocation['runtime'],
): void {
  const { header, end } = made;
  const { id } = header.batch;
  const apply = planCommand('apply', plan, runtime.where);
  const isSigned = needs === undefined || (signed?.signed.length ?? 0) >= needs.terms.persons;
  const lines = [
    `Planned ${counted(end.rows, 'row')} as batch ${id}; nothing was written to any ledger.`,
    ...(signed === undefined ? [] : [`Signed by ${signed.principal ?? signed.fingerprint}`]),
    ...(needs === undefined || isSigned
      ? []
      : [needs.why, `Sign it with: ${planCommand('approve', plan, runtime.where)}`]),
    `Apply it with: ${apply}`,
  ];
  const by = signed === undefined ? {} : { signed_by: signed.signed };
  runtime.note({
    text: lines.join('\n'),
    data: { planned: { plan, batch: id, rows: end.rows, sha256: end.sha256, ...by, apply } },
  });
}
