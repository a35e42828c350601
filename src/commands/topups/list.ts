// `topups list <customer>`: lists the customer's top-ups in all currencies.
import { type CustomerListCommand, listForCustomer } from '../reading.ts';
import { topUpsQuery } from './request.ts';
import { topUpsView } from './view.ts';

export const run: CustomerListCommand = (words, flags, runtime) => {
  return listForCustomer(
    words,
    {
      view: topUpsView,
      rows: ({ connection, customer }, page) => connection.api.topUps(topUpsQuery(customer), page),
    },
    { flags, runtime },
  );
};
