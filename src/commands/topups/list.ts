// `topups list <customer>`: the customer's top-ups in all currencies.
import type { Runtime } from '../../runtime/runtime.ts';
import { type CustomerListFlags, listForCustomer } from '../list-command.ts';
import { topUpsQuery } from './request.ts';
import { topUpsView } from './view.ts';

export function run(words: readonly string[], flags: CustomerListFlags, runtime: Runtime): Promise<void> {
  return listForCustomer(
    words,
    {
      view: topUpsView,
      rows: ({ connection, customer }, page) => connection.api.topUps(topUpsQuery(customer), page),
    },
    { flags, runtime },
  );
}
