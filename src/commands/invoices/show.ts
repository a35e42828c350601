// `invoices show <invoice>`: one invoice.
import { idArgument } from '../../requests/command-words.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { ownerZone } from '../../writes/customer.ts';
import { creditInvoicesView } from './view.ts';

export const run: ReadCommand = async (words, flags, runtime) => {
  const choice = checkOutput(flags, creditInvoicesView);
  const id = idArgument('<invoice>', words);
  const connection = await runtime.connect(flags);
  const row = await connection.api.invoice(id);
  const clock = { now: connection.now(), zone: () => ownerZone(connection, row.record) };
  await show([row], { view: creditInvoicesView, shape: 'one', choice, ...clock }, runtime);
};
