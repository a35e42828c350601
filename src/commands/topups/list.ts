// `topups list <customer>`: lists the customer's top-ups in all currencies.
import { listForCustomer } from '../reading.ts';
import { topUpsQuery } from './request.ts';
import { topUpsView } from './view.ts';

export const run = listForCustomer({
  view: topUpsView,
  rows: ({ connection, customer }, page) => connection.api.topUps(topUpsQuery(customer), page),
});
