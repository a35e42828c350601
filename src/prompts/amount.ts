// Asks for an amount: checks the amount while it is typed, and compares it with the block.

import { type CreditBlock, defaultCurrency } from '../credits/customer.ts';
import {
  type Amount,
  compare,
  groupedDigits,
  multiply,
  readAmount,
  subtract,
  zero,
} from '../credits/exact.ts';
import { draftType, type EntryDraft } from '../requests/entry-draft.ts';
import type { TextQuestion } from './prompter.ts';

/** What the policy says about a draft: a sentence for each field that breaks a rule. */
export interface DraftVerdict {
  readonly type: string | undefined;
  readonly amount: string | undefined;
  readonly description: string | undefined;
  /** Whether the amount must be typed a second time. */
  readonly isTypedBack: boolean;
}

export interface AmountContext {
  /** The block that the entry is for, if it is known. */
  readonly block: CreditBlock | undefined;
  /** The currency of the customer's invoices; `null` if the customer has none yet. */
  readonly currency?: string | null | undefined;
  readonly policyVerdict: (draft: EntryDraft) => DraftVerdict;
}

export function amountQuestion(
  draft: EntryDraft,
  { block, currency, policyVerdict }: AmountContext,
): TextQuestion {
  return {
    message: 'How many credits?',
    check: (answer) => {
      const reading = readAmount(answer);
      if ('problem' in reading) return `The amount ${reading.problem}`;
      if (reading.amount === '0') return 'The amount must be above 0';
      return policyVerdict({ ...draft, amount: reading.amount }).amount;
    },
    explain: (answer) => {
      const reading = readAmount(answer);
      if ('problem' in reading) return undefined;
      const { amount } = reading;
      const completed = { ...draft, amount };
      const parts = [
        grouped(amount, draft.currency ?? defaultCurrency),
        draft.costBasis === undefined ? undefined : priceText(amount, draft.costBasis, currency),
        block === undefined ? undefined : shareText(amount, block, draft),
        policyVerdict(completed).isTypedBack ? 'you will be asked to type it twice' : undefined,
      ].filter((part) => part !== undefined);
      return parts.length === 0 ? undefined : parts.join(' · ');
    },
  };
}

/** Long numbers with separators; `undefined` for short ones. */
const grouped = (amount: Amount, currency: string): string | undefined =>
  (amount.split('.')[0] ?? '').length < 5 ? undefined : `${groupedDigits(amount)} ${currency}`;

function priceText(
  amount: Amount,
  costBasis: string,
  currency: AmountContext['currency'],
): string | undefined {
  const each = readAmount(costBasis);
  if ('problem' in each || each.amount === zero) return undefined;
  return `costs ${multiply(amount, each.amount)} ${currency ?? "in the currency of the customer's invoices"}`;
}

/** Compares the amount with the credits left in the block; for an amendment, with the used credits. */
function shareText(
  amount: Amount,
  { balance, maximum_initial_balance: initial }: CreditBlock,
  draft: EntryDraft,
): string | undefined {
  const isAmendment = draftType(draft) === 'amendment';
  if (isAmendment && initial === null) return undefined;
  const there = isAmendment && initial !== null ? subtract(initial, balance) : balance;
  const what = isAmendment ? 'used' : 'left';
  const order = compare(amount, there);
  if (order === 0) return `all that ${isAmendment ? 'was used' : 'is left'}`;
  return order < 0 ? `of ${there} ${what}` : `more than the ${there} ${what}`;
}
