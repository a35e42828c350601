// `customers update <customer>`: changes the named fields and no others.
import { type Customer, customerRefText } from '../../credits/customer.ts';
import { notApplied } from '../../errors.ts';
import { hasRequestedValues } from '../../requests/answer.ts';
import { checkOutput } from '../../runtime/show.ts';
import {
  type CustomerWriteCommand,
  overruled,
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

export const run: CustomerWriteCommand<CustomerEdit> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, customersView);
  await writeForCustomer<CustomerEdit>(
    args,
    {
      read: customerEditBody,
      questions: (prompter, { api }) => [
        {
          isOpen: ({ draft }) => !hasChanges(draft),
          ask: async (answers, before) => {
            if (answers.customer === undefined) return answers;
            const { document } = await api.customer(answers.customer);
            const draft = await askCustomerEdit(presentFields(document), prompter, before?.draft);
            if (Object.keys(draft).length > 0) return { ...answers, draft };
            throw notApplied('refused', 'No field was chosen: nothing was written');
          },
        },
      ],
      write: async ({ customer, draft, body, isAsked }, context) => {
        const { api } = context.connection;
        const title = `Update customer ${customerRefText(customer)}`;
        const update = {
          request: customerEditRequest(customer, body),
          title,
          preview: async () => {
            const { document } = await api.customer(customer);
            return customerChangesPreview(title, customerChanges(document, body));
          },
          read: api.customerOf,
          equivalentArgs: isAsked ? customerEditArgs(customer, draft) : undefined,
        };
        const readAgain = ({ id }: Customer) => api.customer({ by: 'id', id });
        const shown = { view: customersView, choice, zoneOf, readAgain };
        const written = await writeObject(update, shown, context);
        if (written?.isLate !== true) return;
        const { document, settled } = written;
        const [was, is] = [settled.document, document].map((each) =>
          hasRequestedValues(each, update.request),
        );
        if (was === true && is === false)
          throw overruled(`updated customer ${customerRefText(customer)}`, 'changed', settled.key);
      },
    },
    { flags, runtime },
  );
};
