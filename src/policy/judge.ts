// Checks one write against a policy: broken rules, an amount to type back, and needed signatures. Pure.
import { unitAfter } from '../credits/customer.ts';
import { type Amount, add, compare, counted, zero } from '../credits/exact.ts';
import { isOfAnInvoice, isOfAnObject, isUnknown, type WriteFacts } from './facts.ts';
import type { Policy, Rule, RuleName, SignersRule } from './rules.ts';

/** A rule that a write breaks, as a sentence that names rule and source. */
export interface Breach {
  readonly rule: RuleName;
  readonly sentence: string;
}

interface Verdict {
  readonly breaches: readonly Breach[];
  /** The lowest limit that the amount exceeds, so that it must be typed back; `undefined` if it exceeds none. */
  readonly confirmAbove: (Rule & { readonly name: 'entry_confirm_above' }) | undefined;
}

export interface Circumstances {
  /** Credits granted to the customer so far today; only the rule `customer_day_cap` reads them. */
  readonly grantedToday?: Amount | undefined;
  /** The write is part of a plan. Persons sign the whole plan, so no single write needs signatures. */
  readonly isPlanned?: boolean;
  /** creditctl gave the description: an undo names what it undoes, so the pattern for a person's text does not apply. */
  readonly hasOwnText?: boolean | undefined;
}

/** @param facts with the amount that will move, even if the request leaves the amount to the API */
export function judge(facts: WriteFacts, policy: Policy, circumstances: Circumstances = {}): Verdict {
  const breaches = policy.flatMap((rule): readonly Breach[] => {
    const why = breachOf(rule, facts, circumstances);
    return why === undefined ? [] : [{ rule: rule.name, sentence: `${why} (${rule.name}, ${rule.source})` }];
  });
  const unsigned = circumstances.isPlanned === true ? [] : unsignedBreach(facts, policy);
  return { breaches: [...breaches, ...unsigned], confirmAbove: confirmAbove(facts, policy) };
}

/** A single write cannot be signed, so a write that needs signatures must go through a plan. */
function unsignedBreach(facts: WriteFacts, policy: Policy): readonly Breach[] {
  const terms = approvalTerms(policy);
  const reason = terms === undefined || isOfAnInvoice(facts) ? undefined : approvalReason(terms, facts);
  if (reason === undefined) return [];
  const isPlannable = isEntry(facts) && !isUnknown(facts);
  const sentence = isPlannable ? reason : `${reason}; only an entry or a batch can be signed`;
  return [{ rule: 'approval.from', sentence }];
}

/** Whether an entry counts toward the caps for a day. */
export const isGrant = ({ type }: Pick<WriteFacts, 'type'>): boolean =>
  type === 'increment' || type === 'amendment';

function breachOf(rule: Rule, facts: WriteFacts, circumstances: Circumstances): string | undefined {
  switch (rule.name) {
    case 'entry_cap':
      return amountUnknown(facts, rule.limit) ?? overCap(facts, rule.limit);
    case 'entry_confirm_above':
      // A known amount is typed back. Of an unrecognised write, the whole request is.
      return isUnknown(facts) ? undefined : amountUnknown(facts, rule.limit);
    case 'customer_day_cap':
      return isGrant(facts) || isUnknown(facts)
        ? overDay(facts, rule, circumstances.grantedToday)
        : undefined;
    case 'person_day_cap':
    case 'team_day_cap':
      // The record adds today's earlier grants and checks the cap again when it notes the write.
      return isGrant(facts) || isUnknown(facts) ? overDay(facts, rule, zero) : undefined;
    case 'allowed_types':
      return amongAllowed('type', facts.type, rule.values);
    case 'allowed_currencies':
      // The id of a block or an invoice does not name a currency; allowed_types covers such writes.
      return isOfAnObject(facts) ? undefined : amongAllowed('currency', facts.currency, rule.values);
    case 'description_required':
      return rule.isOn && isEntry(facts) && isBlank(facts.description)
        ? 'every entry needs a description'
        : undefined;
    case 'description_pattern':
      return isEntry(facts) && circumstances.hasOwnText !== true
        ? unlikePattern(rule.pattern, facts.description ?? '')
        : undefined;
    // Rules of batches, plans and drafts. They are named here so that a rule that nothing judges does not compile.
    case 'batch_cap':
    case 'batch_confirm_above':
    case 'batch_rows_cap':
    case 'batch_confirm_rows':
    case 'two_person':
    case 'apply_by':
    case 'default_expiry':
    case 'approval.from':
    case 'approval.signers':
    case 'approval.count':
    case 'approval.valid':
      return undefined;
  }
}

const isEntry = (facts: WriteFacts): boolean => facts.type !== 'top_up' && !isOfAnObject(facts);

type Limit = Extract<Rule, { readonly limit: Amount }>;

const amountUnknown = (facts: WriteFacts, limit: Amount): string | undefined =>
  facts.amount !== undefined || isOfAnObject(facts)
    ? undefined
    : `the request does not say how many credits it moves, and the limit is ${limit}`;

const overCap = ({ amount, currency, type }: WriteFacts, limit: Amount): string | undefined =>
  amount === undefined || isOfAnObject({ type }) || compare(amount, limit) <= 0
    ? undefined
    : `${amount} ${unitAfter(amount, currency)} is over the limit of ${limit} for one ${type === 'top_up' ? 'top-up' : 'entry'}`;

function amongAllowed(what: string, value: string, allowed: readonly string[]): string | undefined {
  return allowed.includes(value)
    ? undefined
    : `the ${what} ${value} is not allowed; allowed: ${allowed.join(', ')}`;
}

/** A character that a reader can see: neither a blank nor a character without a shape. */
const visible = /[^\s\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

const isBlank = (text: string | undefined): boolean => text === undefined || !visible.test(text);

function unlikePattern(pattern: RegExp, description: string): string | undefined {
  return pattern.test(description)
    ? undefined
    : `the description must match ${pattern.source}: "${description}"`;
}

const whoseDay: Readonly<Partial<Record<RuleName, string>>> = {
  customer_day_cap: 'one customer',
  person_day_cap: 'one person',
  team_day_cap: 'the team',
};

function overDay(
  { amount, currency }: WriteFacts,
  { name, limit }: Limit,
  grantedToday: Amount | undefined,
): string | undefined {
  if (amount === undefined) return 'the request does not say how many credits it grants';
  if (grantedToday === undefined) return 'it is not known how much was granted today';
  if (compare(add(amount, grantedToday), limit) <= 0) return undefined;
  const earlier = grantedToday === zero ? '' : ` on top of ${grantedToday} granted today`;
  return `${amount} ${unitAfter(amount, currency)}${earlier} is over the limit of ${limit} for ${whoseDay[name]} in a day`;
}

function confirmAbove(facts: WriteFacts, policy: Policy): Verdict['confirmAbove'] {
  const { amount } = facts;
  if (isOfAnObject(facts) || amount === undefined) return undefined;
  const over = policy.filter(
    (rule): rule is Rule & { readonly name: 'entry_confirm_above'; readonly limit: Amount } =>
      rule.name === 'entry_confirm_above' && compare(amount, rule.limit) > 0,
  );
  return over.sort((a, b) => compare(a.limit, b.limit))[0];
}

/** What a policy requires of signatures. If two sources set a rule, the stricter one applies. */
export interface ApprovalTerms {
  /** Each file must list enough of the signers. Empty if no rule names a file; then no person can approve. */
  readonly signers: readonly (Rule & SignersRule)[];
  /** Credits of one currency; a batch or an entry above this limit needs signatures. */
  readonly from: Amount;
  readonly persons: number;
  /** Milliseconds after planning during which signatures are valid. */
  readonly valid: number;
  /** Source of the rule that a refusal names. */
  readonly source: string;
}

const week = 7 * 86_400_000;

/** `undefined` without an approval rule. Without `approval.from`, every write of credits needs signatures. */
export function approvalTerms(policy: Policy): ApprovalTerms | undefined {
  const rules = policy.filter(({ name }) => name.startsWith('approval.'));
  const [first] = rules;
  if (first === undefined) return undefined;
  const limits = rules.flatMap((rule) => (rule.name === 'approval.from' ? [rule] : []));
  const [from] = limits.sort((a, b) => compare(a.limit, b.limit));
  const counts = rules.flatMap((rule) => (rule.name === 'approval.count' ? [rule.persons] : []));
  const periods = rules.flatMap((rule) => (rule.name === 'approval.valid' ? [rule.milliseconds] : []));
  return {
    signers: rules.filter((rule): rule is Rule & SignersRule => rule.name === 'approval.signers'),
    from: from?.limit ?? zero,
    persons: counts.length === 0 ? 2 : Math.max(...counts),
    valid: periods.length === 0 ? week : Math.min(...periods),
    source: (from ?? first).source,
  };
}

/**
 * A sentence on why this amount needs signatures; `undefined` if it needs none.
 * @param amount `undefined` if unknown, which counts as more than any limit
 */
export function approvalReason(
  { from, persons, source }: ApprovalTerms,
  { amount, currency }: { readonly amount: Amount | undefined; readonly currency: string },
): string | undefined {
  if (amount !== undefined && compare(amount, from) <= 0) return undefined;
  const what =
    amount === undefined
      ? `how many credits it moves is not known, which may be more than ${from}`
      : `${amount} ${unitAfter(amount, currency)} is more than ${from}`;
  return `${what}, so ${personsText(persons)} must sign (approval.from, ${source})`;
}

export const personsText = (count: number): string => counted(count, 'person');
