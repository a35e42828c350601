// When a policy asks for signatures, how many, of whom and for how long they hold. Pure.
import { type Amount, compare, zero } from '../credits/amount.ts';
import type { Policy, Rule, SignersRule } from './rules.ts';

/** What a policy asks of approvals. Of two sources the stricter rule holds. */
export interface ApprovalTerms {
  /** Each of them has to know enough of the signers; empty where no rule names any, and then nobody can approve. */
  readonly signers: readonly (Rule & SignersRule)[];
  /** Credits of one currency; above it a batch or an entry needs signatures. */
  readonly from: Amount;
  readonly persons: number;
  /** Milliseconds after planning for which signatures hold. */
  readonly valid: number;
  /** Who set the rule that is named. */
  readonly source: string;
}

const week = 7 * 86_400_000;

/** `undefined` where no rule is about approval. Without `approval.from`, whatever moves credits needs signatures. */
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
 * Why so many credits need signatures, as a sentence; `undefined` if they need none.
 * @param amount `undefined` where it is not known, which counts as more than any limit
 */
export function approvalReason(
  { from, persons, source }: ApprovalTerms,
  { amount, currency }: { readonly amount: Amount | undefined; readonly currency: string },
): string | undefined {
  if (amount !== undefined && compare(amount, from) <= 0) return undefined;
  const what =
    amount === undefined
      ? `how many credits it moves is not known, and above ${from}`
      : `${amount} ${currency} is more than ${from}, so`;
  return `${what} ${personsText(persons)} must sign (approval.from, ${source})`;
}

export const personsText = (count: number): string => (count === 1 ? '1 person' : `${count} persons`);
