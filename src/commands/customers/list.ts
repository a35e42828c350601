// `customers list`: all customers, newest first.
import type { Runtime } from '../../runtime/runtime.ts';
import { type ListCommandFlags, listAll } from '../list-command.ts';
import { customersView } from './view.ts';

export function run(_words: readonly string[], flags: ListCommandFlags, runtime: Runtime): Promise<void> {
  return listAll({ view: customersView, rows: ({ api }, page) => api.customers(page) }, { flags, runtime });
}
