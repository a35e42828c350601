// `customers create`: creates a customer; the time zone can never be changed.

import { usageError } from '../../errors.ts';
import { type Prompter, runWizard, textStep, type WizardStep } from '../../prompts/prompter.ts';
import { checkOutput } from '../../runtime/show.ts';
import { keyProblems, openForWriting, type WriteCommand } from '../../writes/execute.ts';
import { checkedPrompter } from '../../writes/for-customer.ts';
import { writeObject } from '../../writes/write-object.ts';
import {
  type CustomerDraft,
  customerRequest,
  fieldProblems,
  newCustomerArgs,
  withZoneName,
} from './create-request.ts';
import { customersView, zoneOf } from './view.ts';

export const run: WriteCommand<CustomerDraft> = async (_args, flags, runtime) => {
  const choice = checkOutput(flags, customersView);
  const first = customerRequest(flags);
  const problems = [...('problems' in first ? first.problems : []), ...keyProblems(flags)];
  const prompter = await checkedPrompter(problems, flags, runtime);
  const connection = await openForWriting(flags, runtime);
  await runWizard<CustomerDraft, void>(flags, {
    questions: prompter === undefined ? [] : newCustomerSteps(prompter),
    prompter,
    finish: async (answered) => {
      const draft = withZoneName(answered);
      const reading = customerRequest(draft);
      if ('problems' in reading) throw usageError(reading.problems);
      const write = {
        request: reading.request,
        title: newCustomerTitle(draft),
        read: connection.api.customerOf,
        equivalentArgs: prompter === undefined ? undefined : newCustomerArgs(draft),
      };
      const readAgain = ({ id }: { readonly id: string }) => connection.api.customer({ by: 'id', id });
      const shown = { view: customersView, choice, zoneOf, readAgain };
      await writeObject(write, shown, { connection, flags, runtime });
    },
  });
};

const newCustomerTitle = ({ externalId, name, timezone = 'of the account' }: CustomerDraft): string =>
  `Create customer ${externalId === undefined ? name : `${externalId} (${name})`} in the time zone ${timezone}`;

const messages = {
  name: 'Name',
  email: 'E-mail',
  externalId: 'External id: your own id for this customer (optional)',
  timezone: "Time zone, fixed forever (Enter for the account's)",
} as const;

/** Questions for the missing fields of a new customer. */
export const newCustomerSteps = (prompter: Prompter): readonly WizardStep<CustomerDraft>[] =>
  (['name', 'email', 'externalId', 'timezone'] as const).map((field) =>
    textStep(
      field,
      () => ({ message: messages[field], check: (text) => answerProblem(field, text.trim()) }),
      prompter,
    ),
  );

function answerProblem(field: keyof typeof messages, text: string): string | undefined {
  if (text === '' && (field === 'externalId' || field === 'timezone')) return undefined;
  const [wrong] = fieldProblems({ [field]: text });
  return wrong && `This ${wrong.problem}`;
}
