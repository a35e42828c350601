// `customers show <customer>`: shows one customer.

import { checkOutput, show } from '../../runtime/show.ts';
import { type CustomerCommand, openForCustomer } from '../open-customer.ts';
import { customersView, zoneOf } from './view.ts';

export const run: CustomerCommand = async (args, flags, runtime) => {
  const choice = checkOutput(flags, customersView);
  const { connection, customer } = await openForCustomer(args, [], { flags, runtime });
  const row = await connection.api.customer(customer);
  const zone = () => zoneOf(row.record);
  await show([row], { view: customersView, shape: 'one', choice, zone, namesZone: true }, runtime);
};
