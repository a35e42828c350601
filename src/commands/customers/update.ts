// `customers update <customer>`: changes the named fields and no others.
import { type Customer, customerRefText } from '../../credits/customer.ts';
import { CreditctlError } from '../../errors.ts';
import type { CreditsApi } from '../../orb/credits-api.ts';
import type { CustomerFlags } from '../../requests/command-args.ts';
import { checkOutput } from '../../runtime/show.ts';
import type { WriteCommand } from '../../writes/execute.ts';
import {
  type CustomerQuestions,
  type MadeOfDraft,
  type ObjectWrite,
  writeForCustomer,
  writeObject,
} from '../../writes/write-object.ts';
import { customerChanges, customerChangesPreview, presentFields } from './changes-view.ts';
import { askCustomerEdit } from './edit-prompts.ts';
import {
  type CustomerEdit,
  customerEditArgs,
  customerEditBody,
  customerEditRequest,
  hasChanges,
} from './update-request.ts';
import { customersView, zoneOf } from './view.ts';

export const run: WriteCommand<CustomerFlags & CustomerEdit> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, customersView);
  await writeForCustomer<CustomerEdit>(
    args,
    {
      draft: flags,
      read: customerEditBody,
      questions: editQuestions,
      write: async (made, context) => {
        const { api } = context.connection;
        await writeObject(customerUpdate(made, api), { view: customersView, choice, zoneOf }, context);
      },
    },
    { flags, runtime },
  );
};

function customerUpdate(
  { customer, draft, body, isAsked }: MadeOfDraft<CustomerEdit>,
  api: CreditsApi,
): ObjectWrite<Customer> {
  const title = `Update customer ${customerRefText(customer)}`;
  return {
    request: customerEditRequest(customer, body),
    title,
    preview: async () => {
      const { document } = await api.customer(customer);
      return customerChangesPreview(title, customerChanges(document, body));
    },
    read: api.customerOf,
    equivalentArgs: isAsked ? customerEditArgs(customer, draft) : undefined,
  };
}

/** Asks what to change. Throws a `refused` error if the person changes nothing. */
const editQuestions: CustomerQuestions<CustomerEdit> = (prompter, { api }) => [
  {
    isOpen: ({ draft }) => !hasChanges(draft),
    ask: async (answers, before) => {
      if (answers.customer === undefined) return answers;
      const { document } = await api.customer(answers.customer);
      const draft = await askCustomerEdit(presentFields(document), prompter, before?.draft);
      if (Object.keys(draft).length > 0) return { ...answers, draft };
      throw new CreditctlError('refused', 'No field was chosen: nothing was written', { applied: 'no' });
    },
  },
];
