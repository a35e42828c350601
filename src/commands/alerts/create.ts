// `alerts create <customer>`: a webhook when the credit balance runs out, drops below a threshold or recovers.
import { type CustomerRef, customerRefText } from '../../credits/customer-ref.ts';
import { usageError } from '../../errors.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { executeOne, type WriteFlags } from '../../writes/execute.ts';
import {
  askAndWrite,
  type CustomerWrite,
  forDraft,
  openForCustomerWrite,
} from '../../writes/for-customer.ts';
import { newAlertPreview, refusalExplained } from './alert-in-the-way.ts';
import { alertSteps } from './prompts.ts';
import { type AlertDraft, alertBody, alertRequest, alertWords } from './request.ts';
import { alertsView, newAlertTitle } from './view.ts';

export interface AlertsCreateFlags extends WriteFlags, CustomerFlags, AlertDraft {}

export async function run(
  words: readonly string[],
  flags: AlertsCreateFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, alertsView);
  const first = alertBody(flags);
  const problems = 'problems' in first ? first.problems : [];
  const open = await openForCustomerWrite(readCustomerArgument(words, flags), problems, { flags, runtime });
  await askAndWrite(open, {
    draft: flags,
    questions: (prompter) => forDraft<AlertDraft>(alertSteps(prompter)),
    act: (customer, draft) => create(customer, draft, { choice, open, flags, runtime }),
  });
}

interface Creation {
  readonly choice: ReturnType<typeof checkOutput>;
  readonly open: CustomerWrite;
  readonly flags: AlertsCreateFlags;
  readonly runtime: Runtime;
}

async function create(
  customer: CustomerRef,
  draft: AlertDraft,
  { choice, open: { connection, prompter }, flags, runtime }: Creation,
): Promise<void> {
  const reading = alertBody(draft);
  if ('problems' in reading) throw usageError(reading.problems);
  const { body } = reading;
  const { alertOf: read } = connection.api;
  const title = newAlertTitle(body, customerRefText(customer));
  const write = {
    request: alertRequest(customer, body),
    title,
    effect: undefined,
    preview: () => newAlertPreview(title, { body, connection, customer }),
    read,
    words: prompter === undefined ? undefined : alertWords(customer, draft),
  };
  const settled = await executeOne(write, { connection, flags, runtime }).catch(async (error: unknown) => {
    throw await refusalExplained(error, { body, connection, customer });
  });
  if (settled === undefined) return;
  const row = settled.result;
  await show([row], { view: alertsView, shape: 'one', choice, isWritten: true }, runtime);
}
