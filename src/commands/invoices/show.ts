// `invoices show <invoice>`: one invoice.
import { idProblems } from '../../requests/command-words.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { invoiceUsage } from './change-invoice.ts';
import { creditInvoicesView } from './view.ts';

export const run: ReadCommand = async ([id], flags, runtime) => {
  const choice = checkOutput(flags, creditInvoicesView);
  const problems = idProblems('<invoice>', id);
  if (id === undefined || problems.length > 0) throw invoiceUsage(id, problems);
  const { api, now } = await runtime.connect(flags);
  await show(
    [await api.invoice(id)],
    { view: creditInvoicesView, shape: 'one', choice, now: now() },
    runtime,
  );
};
