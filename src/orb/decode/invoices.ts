// Decodes invoices, whole and as a block lists them: checks each required field and keeps each document unchanged.
import type { BlockInvoice } from '../../credits/customer.ts';
import type { Invoice } from '../../credits/invoice.ts';
import type { Fields } from './fields.ts';
import { decodeHolder, decoder } from './records.ts';

/** Contract: InvoiceMinified. */
export const decodeBlockInvoice = decoder<BlockInvoice>((fields) => ({
  ...named(fields),
  subscription: fields.nullable('subscription', () => ({
    id: fields.nested('subscription').string('id'),
  })),
}));

/** Contract: Invoice. */
export const decodeInvoice = decoder<Invoice>((fields) => ({
  ...named(fields),
  currency: fields.string('currency'),
  total: fields.money('total'),
  amount_due: fields.money('amount_due'),
  invoice_date: fields.time('invoice_date'),
  due_date: fields.nullable('due_date', fields.time),
  issued_at: fields.nullable('issued_at', fields.time),
  paid_at: fields.nullable('paid_at', fields.time),
  voided_at: fields.nullable('voided_at', fields.time),
  memo: fields.nullable('memo', fields.string),
}));

/** The id, number, status and customer of an invoice. */
function named(fields: Fields): Omit<BlockInvoice, 'subscription'> {
  const customer = decodeHolder(fields);
  return {
    id: fields.string('id'),
    invoice_number: fields.string('invoice_number'),
    status: fields.string('status'),
    customer,
  };
}
