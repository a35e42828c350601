// `invoices issue <invoice>`: turns a draft into an invoice that is to be paid.
import { changeInvoice } from './change-invoice.ts';
import { invoiceIssue } from './request.ts';

export const run = changeInvoice({
  verb: 'issue',
  of: 'draft',
  request: ({ id }) => ({ request: invoiceIssue(id) }),
  title: (id) => `Issue invoice ${id}`,
  notes: ['Orb may send it to the customer, and charge them.'],
  // Another system may collect the invoice, or the customer's balance paid it.
  isDone: (status) => status !== 'draft',
});
