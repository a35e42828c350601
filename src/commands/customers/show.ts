// `customers show <customer>`: one customer.

import { type CustomerFlags, readCustomerArgument } from '../../requests/command-words.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { openForCustomer } from '../reading.ts';
import { customersView, zoneOf } from './view.ts';

export const run: ReadCommand<CustomerFlags> = async (words, flags, runtime) => {
  const choice = checkOutput(flags, customersView);
  const { connection, customer } = await openForCustomer(readCustomerArgument(words, flags), [], {
    flags,
    runtime,
  });
  const row = await connection.api.customer(customer);
  const zone = () => zoneOf(row.record);
  await show([row], { view: customersView, shape: 'one', choice, zone, namesZone: true }, runtime);
};
