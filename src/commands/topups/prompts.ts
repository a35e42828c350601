// "Which top-up?", and what a new one still needs: threshold, amount, price, terms of payment.
import { multiply, readAmount } from '../../credits/amount.ts';
import type { TopUp } from '../../credits/top-up.ts';
import { CreditctlError } from '../../errors.ts';
import type { Prompter, TextQuestion } from '../../prompts/prompter.ts';
import type { TurnedQuestion } from '../../prompts/wizard.ts';
import {
  netTermsProblem,
  type RequiredTopUpField,
  readExpiresAfter,
  requiredTopUpFields,
  type TopUpDraft,
} from './request.ts';
import { lastingText, topUpText } from './view.ts';

export async function askTopUp(prompter: Prompter, topUps: readonly TopUp[]): Promise<TopUp> {
  if (topUps.length === 0)
    throw new CreditctlError('failure', 'The customer has no top-up', {
      applied: 'no',
      retrySafe: true,
      next: ['creditctl topups create makes one'],
    });
  return prompter.choose({
    message: 'Top-up',
    choices: topUps.map((topUp) => ({
      name: `${topUp.id}  ${topUpText(topUp)}`,
      value: topUp,
      hint: `credits expire after: ${lastingText(topUp)} · invoice due after ${topUp.invoice_settings.net_terms} days`,
    })),
  });
}

/** Every field that a draft may miss, and how long the credits last; the answers are checked as they are given. */
export const topUpTurns = (prompter: Prompter): readonly TurnedQuestion<TopUpDraft>[] =>
  [...requiredTopUpFields, 'expiresAfter' as const].map((field) => textTurn(field, prompter));

type AskedField = RequiredTopUpField | 'expiresAfter';

const textTurn = (field: AskedField, prompter: Prompter): TurnedQuestion<TopUpDraft> => ({
  isOpen: (draft) => draft[field] === undefined,
  ask: async (draft, before) => {
    const initial = before?.[field];
    const question = { ...questions[field](draft), ...(initial === undefined ? {} : { initial }) };
    const answer = (await prompter.text(question)).trim();
    return answer === '' ? draft : { ...draft, [field]: answer };
  },
});

const questions: Readonly<Record<AskedField, (draft: TopUpDraft) => TextQuestion>> = {
  threshold: () => ({ message: 'Top up when the balance is at or below', check: problemOf }),
  amount: () => ({
    message: 'Credits to add each time',
    check: (answer) => problemOf(answer) ?? (/[1-9]/.test(answer) ? undefined : 'The amount must be above 0'),
  }),
  costBasis: ({ amount }) => ({
    message: "Price of one credit, in the customer's currency",
    check: problemOf,
    explain: (price) => priceText(amount, price),
  }),
  netTerms: () => ({
    message: 'Days until each invoice is due (0: at once)',
    check: (answer) => sentence('That', netTermsProblem(answer)),
  }),
  expiresAfter: () => ({
    message: 'The credits expire after, such as 30d or 6m (Enter for never)',
    check: (answer) => (answer.trim() === '' ? undefined : expiryProblem(answer)),
  }),
};

/** What each purchase costs; nothing, as long as one of the numbers is none. */
function priceText(amount: string | undefined, price: string): string | undefined {
  const count = readAmount(amount ?? '');
  const each = readAmount(price);
  if ('problem' in count || 'problem' in each) return undefined;
  return `an invoice of ${multiply(count.amount, each.amount)} each time`;
}

function problemOf(answer: string): string | undefined {
  const reading = readAmount(answer);
  return sentence('The number', 'problem' in reading ? reading.problem : undefined);
}

function expiryProblem(answer: string): string | undefined {
  const reading = readExpiresAfter(answer);
  return sentence('That', 'problem' in reading ? reading.problem : undefined);
}

const sentence = (subject: string, problem: string | undefined): string | undefined =>
  problem === undefined ? undefined : `${subject} ${problem}`;
