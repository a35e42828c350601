// `topups delete <customer> <top-up>`: ends it for good, and voids the invoices of its credits that wait for payment.
import { customerRefText } from '../../credits/customer-ref.ts';
import { usageError } from '../../errors.ts';
import { askTopUp } from '../../questions/top-up.ts';
import { topUpsOf } from '../../reading/top-ups.ts';
import { customerWords } from '../../requests/command-text.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import { idProblems } from '../../requests/id-argument.ts';
import { topUpDeletion } from '../../requests/top-up-request.ts';
import type { Runtime } from '../../runtime.ts';
import { checkOutput, show } from '../../show.ts';
import { deletionOf, deletionsView } from '../../views/deletions.ts';
import { carryOut, type WriteFlags } from '../../writing/carry-out.ts';
import { type CustomerWrite, openForCustomerWrite, typedBackHints } from '../../writing/for-customer.ts';
import { topUpDeletionPreview } from '../../writing/top-up.ts';

export interface TopUpsDeleteFlags extends WriteFlags, CustomerFlags {}

export async function run(
  words: readonly string[],
  flags: TopUpsDeleteFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, deletionsView);
  const argument = readCustomerArgument(words, flags, 1);
  const [named] = argument.rest;
  // A customer who is named wrongly says nothing about the word that follows.
  const problems = argument.problems.length > 0 ? [] : idProblems('<top-up>', named);
  const open = await openForCustomerWrite(argument, problems, {
    flags,
    runtime,
    hints: typedBackHints(named),
  });
  const { connection, customer, prompter } = open;
  const id = named ?? (await chosen(open));
  const title = `Delete the top-up ${id} of ${customerRefText(customer)}`;
  const settled = await carryOut(
    {
      request: topUpDeletion(customer, id),
      title,
      effect: undefined,
      preview: () => topUpDeletionPreview(title, id, open),
      read: connection.api.nothingOf,
      words: prompter === undefined ? undefined : ['topups', 'delete', ...customerWords(customer), id],
      typedBack: { what: 'the top-up id', text: id, why: 'the write deletes the top-up' },
    },
    { connection, flags, runtime },
  );
  if (settled === undefined) return;
  await show([deletionOf(id)], { view: deletionsView, shape: 'one', choice, isWritten: true }, runtime);
}

async function chosen({ connection, customer, prompter }: CustomerWrite): Promise<string> {
  if (prompter === undefined) throw usageError(idProblems('<top-up>', undefined));
  const topUps = (await topUpsOf(connection, customer)).map(({ record }) => record);
  return (await askTopUp(prompter, topUps)).id;
}
