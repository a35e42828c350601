// "Which alert?", and what a new one still needs: its type, and where it has them, its thresholds.
import type { Alert } from '../../credits/alert.ts';
import { readSignedAmount } from '../../credits/amount.ts';
import { CreditctlError } from '../../errors.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import type { TurnedQuestion } from '../../prompts/wizard.ts';
import { type AlertDraft, missingAlertFields } from './request.ts';
import { alertText } from './view.ts';

/** @param purpose what shall be done with it, as in "no alert to enable" */
export async function askAlert(
  prompter: Prompter,
  alerts: readonly Alert[],
  purpose: string,
): Promise<Alert> {
  if (alerts.length === 0)
    throw new CreditctlError('failure', `The customer has no alert to ${purpose}`, {
      applied: 'no',
      retrySafe: true,
      next: ['creditctl alerts create makes one'],
    });
  return prompter.choose({
    message: 'Alert',
    choices: alerts.map((alert) => ({
      name: `${alert.id}  ${alertText(alert)}`,
      value: alert,
      hint: `created ${alert.created_at}`,
    })),
  });
}

/** What a new alert is asked for, in turn. */
export const alertTurns = (prompter: Prompter): readonly TurnedQuestion<AlertDraft>[] => [
  {
    isOpen: isOfAnyType,
    ask: async (said, before) => ({ ...said, type: await askType(prompter, before?.type) }),
  },
  {
    // Whoever typed a threshold can only mean the one type that has them.
    isOpen: ({ type, threshold = [] }) => type === undefined && threshold.length > 0,
    ask: async (said) => ({ ...said, type: 'dropped' }),
    isSilent: true,
  },
  {
    isOpen: (said) => missingAlertFields(said).includes('threshold'),
    ask: async (said, before) => ({ ...said, threshold: await askThresholds(prompter, before?.threshold) }),
  },
];

const isOfAnyType = ({ type, threshold = [] }: AlertDraft): boolean =>
  type === undefined && threshold.length === 0;

async function askThresholds(
  prompter: Prompter,
  before: readonly string[] | undefined,
): Promise<readonly string[]> {
  const typed = await prompter.text({
    message: 'Thresholds, separated by commas',
    ...(before === undefined ? {} : { initial: before.join(', ') }),
    check: (answer) => {
      const problems = partsOf(answer).flatMap((part) => {
        const reading = readSignedAmount(part);
        return 'problem' in reading ? [`A threshold ${reading.problem}`] : [];
      });
      return problems[0];
    },
  });
  return partsOf(typed);
}

async function askType(prompter: Prompter, before: string | undefined): Promise<string> {
  return prompter.choose<string>({
    message: 'Alert when the credits',
    initial: before,
    choices: [
      { name: 'have dropped below a threshold', value: 'dropped', hint: 'credit_balance_dropped' },
      { name: 'are used up', value: 'depleted', hint: 'credit_balance_depleted' },
      { name: 'are back after they were used up', value: 'recovered', hint: 'credit_balance_recovered' },
    ],
  });
}

const partsOf = (answer: string): readonly string[] => answer.split(',').map((part) => part.trim());
