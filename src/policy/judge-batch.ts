// Checks a batch against a policy: its sums, its people and its rows, and what a person must type back. Pure.
import { unitAfter } from '../credits/customer.ts';
import { type Amount, add, compare, countedIs, zero } from '../credits/exact.ts';
import type { ApiRequest } from '../requests/request.ts';
import { factsOf } from './facts.ts';
import { type ApprovalTerms, approvalReason, approvalTerms, isGrant, judge } from './judge.ts';
import type { Policy, Rule, RuleName } from './rules.ts';

/** The sums of a batch in one currency. */
export interface BatchSums {
  readonly currency: string;
  readonly granted: Amount;
  readonly used: Amount;
  readonly expiry_changed: Amount;
  readonly voided: Amount;
  readonly given_back: Amount;
  readonly largest_row: Amount;
}

export interface BatchFacts {
  readonly rows: number;
  readonly credits: readonly BatchSums[];
  readonly planner: string;
  readonly applier: string;
  /** The batch is a plan, whose signatures another check covers. */
  readonly isPlanned?: boolean;
}

export interface BatchVerdict {
  /** Each a sentence that names the rule and its source. */
  readonly breaches: readonly string[];
  /** The text that a person must type back: the amount if a limit asks for it, else the number of rows. */
  readonly typedBack:
    | { readonly what: 'amount' | 'rows'; readonly text: string; readonly why: string }
    | undefined;
}

/** All credits that a batch moves in one currency, regardless of direction. */
export function movedIn({ granted, used, expiry_changed, voided, given_back }: BatchSums): Amount {
  return [used, expiry_changed, voided, given_back].reduce(add, granted);
}

/** Why a batch needs signatures: the first currency whose sum is over the limit. `undefined` if no signature is needed. */
export function batchApprovalReason(terms: ApprovalTerms, credits: readonly BatchSums[]): string | undefined {
  const reasons = credits.map((sums) =>
    approvalReason(terms, { amount: movedIn(sums), currency: sums.currency }),
  );
  return reasons.find((reason) => reason !== undefined);
}

export function judgeBatch(facts: BatchFacts, policy: Policy): BatchVerdict {
  const breaches = policy.flatMap((rule) =>
    breachesOf(rule, facts).map((why) => `${why} (${rule.name}, ${rule.source})`),
  );
  const terms = facts.isPlanned === true ? undefined : approvalTerms(policy);
  const unsigned = terms === undefined ? undefined : batchApprovalReason(terms, facts.credits);
  if (unsigned !== undefined) breaches.push(unsigned);
  return { breaches, typedBack: amountBack(facts, policy) ?? rowsBack(facts, policy) };
}

const creditsText = (amount: Amount, { currency }: BatchSums): string =>
  `${amount} ${unitAfter(amount, currency)}`;

function breachesOf(rule: Rule, { rows, credits, planner, applier }: BatchFacts): readonly string[] {
  switch (rule.name) {
    case 'batch_cap':
      return credits
        .filter((sums) => compare(movedIn(sums), rule.limit) > 0)
        .map(
          (sums) => `${creditsText(movedIn(sums), sums)} is over the limit of ${rule.limit} for one batch`,
        );
    case 'batch_rows_cap':
      return rows > rule.rows
        ? [`${countedIs(rows, 'row')} over the limit of ${rule.rows} for one batch`]
        : [];
    case 'two_person':
      return rule.isOn && planner === applier
        ? [`${planner} planned this batch, so another person has to apply it`]
        : [];
    case 'apply_by':
      return rule.values.includes(applier)
        ? []
        : [`${applier} may not apply batches; allowed: ${rule.values.join(', ')}`];
    default:
      return [];
  }
}

/** The largest sum that must be typed back, with the limit that it exceeds. */
function amountBack({ credits }: BatchFacts, policy: Policy): BatchVerdict['typedBack'] {
  const asking = policy.flatMap((rule) =>
    rule.name !== 'batch_confirm_above' && rule.name !== 'entry_confirm_above'
      ? []
      : credits.flatMap((sums) => {
          const isEntry = rule.name === 'entry_confirm_above';
          const value = isEntry ? sums.largest_row : movedIn(sums);
          if (compare(value, rule.limit) <= 0) return [];
          const why = `${creditsText(value, sums)}${isEntry ? ' in one row' : ''} is more than ${rule.limit} (${rule.name}, ${rule.source})`;
          return [{ what: 'amount', text: movedIn(sums), why } as const];
        }),
  );
  return asking.sort((a, b) => compare(b.text, a.text))[0];
}

function rowsBack({ rows }: BatchFacts, policy: Policy): BatchVerdict['typedBack'] {
  for (const rule of policy)
    if (rule.name === 'batch_confirm_rows' && rows > rule.rows) {
      const why = `${countedIs(rows, 'row')} more than ${rule.rows} (${rule.name}, ${rule.source})`;
      return { what: 'rows', text: String(rows), why };
    }
  return undefined;
}

/** Rules that need more than one row, or a person's answer. */
const notOfOneRow: readonly RuleName[] = [
  'entry_confirm_above',
  'customer_day_cap',
  'person_day_cap',
  'team_day_cap',
  'default_expiry',
];

/** One sentence for each rule that a row breaks. @param policy made by `rowPolicy`, once for all rows */
export function rowBreaches(request: ApiRequest, policy: Policy): readonly string[] {
  if (policy.length === 0) return [];
  const facts = factsOf(request);
  return facts === undefined ? [] : judge(facts, policy).breaches.map(({ sentence }) => sentence);
}

/** The rules that apply to a single row alone. */
export const rowPolicy = (policy: Policy): Policy =>
  policy.filter(
    ({ name }) => !notOfOneRow.includes(name) && !name.startsWith('batch_') && !name.startsWith('approval.'),
  );

/** The credits that a request grants; zero for one that grants none. */
export function grantedBy(request: ApiRequest): Amount {
  const facts = factsOf(request);
  return facts !== undefined && isGrant(facts) ? (facts.amount ?? zero) : zero;
}
