// Declares the `customers` commands: names, options and help.
import { type Command, lazily, type Option } from '../../cli/command-tree.ts';
import { customerOptions, limitOptions, listOptions, writeOptions } from '../options.ts';

export const customers = (): readonly Command[] => [
  {
    name: 'list',
    usage: '',
    summary: 'List customers, newest first',
    options: listOptions,
    shows: async () => (await import('./view.ts')).customersView,
    examples: [
      'customers list --sandbox',
      'customers list --all --sandbox --json id,external_customer_id,timezone',
    ],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'search',
    usage: '<text>',
    summary: 'Find customers by part of their id, external id, name or e-mail',
    details:
      'Ignores upper and lower case. A full id is found immediately; other text searches the whole list.',
    shows: async () => (await import('./view.ts')).customersView,
    options: limitOptions,
    examples: ['customers search acme --sandbox', 'customers search example.com --all --sandbox -o csv'],
    run: lazily(() => import('./search.ts')),
  },
  {
    name: 'show',
    usage: '<customer>',
    summary: 'Show one customer',
    options: customerOptions,
    shows: async () => (await import('./view.ts')).customersView,
    examples: [
      'customers show acme --sandbox',
      'customers show --external-customer-id acme --sandbox -o json',
    ],
    run: lazily(() => import('./show.ts')),
  },
  {
    name: 'create',
    usage: '',
    summary: 'Create a customer',
    details: "Days begin at midnight in the customer's time zone, which cannot be changed later.",
    options: [
      ...nameOptions,
      { flags: '--external-id <id>', text: 'your own id for the customer' },
      { flags: '--timezone <zone>', text: "IANA time zone (default: the account's)" },
      { flags: '--currency <code>', text: 'invoicing currency, ISO 4217' },
      { flags: '--metadata <key=value>', text: 'extra data, stored with the customer', repeats: true },
      ...writeOptions,
    ],
    shows: async () => (await import('./view.ts')).customersView,
    examples: [
      'customers create --name "Hooli Inc" --email billing@hooli.example --external-id hooli --timezone Europe/Paris --sandbox --yes',
    ],
    run: lazily(() => import('./create.ts')),
  },
  {
    name: 'update',
    usage: '<customer>',
    summary: 'Update a customer; fields you do not name stay the same',
    details:
      'The preview shows each field before and after. Without flags, on a terminal, you are asked what to change.',
    shows: async () => (await import('./view.ts')).customersView,
    options: [
      ...customerOptions,
      ...nameOptions,
      {
        flags: '--additional-email <address>',
        text: 'gets a copy; replaces the whole list, and "" empties it',
        repeats: true,
      },
      { flags: '--external-id <id>', text: 'your own id for the customer; can be set only once' },
      { flags: '--currency <code>', text: 'invoicing currency, ISO 4217; can be set only once' },
      {
        flags: '--metadata <key=value>',
        text: 'set one key, keep the others; an empty value removes the key',
        repeats: true,
      },
      { flags: '--unset-metadata <key>', text: 'remove one key', repeats: true },
      { flags: '--auto-collection <on|off>', text: 'charge the saved payment method', values: ['on', 'off'] },
      { flags: '--email-delivery <on|off>', text: 'send invoices by e-mail', values: ['on', 'off'] },
      {
        flags: '--auto-issuance <on|off|account>',
        text: "issue invoices automatically; account: use the account's setting",
        values: ['on', 'off', 'account'],
      },
      { flags: '--timezone <zone>', text: 'always refused: a time zone cannot be changed' },
      ...writeOptions,
    ],
    examples: [
      'customers update acme --name "Acme Holdings" --metadata tier=gold --sandbox --yes',
      'customers update acme --unset-metadata tier --auto-collection off --sandbox --dry-run',
    ],
    run: lazily(() => import('./update.ts')),
  },
];

const nameOptions: readonly Option[] = [
  { flags: '--name <name>', text: 'full name' },
  { flags: '--email <address>', text: 'for notifications and receipts' },
];
