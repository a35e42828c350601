// Finding the invoice that a path or a credit note names, with the customer it charges.

import { customerByOrdinal, type StoredCustomer } from '../store/customers.ts';
import { invoiceById, type StoredInvoice } from '../store/invoices.ts';
import type { ServerContext } from './context.ts';
import { notFound } from './problem.ts';

export interface FoundInvoice {
  readonly stored: StoredInvoice;
  readonly customer: StoredCustomer;
}

/** @throws Problem if there is none, or its customer was deleted */
export function findInvoice({ database }: Pick<ServerContext, 'database'>, id: string): FoundInvoice {
  const stored = invoiceById(database, id);
  const customer = stored === undefined ? undefined : customerByOrdinal(database, stored.customer);
  if (stored === undefined || customer === undefined) throw notFound('Invoice', id);
  return { stored, customer };
}
