// Customers. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../../cli/command-tree.ts';
import { customerOptions, listOptions, writeOptions } from '../options.ts';

export const customers = (): readonly Command[] => [
  {
    name: 'list',
    usage: '',
    wordsMax: 0,
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
    wordsMax: 1,
    summary: 'Find customers by a part of their id, external id, name or e-mail',
    details:
      'Upper and lower case are the same. A whole id is found at once; anything else reads the list of customers.',
    shows: async () => (await import('./view.ts')).customersView,
    options: searchOptions,
    examples: ['customers search acme --sandbox', 'customers search example.com --all --sandbox -o csv'],
    run: lazily(() => import('./search.ts')),
  },
  {
    name: 'show',
    usage: '<customer>',
    wordsMax: 1,
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
    shows: async () => (await import('./view.ts')).customersView,
    examples: [
      'customers create --name "Hooli Inc" --email billing@hooli.example --external-id hooli --timezone Europe/Paris --sandbox --yes',
    ],
    run: lazily(() => import('./create.ts')),
  },
  {
    name: 'update',
    usage: '<customer>',
    wordsMax: 1,
    summary: 'Change a customer: only what is said, the rest stays as it is',
    details:
      'The preview shows each field as it is and as it will be. Without any flag, a terminal asks what shall change.',
    shows: async () => (await import('./view.ts')).customersView,
    options: [
      ...customerOptions,
      { flags: '--name <name>', text: 'full name' },
      { flags: '--email <address>', text: 'for notifications and receipts' },
      {
        flags: '--additional-email <address>',
        text: 'gets a copy; takes the place of all there are, and "" leaves none',
        repeats: true,
      },
      { flags: '--external-id <id>', text: 'your own id for the customer, if there is none yet' },
      { flags: '--currency <code>', text: 'invoicing currency, ISO 4217, if there is none yet' },
      {
        flags: '--metadata <key=value>',
        text: 'set one key and keep the others; an empty value removes it',
        repeats: true,
      },
      { flags: '--unset-metadata <key>', text: 'remove one key', repeats: true },
      { flags: '--auto-collection <on|off>', text: 'charge the saved payment method', values: ['on', 'off'] },
      { flags: '--email-delivery <on|off>', text: 'send invoices by e-mail', values: ['on', 'off'] },
      {
        flags: '--auto-issuance <on|off|account>',
        text: "issue invoices by themselves; account: as the account's setting",
        values: ['on', 'off', 'account'],
      },
      {
        flags: '--timezone <zone>',
        text: 'always refused: the time zone is fixed when a customer is created',
      },
      ...writeOptions,
    ],
    examples: [
      'customers update acme --name "Acme Holdings" --metadata tier=gold --sandbox --yes',
      'customers update acme --unset-metadata tier --auto-collection off --sandbox --dry-run',
    ],
    run: lazily(() => import('./update.ts')),
  },
];

/** A search begins anew each time: there is no cursor to go on from. */
const searchOptions = listOptions.filter(({ flags }) => !flags.startsWith('--cursor'));
