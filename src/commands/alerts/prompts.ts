// Asks which alert is meant, and for the type and thresholds of a new alert.
import type { Alert } from '../../credits/alert.ts';
import { notApplied, type Problem } from '../../errors.ts';
import type { Prompter, WizardStep } from '../../prompts/prompter.ts';
import { shownInstant } from '../../views/column-kinds.ts';
import { type AlertDraft, missingAlertFields, readThresholds } from './request.ts';
import { alertText } from './view.ts';

/** Verb of the question, as in "no alerts to enable", and the customer's clock. */
type Asking = { readonly purpose: string } & Parameters<typeof shownInstant>[1];

/** Asks which alert is meant. Throws a `failure` if the customer has no alert. */
export async function askAlert(
  prompter: Prompter,
  alerts: readonly Alert[],
  { purpose, ...clock }: Asking,
): Promise<Alert> {
  if (alerts.length === 0)
    throw notApplied('failure', `The customer has no alerts to ${purpose}`, [
      'Create one: creditctl alerts create <customer>',
    ]);
  return prompter.choose({
    message: 'Which alert?',
    choices: alerts.map((alert) => ({
      name: `${alert.id}  ${alertText(alert)}`,
      value: alert,
      hint: `created ${shownInstant(alert.created_at, clock)}`,
    })),
  });
}

/** Questions for the missing fields of a new alert. */
export const alertSteps = (prompter: Prompter): readonly WizardStep<AlertDraft>[] => [
  {
    isOpen: isOfAnyType,
    ask: async (said, before) => ({ ...said, type: await askType(prompter, before?.type) }),
  },
  {
    // Only alerts of the type dropped have thresholds.
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
    message: 'At which balances? (one or several, such as 500 100)',
    ...(before === undefined ? {} : { initial: before.join(' ') }),
    check: (answer) => {
      const problems: Problem[] = [];
      readThresholds(partsOf(answer), '. Put a blank between two: 500 100', problems);
      return problems[0] && `A threshold ${problems[0].problem}`;
    },
  });
  return partsOf(typed);
}

async function askType(prompter: Prompter, before: string | undefined): Promise<string> {
  return prompter.choose<string>({
    message: 'Send an alert when the credits',
    initial: before,
    choices: [
      { name: 'drop below a threshold', value: 'dropped', hint: 'credit_balance_dropped' },
      { name: 'run out', value: 'depleted', hint: 'credit_balance_depleted' },
      { name: 'are available again after running out', value: 'recovered', hint: 'credit_balance_recovered' },
    ],
  });
}

/** A comma without a space may group the digits of one number: 1,000 is not 1 and 0. */
const partsOf = (answer: string): readonly string[] => answer.trim().split(/\s*,?\s+/);
