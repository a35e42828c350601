// `invoices list [customer]`: the invoices of a customer, or of all, the latest invoice date first.
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { type ListCommandFlags, listAll } from '../list-command.ts';
import { invoicesQuery, statusProblems } from './request.ts';
import { creditInvoicesView } from './view.ts';

export interface InvoicesListFlags extends ListCommandFlags, CustomerFlags {
  readonly status?: readonly string[];
}

export function run(words: readonly string[], flags: InvoicesListFlags, runtime: Runtime): Promise<void> {
  const { customer, problems } = readCustomerArgument(words, flags);
  return listAll(
    {
      view: creditInvoicesView,
      problems: [...problems, ...statusProblems(flags.status)],
      rows: ({ api }, page) => api.invoices(invoicesQuery(customer, flags.status), page),
    },
    { flags, runtime },
  );
}
