// `alerts list <customer>`: the alerts on the customer's credit balances, and whether each is in alert.

import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import { type ListFlags, readListFlags } from '../../requests/list-flags.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { moreNote, openForCustomer } from '../for-customer.ts';
import { alertsQuery } from './request.ts';
import { alertsView } from './view.ts';

export interface AlertsListFlags extends GlobalFlags, CustomerFlags, ListFlags {}

export async function run(words: readonly string[], flags: AlertsListFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, alertsView);
  const { span, problems } = readListFlags(flags);
  const { connection, customer } = await openForCustomer(readCustomerArgument(words, flags), problems, {
    flags,
    runtime,
  });
  const onMore = (cursor: string): void => runtime.note(moreNote(cursor));
  const rows = connection.api.alerts(alertsQuery(customer), { ...span, onMore });
  await show(rows, { view: alertsView, shape: 'list', choice }, runtime);
}
