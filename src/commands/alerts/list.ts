// `alerts list <customer>`: the alerts on the customer's credit balances, and which of them are in alert.
import type { Runtime } from '../../runtime/runtime.ts';
import { type CustomerListFlags, listForCustomer } from '../list-command.ts';
import { alertsQuery } from './request.ts';
import { alertsView } from './view.ts';

export function run(words: readonly string[], flags: CustomerListFlags, runtime: Runtime): Promise<void> {
  return listForCustomer(
    words,
    {
      view: alertsView,
      rows: ({ connection, customer }, page) => connection.api.alerts(alertsQuery(customer), page),
    },
    { flags, runtime },
  );
}
