// Asks which top-up is meant, and for the values of a new top-up.
import { counted, multiply, readAmount } from '../../credits/exact.ts';
import type { TopUp } from '../../credits/top-up.ts';
import { notApplied } from '../../errors.ts';
import { type Prompter, type TextQuestion, textStep, type WizardStep } from '../../prompts/prompter.ts';
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
    throw notApplied('failure', 'The customer has no top-ups', [
      'Create one: creditctl topups create <customer>',
    ]);
  return prompter.choose({
    message: 'Which top-up?',
    choices: topUps.map((topUp) => ({
      name: `${topUp.id}  ${topUpText(topUp)}`,
      value: topUp,
      hint: `credits expire after: ${lastingText(topUp)} · invoice due after: ${counted(topUp.invoice_settings.net_terms, 'day')}`,
    })),
  });
}

/** A question for each required field, and one for the lifetime of the credits. */
export const topUpSteps = (prompter: Prompter): readonly WizardStep<TopUpDraft>[] =>
  [...requiredTopUpFields, 'expiresAfter' as const].map((field) =>
    textStep(field, questions[field], prompter),
  );

type AskedField = RequiredTopUpField | 'expiresAfter';

const questions: Readonly<Record<AskedField, (draft: TopUpDraft) => TextQuestion>> = {
  threshold: () => ({ message: 'Buy credits when the balance is at or below', check: problemOf }),
  amount: () => ({
    message: 'How many credits to buy each time',
    check: (answer) => problemOf(answer) ?? (/[1-9]/.test(answer) ? undefined : 'The amount must be above 0'),
  }),
  costBasis: ({ amount }) => ({
    message: "Price of one credit, in the currency of the customer's invoices",
    check: problemOf,
    explain: (price) => priceText(amount, price),
  }),
  netTerms: () => ({
    message: 'Days until each invoice is due (0: immediately)',
    check: (answer) => sentence('The number', netTermsProblem(answer)),
  }),
  expiresAfter: () => ({
    message: 'Credits expire after (such as 30d or 6m; Enter for never)',
    check: (answer) => (answer.trim() === '' ? undefined : expiryProblem(answer)),
  }),
};

/** Price of each purchase; `undefined` while a number is missing or invalid. */
function priceText(amount: string | undefined, price: string): string | undefined {
  const count = readAmount(amount ?? '');
  const each = readAmount(price);
  if ('problem' in count || 'problem' in each) return undefined;
  return `${multiply(count.amount, each.amount)} on each invoice`;
}

function problemOf(answer: string): string | undefined {
  const reading = readAmount(answer);
  return sentence('The number', 'problem' in reading ? reading.problem : undefined);
}

function expiryProblem(answer: string): string | undefined {
  const reading = readExpiresAfter(answer);
  return sentence('This', 'problem' in reading ? reading.problem : undefined);
}

const sentence = (subject: string, problem: string | undefined): string | undefined =>
  problem === undefined ? undefined : `${subject} ${problem}`;
