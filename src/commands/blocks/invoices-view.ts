// Defines the view of the invoices that charged for a credit block.
import type { BlockInvoice } from '../../credits/customer.ts';
import { viewOf } from '../../output/view.ts';
import { externalIdColumn } from '../../views/column-kinds.ts';

export const invoicesView = viewOf<BlockInvoice>({
  columns: [
    { name: 'id', text: ({ id }) => id },
    { name: 'invoice_number', header: 'number', text: (invoice) => invoice.invoice_number },
    {
      name: 'status',
      hideRank: 1,
      text: ({ status }) => status,
      show: ({ status }) => (status === 'void' ? { text: status, meaning: 'muted' } : { text: status }),
    },
    externalIdColumn(2),
    { name: 'customer.id', header: 'customer id', hideRank: 4, text: ({ customer }) => customer.id },
    {
      name: 'subscription.id',
      header: 'subscription',
      hideRank: 3,
      text: ({ subscription }) => subscription?.id ?? '',
    },
  ],
  fields: [
    'id',
    'invoice_number',
    'status',
    'customer',
    'customer.id',
    'customer.external_customer_id',
    'subscription',
    'subscription.id',
  ],
  none: 'no invoices',
});
