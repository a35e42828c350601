// Shows a plan that was just made: its sums by customer, the likely refusals, and the next step.
import type { PlanWithSignature } from '../batch/approval/sign-plan.ts';
import { accountDocument, type PlanAccount, totalsDocument } from '../batch/plan/plan-lines.ts';
import { customerName } from '../credits/customer.ts';
import { compare, counted, isNegative } from '../credits/exact.ts';
import { planCommand } from '../requests/command-args.ts';
import { type Invocation, type ShowOptions, showSummary } from '../runtime/show.ts';
import { planAccountsView, planSummaryRow, planSummaryView } from './plan-view.ts';

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
  { warnings, end, accounts }: PlanWithSignature['made'],
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
