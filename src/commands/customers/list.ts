// `customers list`: lists all customers, newest first.
import { listAll } from '../reading.ts';
import { customersView } from './view.ts';

export const run = listAll({ view: customersView, rows: ({ api }, page) => api.customers(page) });
