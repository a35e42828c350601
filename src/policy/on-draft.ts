// Checks an entry against a policy while a person types it, so that a breach shows at its field. Pure.

import { defaultCurrency } from '../credits/customer.ts';
import { readAmount } from '../credits/exact.ts';
import { type EntryDraft, isFieldSet } from '../requests/entry-draft.ts';
import { type Circumstances, judge } from './judge.ts';
import type { Policy, RuleName } from './rules.ts';

/** The rule that each field breaks, as a sentence. Rules that need the ledger, such as a cap per day, are checked only when the entry is written. */
export function judgeDraft(
  draft: EntryDraft,
  policy: Policy,
  circumstances: Pick<Circumstances, 'isPlanned'> = {},
) {
  const reading = readAmount(draft.amount ?? '');
  const amount = 'amount' in reading ? reading.amount : undefined;
  const facts = {
    type: draft.type ?? 'increment',
    amount,
    currency: draft.currency ?? defaultCurrency,
    description: isFieldSet(draft, 'description') ? draft.description : undefined,
    customer: undefined,
  };
  const { breaches, confirmAbove } = judge(facts, policy, circumstances);
  const about = (...rules: readonly RuleName[]): string | undefined => {
    const breach = breaches.find(({ rule }) => rules.includes(rule));
    return breach && breach.sentence.charAt(0).toUpperCase() + breach.sentence.slice(1);
  };
  return {
    type: about('allowed_types'),
    amount: amount === undefined ? undefined : about('entry_cap', 'approval.from'),
    description: about('description_required', 'description_pattern'),
    /** The amount exceeds a limit, so a person must type it back. */
    isTypedBack: confirmAbove !== undefined,
  };
}
