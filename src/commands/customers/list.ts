// `customers list`: lists all customers, newest first.
import { type ListCommand, listAll } from '../reading.ts';
import { customersView } from './view.ts';

export const run: ListCommand = (_args, flags, runtime) => {
  return listAll({ view: customersView, rows: ({ api }, page) => api.customers(page) }, { flags, runtime });
};
