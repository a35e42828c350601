// `topups list <customer>`: lists the customer's top-ups in all currencies.
import { type CustomerListCommand, listForCustomer } from '../reading.ts';
import { topUpsQuery } from './request.ts';
import { topUpsView } from './view.ts';

export const run: CustomerListCommand = (args, flags, runtime) => {
  return listForCustomer(
    args,
    {
      view: topUpsView,
      rows: ({ connection, customer }, page) => connection.api.topUps(topUpsQuery(customer), page),
    },
    { flags, runtime },
  );
};
