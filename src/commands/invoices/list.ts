// `invoices list [customer]`: lists the invoices of a customer, or of all, the latest invoice date first.
import { type CustomerFlags, readCustomerArgument } from '../../requests/command-args.ts';
import { customerZone } from '../../writes/customer.ts';
import { type ListCommand, listAll } from '../reading.ts';
import { invoicesQuery, statusProblems } from './request.ts';
import { creditInvoicesView } from './view.ts';

interface InvoicesListFlags extends CustomerFlags {
  readonly status?: readonly string[];
}

export const run: ListCommand<InvoicesListFlags> = (args, flags, runtime) => {
  const { customer, problems } = readCustomerArgument(args, flags);
  const list = listAll({
    view: creditInvoicesView,
    problems: [...problems, ...statusProblems(flags.status)],
    rows: ({ api }, page) => api.invoices(invoicesQuery(customer, flags.status), page),
    // A table of several customers' invoices shows times in UTC.
    zone: async (connection) => (customer === undefined ? undefined : customerZone(connection, customer)),
  });
  return list(args, flags, runtime);
};
