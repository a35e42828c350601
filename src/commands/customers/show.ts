// `customers show <customer>`: one customer.

import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { openForCustomer } from '../for-customer.ts';
import { customersView } from './view.ts';

export type CustomersShowFlags = GlobalFlags & CustomerFlags;

export async function run(
  words: readonly string[],
  flags: CustomersShowFlags,
  runtime: Runtime,
): Promise<void> {
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
}
