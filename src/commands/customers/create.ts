// `customers create`: creates a customer; the time zone can never be changed.

import { isTimeZone } from '../../credits/calendar.ts';
import { usageError } from '../../errors.ts';
import {
  type Prompter,
  runWizard,
  type TextQuestion,
  textStep,
  type WizardStep,
} from '../../prompts/prompter.ts';
import { checkOutput } from '../../runtime/show.ts';
import { keyProblems, openForWriting, type WriteCommand } from '../../writes/execute.ts';
import { checkedPrompter } from '../../writes/for-customer.ts';
import { writeObject } from '../../writes/write-object.ts';
import {
  type CustomerDraft,
  customerRequest,
  looksLikeEmail,
  newCustomerArgs,
  withZoneName,
} from './create-request.ts';
import { customersView, zoneOf } from './view.ts';
import { zoneGuess } from './zone-guess.ts';

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
      await writeObject(write, { view: customersView, choice, zoneOf }, { connection, flags, runtime });
    },
  });
};

const newCustomerTitle = ({ externalId, name, timezone = 'of the account' }: CustomerDraft): string =>
  `Create customer ${externalId === undefined ? name : `${externalId} (${name})`} in the time zone ${timezone}`;

const questions: Readonly<Record<'name' | 'email' | 'externalId' | 'timezone', TextQuestion>> = {
  name: {
    message: 'Name',
    check: (text) => (text.trim() === '' ? 'Enter a name' : undefined),
  },
  email: {
    message: 'E-mail',
    check: (text) => (looksLikeEmail(text.trim()) ? undefined : 'This is not an e-mail address'),
  },
  externalId: { message: 'External id: your own id for this customer (optional)' },
  timezone: {
    message: "Time zone, fixed forever (Enter for the account's)",
    check: (text) =>
      text.trim() === '' || isTimeZone(text.trim())
        ? undefined
        : `This is not an IANA time zone, such as Europe/London${zoneGuess(text)}`,
  },
};

/** Questions for the missing fields of a new customer. */
export const newCustomerSteps = (prompter: Prompter): readonly WizardStep<CustomerDraft>[] =>
  (['name', 'email', 'externalId', 'timezone'] as const).map((field) =>
    textStep(field, () => questions[field], prompter),
  );
