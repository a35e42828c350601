// `customers show <customer>`: one customer.

import { type CustomerFlags, readCustomerArgument } from '../../requests/command-words.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { openForCustomer } from '../reading.ts';
import { customersView } from './view.ts';

export const run: ReadCommand<CustomerFlags> = async (words, flags, runtime) => {
  const choice = checkOutput(flags, customersView);
  const { connection, customer } = await openForCustomer(readCustomerArgument(words, flags), [], {
    flags,
    runtime,
  });
  await show(
    [await connection.api.customer(customer)],
    { view: customersView, shape: 'one', choice },
    runtime,
  );
};
