// `invoices show <invoice>`: one invoice.
import { idProblems } from '../../requests/command-words.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { ownerZone } from '../../writes/customer.ts';
import { invoiceUsage } from './change-invoice.ts';
import { creditInvoicesView } from './view.ts';

export const run: ReadCommand = async ([id], flags, runtime) => {
  const choice = checkOutput(flags, creditInvoicesView);
  const problems = idProblems('<invoice>', id);
  if (id === undefined || problems.length > 0) throw invoiceUsage(id, problems);
  const connection = await runtime.connect(flags);
  const row = await connection.api.invoice(id);
  const clock = { now: connection.now(), zone: () => ownerZone(connection, row.record) };
  await show([row], { view: creditInvoicesView, shape: 'one', choice, ...clock }, runtime);
};
