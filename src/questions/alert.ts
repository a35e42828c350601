// "Which alert?", and what a new one still needs: its type, and where it has them, its thresholds.
import type { Alert } from '../credits/alert.ts';
import { readAmount } from '../credits/amount.ts';
import { CreditctlError } from '../errors.ts';
import { type AlertDraft, missingAlertFields } from '../requests/alert-request.ts';
import { alertText } from '../views/alerts.ts';
import { askInTurn } from './in-turn.ts';
import type { Prompter } from './prompter.ts';

/** @param purpose what shall be done with it, as in "no alert to enable" */
export async function askAlert(
  prompter: Prompter,
  alerts: readonly Alert[],
  purpose: string,
): Promise<Alert> {
  if (alerts.length === 0)
    throw new CreditctlError('failure', `The customer has no alert to ${purpose}`, { applied: 'no' });
  return prompter.choose({
    message: 'Alert',
    choices: alerts.map((alert) => ({
      name: `${alert.id}  ${alertText(alert)}`,
      value: alert,
      hint: `created ${alert.created_at}`,
    })),
  });
}

export async function askAlertDraft(draft: AlertDraft, prompter: Prompter): Promise<AlertDraft> {
  return askInTurn(draft, [
    {
      isOpen: ({ type }) => type === undefined,
      ask: async (said) => ({ ...said, type: await askType(said, prompter) }),
    },
    {
      isOpen: (said) => missingAlertFields(said).includes('threshold'),
      ask: async (said) => ({ ...said, threshold: await askThresholds(prompter) }),
    },
  ]);
}

async function askThresholds(prompter: Prompter): Promise<readonly string[]> {
  const typed = await prompter.text({
    message: 'Thresholds, separated by commas',
    check: (answer) => {
      const problems = partsOf(answer).flatMap((part) => {
        const reading = readAmount(part);
        return 'problem' in reading ? [`A threshold ${reading.problem}`] : [];
      });
      return problems[0];
    },
  });
  return partsOf(typed);
}

async function askType({ threshold = [] }: AlertDraft, prompter: Prompter): Promise<string> {
  // Whoever typed a threshold can only mean the one type that has them.
  if (threshold.length > 0) return 'dropped';
  return prompter.choose({
    message: 'Alert when the credits',
    choices: [
      { name: 'have dropped below a threshold', value: 'dropped', hint: 'credit_balance_dropped' },
      { name: 'are used up', value: 'depleted', hint: 'credit_balance_depleted' },
      { name: 'are back after they were used up', value: 'recovered', hint: 'credit_balance_recovered' },
    ],
  });
}

const partsOf = (answer: string): readonly string[] => answer.split(',').map((part) => part.trim());
