// `invoices issue <invoice>`: turns a draft into an invoice that is to be paid.
import type { WriteCommand } from '../../writes/execute.ts';
import { changeInvoice } from './change-invoice.ts';
import { invoiceIssue } from './request.ts';

export const run: WriteCommand = async (args, flags, runtime) => {
  await changeInvoice(
    args,
    {
      verb: 'issue',
      of: 'draft',
      request: ({ id }) => ({ request: invoiceIssue(id) }),
      title: (id) => `Issue invoice ${id}`,
      notes: ['Orb may send it to the customer, and charge them.'],
      // Another system may collect the invoice, or the customer's balance paid it.
      isDone: (status) => status !== 'draft',
    },
    { flags, runtime },
  );
};
