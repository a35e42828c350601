// Customers. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../command-tree.ts';
import { customerOptions, listOptions, writeOptions } from './options.ts';

export const customers = (): readonly Command[] => [
  {
    name: 'list',
    usage: '',
    wordsMax: 0,
    summary: 'List customers, newest first',
    options: listOptions,
    shows: async () => (await import('../views/customers.ts')).customersView,
    examples: [
      'customers list --sandbox',
      'customers list --all --sandbox --json id,external_customer_id,timezone',
    ],
    run: lazily(() => import('../commands/customers/list.ts')),
  },
  {
    name: 'show',
    usage: '<customer>',
    wordsMax: 1,
    summary: 'Show one customer',
    options: customerOptions,
    shows: async () => (await import('../views/customers.ts')).customersView,
    examples: [
      'customers show acme --sandbox',
      'customers show --external-customer-id acme --sandbox -o json',
    ],
    run: lazily(() => import('../commands/customers/show.ts')),
  },
  {
    name: 'create',
    usage: '',
    wordsMax: 0,
    summary: 'Create a customer',
    details: 'The time zone decides when dates begin, and cannot be changed later.',
    options: [
      { flags: '--name <name>', text: 'full name' },
      { flags: '--email <address>', text: 'for notifications and receipts' },
      { flags: '--external-id <id>', text: 'your own id for the customer' },
      { flags: '--timezone <zone>', text: "IANA time zone; the account's where not said" },
      { flags: '--currency <code>', text: 'invoicing currency, ISO 4217' },
      { flags: '--metadata <key=value>', text: 'kept with the customer', repeats: true },
      ...writeOptions,
    ],
    shows: async () => (await import('../views/customers.ts')).customersView,
    examples: [
      'customers create --name "Hooli Inc" --email billing@hooli.example --external-id hooli --timezone Europe/Paris --sandbox --yes',
    ],
    run: lazily(() => import('../commands/customers/create.ts')),
  },
];
