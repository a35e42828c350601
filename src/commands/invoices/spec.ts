// Declares the `invoices` commands: names, options and help.
import { type Command, lazily } from '../../cli/command-tree.ts';
import { invoiceStatuses } from '../../credits/invoice.ts';
import { customerOptions, listOptions, writeOptions } from '../options.ts';

const shows = async () => (await import('./view.ts')).creditInvoicesView;

export const invoices = (): readonly Command[] => [
  {
    name: 'list',
    usage: '[customer]',
    summary: 'List invoices of a customer or of all, latest first',
    details: 'Without --status, drafts and voided invoices are left out.',
    shows,
    options: [
      ...customerOptions,
      {
        flags: '--status <status>',
        text: 'only these: draft, issued, paid, synced or void',
        values: invoiceStatuses,
        repeats: true,
      },
      ...listOptions,
    ],
    examples: [
      'invoices list initech --sandbox',
      'invoices list --status issued --status draft --all --sandbox --json id,status,amount_due',
    ],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'show',
    usage: '<invoice>',
    summary: 'Show one invoice',
    shows,
    options: [],
    examples: ['invoices show "$INVOICE" --sandbox'],
    run: lazily(() => import('./show.ts')),
  },
  {
    name: 'issue',
    usage: '<invoice>',
    summary: 'Issue a draft invoice',
    details: 'Orb may then send it to the customer, and charge them.',
    options: writeOptions,
    examples: ['invoices issue "$INVOICE" --sandbox --dry-run'],
    run: lazily(() => import('./issue.ts')),
  },
  {
    name: 'mark-paid',
    usage: '<invoice>',
    summary: 'Record that an invoice was paid',
    details: 'Credits that wait for the payment become active.',
    options: [
      { flags: '--received <date>', text: "the day of the payment, in the customer's time zone" },
      ...writeOptions,
    ],
    examples: [
      'invoices mark-paid "$INVOICE" --received 2026-01-31 --sandbox --dry-run',
      'invoices mark-paid "$INVOICE" --received today --sandbox --yes',
    ],
    run: lazily(() => import('./mark-paid.ts')),
  },
  {
    name: 'void',
    usage: '<invoice>',
    summary: 'Void an unpaid invoice and the credits it charges for',
    details: 'If a top-up bought the credits, the top-up ends. This cannot be undone.',
    options: writeOptions,
    examples: [
      'invoices void "$INVOICE" --sandbox --dry-run',
      'invoices void "$INVOICE" --sandbox --yes --confirm "$INVOICE"',
    ],
    run: lazily(() => import('./void.ts')),
  },
];
