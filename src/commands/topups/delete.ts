// `topups delete <customer> <top-up>`: deletes a top-up and voids its unpaid invoices.
import { customerRefText } from '../../credits/customer.ts';
import {
  type CustomerFlags,
  customerArgs,
  idProblems,
  readCustomerArgument,
} from '../../requests/command-args.ts';
import type { WriteCommand } from '../../writes/execute.ts';
import { askAndWrite, idStep, openForCustomerWrite, typedBackHints } from '../../writes/for-customer.ts';
import {
  checkDeletionOutput,
  deleteObject,
  type ObjectDeletion,
  unlessDeleted,
} from '../../writes/write-object.ts';
import { askTopUp, type TopUpTarget, topUpDeletionPreview, topUpsOf } from './prompts.ts';
import { topUpDeletion } from './request.ts';

export const run: WriteCommand<CustomerFlags> = async (args, flags, runtime) => {
  const choice = checkDeletionOutput(flags);
  const argument = readCustomerArgument(args, flags, 1);
  const [named] = argument.rest;
  // A wrong customer can make the next argument wrong, too, so only the customer is reported.
  const problems = argument.problems.length > 0 ? [] : idProblems('<top-up>', named, argument.customer);
  const hints = typedBackHints(named);
  const open = await openForCustomerWrite(argument, problems, { flags, runtime, hints });
  const { connection, prompter } = open;
  await askAndWrite(open, {
    draft: named,
    questions: (person) => [
      idStep(async (customer) => {
        const topUps = (await topUpsOf(connection, customer)).map(({ record }) => record);
        return askTopUp(person, topUps);
      }),
    ],
    perform: async (customer, id = '') => {
      const equivalentArgs =
        prompter === undefined ? undefined : ['topups', 'delete', ...customerArgs(customer), id];
      const deletion = { ...deletionOfTopUp(id, { connection, customer }), equivalentArgs };
      await deleteObject(deletion, choice, { connection, flags, runtime });
    },
  });
};

function deletionOfTopUp(id: string, { connection, customer }: TopUpTarget): ObjectDeletion {
  const title = `Delete top-up ${id} of ${customerRefText(customer)}`;
  return {
    noun: 'top-up',
    id,
    request: topUpDeletion(customer, id),
    title,
    preview: unlessDeleted(['topups', 'delete', ...customerArgs(customer), id], () =>
      topUpDeletionPreview(title, id, { connection, customer }),
    ),
  };
}
