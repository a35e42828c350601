// `alerts create <customer>`: creates an alert, whose webhooks say that the balance ran out, dropped or recovered.
import type { Alert } from '../../credits/alert.ts';
import { customerRefText } from '../../credits/customer.ts';
import type { CustomerFlags } from '../../requests/command-args.ts';
import { checkOutput } from '../../runtime/show.ts';
import { ownerZone } from '../../writes/customer.ts';
import type { WriteCommand } from '../../writes/execute.ts';
import {
  forDraft,
  type MadeOfDraft,
  type ObjectWrite,
  writeForCustomer,
  writeObject,
} from '../../writes/write-object.ts';
import { type NewAlert, newAlertPreview, refusalExplained } from './existing-alerts.ts';
import { alertSteps } from './prompts.ts';
import { type AlertDraft, alertArgs, alertBody, alertRequest } from './request.ts';
import { alertsView, newAlertTitle } from './view.ts';

export const run: WriteCommand<CustomerFlags & AlertDraft> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, alertsView);
  await writeForCustomer<AlertDraft>(
    args,
    {
      draft: flags,
      read: alertBody,
      questions: (prompter) => forDraft(alertSteps(prompter)),
      write: async (made, context) => {
        const { connection } = context;
        const alert = { ...made, connection };
        const shown = { view: alertsView, choice, zoneOf: (each: Alert) => ownerZone(connection, each) };
        await writeObject(alertCreation(alert), shown, context).catch(async (error: unknown) =>
          Promise.reject(await refusalExplained(error, alert)),
        );
      },
    },
    { flags, runtime },
  );
};

function alertCreation({
  customer,
  draft,
  body,
  isAsked,
  connection,
}: MadeOfDraft<AlertDraft> & NewAlert): ObjectWrite<Alert> {
  const title = newAlertTitle(body, customerRefText(customer));
  return {
    request: alertRequest(customer, body),
    title,
    preview: () => newAlertPreview(title, { body, connection, customer }),
    read: connection.api.alertOf,
    equivalentArgs: isAsked ? alertArgs(customer, draft) : undefined,
  };
}
