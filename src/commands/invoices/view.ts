// Defines the view of invoices: the amount due, the due date and the status.
import type { Invoice } from '../../credits/invoice.ts';
import type { Meaning, View } from '../../output/view.ts';
import { externalIdColumn, instantColumn } from '../../views/column-kinds.ts';

const meanings: Readonly<Record<string, Meaning>> = {
  draft: 'warning',
  paid: 'good',
  void: 'muted',
};

export const creditInvoicesView: View<Invoice> = {
  columns: [
    { name: 'id', header: 'invoice', text: ({ id }) => id },
    { name: 'invoice_number', header: 'number', hideRank: 3, text: (invoice) => invoice.invoice_number },
    {
      name: 'status',
      text: ({ status }) => status,
      show: ({ status }) => {
        const meaning = meanings[status];
        return meaning === undefined ? { text: status } : { text: status, meaning };
      },
    },
    externalIdColumn(1),
    { name: 'customer.id', header: 'customer id', hideRank: 8, text: ({ customer }) => customer.id },
    { name: 'total', hideRank: 2, align: 'right', text: ({ total }) => total },
    { name: 'amount_due', hideRank: 5, align: 'right', text: (invoice) => invoice.amount_due },
    { name: 'currency', hideRank: 2, isUnit: true, text: ({ currency }) => currency },
    instantColumn({ name: 'invoice_date', header: 'dated', hideRank: 6 }, (invoice) => invoice.invoice_date),
    instantColumn({ name: 'due_date', header: 'due', hideRank: 4 }, ({ due_date }) => due_date),
    instantColumn({ name: 'issued_at', header: 'issued', hideRank: 7 }, ({ issued_at }) => issued_at),
    instantColumn({ name: 'paid_at', header: 'paid', hideRank: 7 }, ({ paid_at }) => paid_at),
    instantColumn({ name: 'voided_at', header: 'voided', hideRank: 7 }, ({ voided_at }) => voided_at),
    { name: 'memo', hideRank: 9, shortens: true, text: ({ memo }) => memo ?? '' },
  ],
  usual: [
    ...['id', 'invoice_number', 'status', 'customer.external_customer_id', 'total', 'amount_due'],
    ...['currency', 'invoice_date', 'due_date', 'paid_at'],
  ],
  fields: [
    ...['id', 'invoice_number', 'invoice_source', 'status', 'currency', 'total', 'subtotal', 'amount_due'],
    ...['customer', 'customer.id', 'customer.external_customer_id', 'subscription', 'created_at'],
    ...['invoice_date', 'due_date', 'issued_at', 'paid_at', 'voided_at', 'scheduled_issue_at'],
    ...['eligible_to_issue_at', 'will_auto_issue', 'issue_failed_at', 'sync_failed_at'],
    ...['payment_started_at', 'payment_failed_at', 'payment_attempts', 'auto_collection', 'memo'],
    ...['invoice_pdf', 'hosted_invoice_url', 'shipping_address', 'billing_address', 'customer_tax_id'],
    ...['customer_balance_transactions', 'credit_notes', 'line_items', 'metadata'],
    ...['discount', 'discounts', 'minimum', 'minimum_amount', 'maximum', 'maximum_amount'],
  ],
  none: 'no invoices',
};
