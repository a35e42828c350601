// `topups delete <customer> <top-up>`: deletes a top-up and voids its unpaid invoices.
import { type CustomerRef, customerRefText } from '../../credits/customer-ref.ts';
import type { About } from '../../prompts/customer.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import type { WizardStep } from '../../prompts/wizard.ts';
import { customerWords } from '../../requests/command-text.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import { idProblems } from '../../requests/id-argument.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { deletionOf, deletionsView } from '../../views/deletions.ts';
import { executeOne, type WriteFlags } from '../../writes/execute.ts';
import {
  askAndWrite,
  type CustomerWrite,
  openForCustomerWrite,
  typedBackHints,
} from '../../writes/for-customer.ts';
import { askTopUp } from './prompts.ts';
import { topUpsOf } from './read-top-ups.ts';
import { topUpDeletionPreview } from './replaced-top-up.ts';
import { topUpDeletion } from './request.ts';

export interface TopUpsDeleteFlags extends WriteFlags, CustomerFlags {}

export async function run(
  words: readonly string[],
  flags: TopUpsDeleteFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, deletionsView);
  const argument = readCustomerArgument(words, flags, 1);
  const [named] = argument.rest;
  // If the customer is wrong, the next argument may be wrong only because of that.
  const problems = argument.problems.length > 0 ? [] : idProblems('<top-up>', named);
  const open = await openForCustomerWrite(argument, problems, {
    flags,
    runtime,
    hints: typedBackHints(named),
  });
  await askAndWrite(open, {
    draft: named,
    questions: (prompter) => [topUpStep(prompter, open)],
    act: (customer, id) => remove(customer, id ?? '', { choice, open, flags, runtime }),
  });
}

interface Deletion {
  readonly choice: ReturnType<typeof checkOutput>;
  readonly open: CustomerWrite;
  readonly flags: TopUpsDeleteFlags;
  readonly runtime: Runtime;
}

async function remove(
  customer: CustomerRef,
  id: string,
  { choice, open: { connection, prompter }, flags, runtime }: Deletion,
): Promise<void> {
  const title = `Delete top-up ${id} of ${customerRefText(customer)}`;
  const settled = await executeOne(
    {
      request: topUpDeletion(customer, id),
      title,
      effect: undefined,
      preview: () => topUpDeletionPreview(title, id, { connection, customer }),
      read: connection.api.nothingOf,
      words: prompter === undefined ? undefined : ['topups', 'delete', ...customerWords(customer), id],
      typedBack: { what: 'the top-up id', text: id, why: 'this deletes the top-up' },
    },
    { connection, flags, runtime },
  );
  if (settled === undefined) return;
  await show([deletionOf(id)], { view: deletionsView, shape: 'one', choice, isWritten: true }, runtime);
}

/** Which of the customer's top-ups is meant. */
const topUpStep = (
  prompter: Prompter,
  { connection }: CustomerWrite,
): WizardStep<About<string | undefined>> => ({
  isOpen: ({ draft }) => draft === undefined,
  ask: async (said) => {
    if (said.customer === undefined) return said;
    const topUps = (await topUpsOf(connection, said.customer)).map(({ record }) => record);
    return { ...said, draft: (await askTopUp(prompter, topUps)).id };
  },
});
