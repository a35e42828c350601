import { expect, test } from 'vitest';
import { alertSteps, askAlert } from '../../../src/commands/alerts/prompts.ts';
import type { AlertDraft } from '../../../src/commands/alerts/request.ts';
import type { Alert } from '../../../src/credits/alert.ts';
import { amount } from '../../../src/credits/exact.ts';
import { localTime } from '../../../src/credits/local-time.ts';
import { type Prompter, runWizard } from '../../../src/prompts/prompter.ts';
import { plannedPrompter, takesFirst } from '../../prompts/planned-prompter.ts';

const askAlertDraft = (draft: AlertDraft, prompter: Prompter): Promise<AlertDraft> =>
  runWizard(draft, { questions: alertSteps(prompter), prompter, finish: async (said) => said });

const alert: Alert = {
  id: 'a1',
  type: 'credit_balance_dropped',
  created_at: '2026-11-23T12:00:00+00:00',
  enabled: false,
  thresholds: [{ value: amount('100') }],
  customer: null,
  currency: 'credits',
  balance_alert_status: [{ threshold_value: amount('100'), in_alert: true }],
};

test('an alert is offered with its state', async () => {
  const { prompter } = plannedPrompter([
    'Which alert?',
    'a1  credit_balance_dropped in credits, 100 in alert, disabled',
  ]);
  expect(await askAlert(prompter, [{ ...alert, id: 'a0' }, alert], { purpose: 'enable' })).toBe(alert);
});

test("when an alert was made is said by the customer's clock", async () => {
  const { prompter, hints } = takesFirst();
  await askAlert(prompter, [alert], { purpose: 'enable', local: localTime('Asia/Tokyo') });
  expect(hints).toEqual(['created 2026-11-23 21:00']);
});

test('a customer without alerts is said to have none', async () => {
  const { prompter } = plannedPrompter();
  await expect(askAlert(prompter, [], { purpose: 'enable' })).rejects.toThrow(
    'The customer has no alerts to enable',
  );
});

test('the type is chosen in words, and only one that drops is asked for thresholds', async () => {
  const dropped = plannedPrompter(
    ['Send an alert when', 'drop below'],
    ['At which balances?', '500, much'],
    ['At which balances?', '1,000'],
    ['At which balances?', '500,100'],
    ['At which balances?', ' '],
    ['At which balances?', '500 500.0'],
    ['At which balances?', '500, 100  50 '],
  );
  expect(await askAlertDraft({ currency: 'USD' }, dropped.prompter)).toEqual({
    type: 'dropped',
    currency: 'USD',
    threshold: ['500', '100', '50'],
  });
  expect(dropped.refused).toEqual([
    'A threshold is not a decimal number: "much"; write one such as 100 or 0.25',
    expect.stringMatching(/^A threshold must not have separators: "1,000"; write 1000, .*\. Put a blank/),
    expect.stringMatching(
      /^A threshold must not have separators: "500,100".* Put a blank between two: 500 100$/,
    ),
    'A threshold is empty; write a decimal number such as 100 or 0.25',
    'A threshold is given twice: 500',
  ]);
  const depleted = plannedPrompter(['Send an alert when', 'run out']);
  expect(await askAlertDraft({}, depleted.prompter)).toEqual({ type: 'depleted' });
  const recovered = plannedPrompter(['Send an alert when', 'are available']);
  expect(await askAlertDraft({}, recovered.prompter)).toEqual({ type: 'recovered' });
});

test('whoever named a threshold is not asked for the type', async () => {
  const { prompter } = plannedPrompter();
  expect(await askAlertDraft({ threshold: ['5'] }, prompter)).toEqual({ type: 'dropped', threshold: ['5'] });
});
