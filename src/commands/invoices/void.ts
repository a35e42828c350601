// `invoices void <invoice>`: voids an unpaid invoice and the unused credits that it charges for.
import { changeInvoice } from './change-invoice.ts';
import { invoiceVoid } from './request.ts';

export const run = changeInvoice({
  verb: 'void',
  of: 'issued',
  request: ({ id }) => ({ request: invoiceVoid(id) }),
  title: (id) => `Void invoice ${id}`,
  notes: [
    'The credits that it charges for are voided. If a top-up bought them, the top-up ends.',
    "What it took from the customer's balance is returned. This cannot be undone.",
  ],
  isDone: (status) => status === 'void',
  typedBack: (id) => ({
    what: 'the invoice id',
    text: id,
    why: 'this voids the invoice and its credits',
  }),
});
