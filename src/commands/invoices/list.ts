// `invoices list [customer]`: lists the invoices of a customer, or of all, the latest invoice date first.
import { shellText } from '../../errors.ts';
import { type CustomerFlags, customerArgs, readCustomerArgument } from '../../requests/command-args.ts';
import { customerZone } from '../../writes/customer.ts';
import { type ListCommand, listAll } from '../reading.ts';
import { invoicesQuery, statusProblems } from './request.ts';
import { creditInvoicesView } from './view.ts';

interface InvoicesListFlags extends CustomerFlags {
  readonly status?: readonly string[];
}

export const run: ListCommand<InvoicesListFlags> = (args, flags, runtime) => {
  const { customer, problems } = readCustomerArgument(args, flags);
  const { status = [] } = flags;
  const whose = customer === undefined ? [] : customerArgs(customer);
  const others = ['creditctl', 'invoices', 'list', ...whose, '--status', 'draft', '--status', 'void'];
  const none =
    status.length > 0
      ? `no invoices with the status ${status.join(' or ')}`
      : `no issued, paid or synced invoices. Show the others: ${shellText(others)}`;
  const list = listAll({
    view: creditInvoicesView,
    none,
    problems: [...problems, ...statusProblems(status)],
    rows: ({ api }, page) => api.invoices(invoicesQuery(customer, status), page),
    // A table of several customers' invoices shows times in UTC.
    zone: async (connection) => (customer === undefined ? undefined : customerZone(connection, customer)),
  });
  return list(args, flags, runtime);
};
