import { expect, test } from 'vitest';
import { askTopUp, topUpSteps } from '../../../src/commands/topups/prompts.ts';
import type { TopUpDraft } from '../../../src/commands/topups/request.ts';
import { amount } from '../../../src/credits/exact.ts';
import type { TopUp } from '../../../src/credits/top-up.ts';
import { type Prompter, runWizard, StepBack } from '../../../src/prompts/prompter.ts';
import { plannedPrompter } from '../../prompts/planned-prompter.ts';

const askTopUpDraft = (draft: TopUpDraft, prompter: Prompter): Promise<TopUpDraft> =>
  runWizard(draft, { questions: topUpSteps(prompter), prompter, finish: async (said) => said });

const topUp: TopUp = {
  id: 't1',
  currency: 'credits',
  threshold: amount('100'),
  amount: amount('500'),
  per_unit_cost_basis: amount('0.2'),
  invoice_settings: { auto_collection: false, net_terms: 30, memo: null, require_successful_payment: false },
  expires_after: 1,
  expires_after_unit: 'month',
};

test('a top-up is offered with its figures', async () => {
  const other = { ...topUp, id: 't2' };
  const { prompter } = plannedPrompter([
    'Which top-up?',
    't2  500 credits at or below 100, for 0.2 each, which expire after 1 month',
  ]);
  expect(await askTopUp(prompter, [topUp, other])).toBe(other);
});

test('a customer without a top-up is said to have none', async () => {
  const { prompter } = plannedPrompter();
  await expect(askTopUp(prompter, [])).rejects.toThrow('The customer has no top-ups');
});

test('what is missing is asked for, and a wrong answer is asked for again', async () => {
  const { prompter, unasked, refused } = plannedPrompter(
    ['Buy credits when', '-1'],
    ['Buy credits when', ' 100 '],
    ['How many credits to buy', '0.00'],
    ['How many credits to buy', '500'],
    ['Price of one credit', '0.20'],
    ['Days until each invoice', 'soon'],
    ['Days until each invoice', '30'],
    ['Credits expire after', '2w'],
    ['Credits expire after', '14d'],
  );
  expect(await askTopUpDraft({ autoCollect: true }, prompter)).toEqual({
    threshold: '100',
    amount: '500',
    costBasis: '0.20',
    netTerms: '30',
    expiresAfter: '14d',
    autoCollect: true,
  });
  expect(unasked).toEqual([]);
  expect(refused).toEqual([
    'This must not be negative: "-1"; write it without the sign',
    'This must be above 0',
    'This must be a whole number of days: "soon"',
    'This must be days or months: write 14d: "2w"',
  ]);
});

test('what was said is not asked for, and no answer to the last question means for ever', async () => {
  const draft = { threshold: '1', amount: '2', costBasis: '0' };
  const { prompter } = plannedPrompter(['Days until', '0'], ['Credits expire after', '']);
  expect(await askTopUpDraft(draft, prompter)).toEqual({ ...draft, netTerms: '0' });
  const { prompter: silent } = plannedPrompter(['Days until', '0']);
  expect(await askTopUpDraft({ ...draft, expiresAfter: '1d' }, silent)).toMatchObject({ expiresAfter: '1d' });
});

test('a step back asks the question before again', async () => {
  const { prompter: plain } = plannedPrompter(
    ['Buy credits when', '100'],
    ['How many credits to buy', '500'],
    ['How many credits to buy', '50'],
    ['Price of one credit', '0.2'],
    ['Days until', '0'],
    ['Credits expire after', ''],
  );
  let isLeft = false;
  const prompter: Prompter = {
    ...plain,
    text: async (question) => {
      if (!isLeft && question.message.startsWith('Price')) {
        isLeft = true;
        throw new StepBack();
      }
      return plain.text(question);
    },
  };
  expect(await askTopUpDraft({}, prompter)).toEqual({
    threshold: '100',
    amount: '50',
    costBasis: '0.2',
    netTerms: '0',
  });
});

test('while the price is typed, the invoice that it comes to is shown', async () => {
  const explained: (string | undefined)[] = [];
  const { prompter: plain } = plannedPrompter(['Price of one credit', '0.2']);
  const prompter: Prompter = {
    ...plain,
    text: async (question) => {
      explained.push(question.explain?.('0.2'), question.explain?.('0.'));
      return plain.text(question);
    },
  };
  const draft = { threshold: '1', amount: '500', netTerms: '0', expiresAfter: '1d' };
  await askTopUpDraft(draft, prompter);
  expect(explained).toEqual(['100 on each invoice', undefined]);
});
