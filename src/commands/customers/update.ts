// `customers update <customer>`: changes the named fields and no others.
import { type CustomerRef, customerRefText } from '../../credits/customer-ref.ts';
import { CreditctlError, usageError } from '../../errors.ts';
import type { About } from '../../prompts/customer.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import type { WizardStep } from '../../prompts/wizard.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { executeOne, type WriteFlags } from '../../writes/execute.ts';
import { askAndWrite, type CustomerWrite, openForCustomerWrite } from '../../writes/for-customer.ts';
import { customerChanges, customerChangesPreview, presentFields } from './changes-view.ts';
import { askCustomerEdit } from './edit-prompts.ts';
import {
  type CustomerEdit,
  customerEditBody,
  customerEditRequest,
  customerEditWords,
} from './update-request.ts';
import { customersView } from './view.ts';

export type CustomersUpdateFlags = WriteFlags & CustomerFlags & CustomerEdit;

export async function run(
  words: readonly string[],
  flags: CustomersUpdateFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, customersView);
  const reading = customerEditBody(flags);
  const problems = 'problems' in reading ? reading.problems : [];
  const open = await openForCustomerWrite(readCustomerArgument(words, flags), problems, { flags, runtime });
  await askAndWrite<CustomerEdit, void>(open, {
    draft: flags,
    questions: (prompter) => (problems.length === 0 ? [] : [editStep(prompter, open)]),
    act: (customer, edit) => update(customer, edit, { choice, open, flags, runtime }),
  });
}

interface Updating {
  readonly choice: ReturnType<typeof checkOutput>;
  readonly open: CustomerWrite;
  readonly flags: CustomersUpdateFlags;
  readonly runtime: Runtime;
}

async function update(
  customer: CustomerRef,
  edit: CustomerEdit,
  { choice, open: { connection, prompter }, flags, runtime }: Updating,
): Promise<void> {
  const reading = customerEditBody(edit);
  if ('problems' in reading) throw usageError(reading.problems);
  const { body } = reading;
  const title = `Update customer ${customerRefText(customer)}`;
  const { customerOf: read } = connection.api;
  const write = {
    request: customerEditRequest(customer, body),
    title,
    effect: undefined,
    preview: async () => {
      const { document } = await connection.api.customer(customer);
      return customerChangesPreview(title, customerChanges(document, body));
    },
    read,
    words: prompter === undefined ? undefined : customerEditWords(customer, edit),
  };
  const settled = await executeOne(write, { connection, flags, runtime });
  if (settled === undefined) return;
  const rows = [settled.result];
  await show(rows, { view: customersView, shape: 'one', choice, isWritten: true }, runtime);
}

/** Asks what to change. Throws a `refused` error if the person changes nothing. */
const editStep = (prompter: Prompter, { connection }: CustomerWrite): WizardStep<About<CustomerEdit>> => ({
  isOpen: () => true,
  ask: async (said, before) => {
    if (said.customer === undefined) return said;
    const { document } = await connection.api.customer(said.customer);
    const draft = await askCustomerEdit(presentFields(document), prompter, before?.draft);
    if (Object.keys(draft).length > 0) return { ...said, draft };
    throw new CreditctlError('refused', 'No field was chosen: nothing was written', {
      applied: 'no',
      retrySafe: true,
    });
  },
});
