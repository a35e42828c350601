// `alerts create <customer>`: a webhook when the credit balance runs out, drops below a threshold or recovers.
import { customerRefText } from '../../credits/customer-ref.ts';
import type { CustomerFlags } from '../../requests/customer-argument.ts';
import { checkOutput } from '../../runtime/show.ts';
import type { WriteCommand } from '../../writes/execute.ts';
import { forDraft, writeForCustomer } from '../../writes/for-customer.ts';
import { writeObject } from '../../writes/write-object.ts';
import { newAlertPreview, refusalExplained } from './existing-alerts.ts';
import { alertSteps } from './prompts.ts';
import { type AlertDraft, alertBody, alertRequest, alertWords } from './request.ts';
import { alertsView, newAlertTitle } from './view.ts';

export const run: WriteCommand<CustomerFlags & AlertDraft> = async (words, flags, runtime) => {
  const choice = checkOutput(flags, alertsView);
  await writeForCustomer<AlertDraft>(
    words,
    {
      draft: flags,
      read: alertBody,
      questions: (prompter) => forDraft(alertSteps(prompter)),
      write: async ({ customer, draft, body, isAsked }, context) => {
        const { connection } = context;
        const title = newAlertTitle(body, customerRefText(customer));
        const write = {
          request: alertRequest(customer, body),
          title,
          preview: () => newAlertPreview(title, { body, connection, customer }),
          read: connection.api.alertOf,
          words: isAsked ? alertWords(customer, draft) : undefined,
        };
        await writeObject(write, { view: alertsView, choice }, context).catch(async (error: unknown) => {
          throw await refusalExplained(error, { body, connection, customer });
        });
      },
    },
    { flags, runtime },
  );
};
