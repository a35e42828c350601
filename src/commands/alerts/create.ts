// `alerts create <customer>`: creates an alert, whose webhooks say that the balance ran out, dropped or recovered.
import { customerRefText } from '../../credits/customer.ts';
import { checkOutput } from '../../runtime/show.ts';
import { ownerZone } from '../../writes/customer.ts';
import {
  type CustomerWriteCommand,
  forDraft,
  writeForCustomer,
  writeObject,
} from '../../writes/write-object.ts';
import { newAlertPreview, refusalExplained } from './existing-alerts.ts';
import { alertSteps } from './prompts.ts';
import { type AlertDraft, alertArgs, alertBody, alertRequest } from './request.ts';
import { alertsView, newAlertTitle } from './view.ts';

export const run: CustomerWriteCommand<AlertDraft> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, alertsView);
  await writeForCustomer<AlertDraft>(
    args,
    {
      read: alertBody,
      questions: (prompter) => forDraft(alertSteps(prompter)),
      write: async ({ customer, draft, body, isAsked }, context) => {
        const { connection } = context;
        const alert = { body, connection, customer };
        const title = newAlertTitle(body, customerRefText(customer));
        const creation = {
          request: alertRequest(customer, body),
          title,
          preview: () => newAlertPreview(title, alert),
          read: connection.api.alertOf,
          equivalentArgs: isAsked ? alertArgs(customer, draft) : undefined,
        };
        await writeObject(
          creation,
          {
            ...{ view: alertsView, choice, readAgain: ({ id }) => connection.api.alert(id) },
            zoneOf: (each) => ownerZone(connection, each),
          },
          context,
        ).catch(async (error: unknown) => Promise.reject(await refusalExplained(error, alert)));
      },
    },
    { flags, runtime },
  );
};
