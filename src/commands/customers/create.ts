// `customers create`: creates a customer; the time zone can never be changed.

import { usageError } from '../../errors.ts';
import { runWizard } from '../../prompts/wizard.ts';
import { checkOutput } from '../../runtime/show.ts';
import { keyProblems, openForWriting, type WriteCommand } from '../../writes/execute.ts';
import { writeObject } from '../../writes/write-object.ts';
import { newCustomerSteps } from './create-prompts.ts';
import { type CustomerDraft, customerRequest, newCustomerWords } from './create-request.ts';
import { customersView } from './view.ts';

export const run: WriteCommand<CustomerDraft> = async (_words, flags, runtime) => {
  const choice = checkOutput(flags, customersView);
  const prompter = await runtime.prompter(flags);
  const first = customerRequest(flags);
  const problems = [...('problems' in first ? first.problems : []), ...keyProblems(flags)];
  const isWrong = problems.some(({ isMissing }) => isMissing !== true);
  if (isWrong || (problems.length > 0 && prompter === undefined)) throw usageError(problems);
  const connection = await openForWriting(flags, runtime);
  const isAsked = problems.length > 0 && prompter !== undefined;
  await runWizard<CustomerDraft, void>(flags, {
    questions: isAsked ? newCustomerSteps(prompter) : [],
    prompter,
    act: async (draft) => {
      const reading = customerRequest(draft);
      if ('problems' in reading) throw usageError(reading.problems);
      const title = `Create customer ${draft.externalId ?? draft.name} in the time zone ${draft.timezone ?? 'of the account'}`;
      const words = isAsked ? newCustomerWords(draft) : undefined;
      const write = { request: reading.request, title, read: connection.api.customerOf, words };
      await writeObject(write, { view: customersView, choice }, { connection, flags, runtime });
    },
  });
};
