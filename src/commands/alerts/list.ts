// `alerts list <customer>`: lists the alerts on the customer's credit balances, and which of them are in alert.
import { listForCustomer } from '../reading.ts';
import { alertsQuery } from './request.ts';
import { alertsView } from './view.ts';

export const run = listForCustomer({
  view: alertsView,
  rows: ({ connection, customer }, page) => connection.api.alerts(alertsQuery(customer), page),
});
