// `invoices show <invoice>`: shows one invoice.
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { ownerZone } from '../../writes/customer.ts';
import { openObject } from '../../writes/for-customer.ts';
import { chosenInvoice } from './prompts.ts';
import { creditInvoicesView } from './view.ts';

export const run: ReadCommand = async (args, flags, runtime) => {
  const choice = checkOutput(flags, creditInvoicesView);
  const { connection, id } = await openObject(
    args,
    { what: '<invoice>', ask: chosenInvoice() },
    { flags, runtime },
  );
  const row = await connection.api.invoice(id);
  const clock = { now: connection.now, zone: () => ownerZone(connection, row.record) };
  await show([row], { view: creditInvoicesView, shape: 'one', choice, ...clock }, runtime);
};
