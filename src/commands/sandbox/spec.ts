// Declares the `sandbox` commands: names, options and help.
import { type Command, lazily } from '../../cli/command-tree.ts';
import { currencyOption, customerOptions, yesOption } from '../options.ts';

export const sandbox = (): readonly Command[] => [
  {
    name: 'serve',
    usage: '',
    summary: 'Serve the embedded ledger over HTTP on this machine',
    details:
      'Once the port is open, the first line on stdout is {"base_url":…,"api_key":…}. Ctrl-C stops it.',
    options: [
      { flags: '--port <port>', text: 'the port (default: 4010); 0 picks a free one' },
      {
        flags: '--rate-limits <limits>',
        text: "answer 429 above Orb's limits for live, test or trial accounts, or above this many writes per second",
        values: ['live', 'test', 'trial'],
      },
    ],
    examples: ['sandbox serve --port 0', 'sandbox serve --port 0 --rate-limits test'],
    run: lazily(() => import('./serve.ts')),
  },
  {
    name: 'clock',
    usage: '[show] | set <instant> | advance <duration> | real',
    summary: "Show or move the embedded ledger's clock",
    details:
      'Expiry, activation, grace periods and idempotency keys follow this clock, in every process. After you set it, it\n' +
      'keeps running. Durations: 90m, 48h, 30d, 2w, 1y. A date means midnight UTC. Ledgers never go back in time.',
    options: [],
    shows: async () => (await import('./clock-view.ts')).clockView,
    examples: ['sandbox clock advance 30d', 'sandbox clock set 2027-01-31T09:00:00Z', 'sandbox clock real'],
    run: lazily(() => import('./clock.ts')),
  },
  {
    name: 'faults',
    usage: '[show] | set <kind>=<probability> … | clear',
    argsMax: 9,
    summary: 'Make requests to the embedded ledger fail, to test how a client handles that',
    values: {
      '<kind>=<probability>': [
        'latency=',
        'reset-before=',
        'reset-after=',
        '429=',
        '500=',
        '409-in-flight=',
        'truncate=',
      ],
    },
    details: 'A probability is a number from 0 to 1. The same seed gives the same faults.',
    terms: {
      title: 'Kinds',
      list: [
        ['latency', 'the answer is late'],
        ['reset-before', 'the connection is cut, and nothing was done'],
        ['reset-after', 'it was done, but the answer is lost'],
        ['429, 500', 'the API answers with this status'],
        ['409-in-flight', 'the API says that the same request is already running'],
        ['truncate', 'only half of the answer arrives'],
      ],
    },
    options: [{ flags: '--seed <n>', text: 'whole number that decides the faults (default: 1)' }],
    shows: async () => (await import('./faults-view.ts')).faultsView,
    examples: [
      'sandbox faults set reset-after=0.2 429=0.1 --seed 7',
      'sandbox faults show',
      'sandbox faults clear',
    ],
    run: lazily(() => import('./faults.ts')),
  },
  {
    name: 'units',
    usage: '[list] | add <unit>',
    summary: 'List the units that a ledger can use, or add a pricing unit',
    details:
      "A ledger uses credits, a pricing unit that was added here, or the currency of the customer's invoices.\n" +
      'Any other --currency is refused.',
    options: [{ flags: '--all', text: 'list: also every currency of ISO 4217' }],
    shows: async () => (await import('./units-view.ts')).unitsView,
    examples: ['sandbox units add message_credits', 'sandbox units list'],
    run: lazily(() => import('./units.ts')),
  },
  {
    name: 'prices',
    usage: '[list] | add <event> | remove <event>',
    summary: 'List or set how many credits an event of usage costs',
    details:
      'Events are sent to POST /ingest. Each one deducts credits at the price of its name; without a price it costs nothing.\n' +
      'Only blocks for its item are used. Events that were sent before keep their cost.',
    options: [
      { flags: '--credits <credits>', text: 'add: what one unit costs, an exact decimal' },
      {
        flags: '--property <name>',
        text: 'add: the property that holds the number of units (default: each event is one unit)',
      },
      { flags: '--item <id>', text: 'add: the item that is used (default: one with the name of the event)' },
      { ...currencyOption, text: `add: ${currencyOption.text}` },
    ],
    shows: async () => (await import('./prices-view.ts')).pricesView,
    examples: [
      'sandbox prices add api_call --credits 0.5',
      'sandbox prices add tokens --credits 0.002 --property count --item item_ai',
      'sandbox prices list',
    ],
    run: lazily(() => import('./prices.ts')),
  },
  {
    name: 'webhooks',
    usage: '[list] | add <url> | remove <url> | log',
    summary: 'Send the events of the embedded ledger to addresses on this machine',
    details:
      'Adding an address prints its secret, once. Each event is posted there as Orb does, signed with that secret. If the\n' +
      'address does not accept an event, it is sent again for up to three days.',
    options: [
      { flags: '-L, --limit <n>', text: 'log: show at most this many (default: 20), the newest first' },
    ],
    shows: async () => (await import('./webhooks-view.ts')).webhooksView,
    examples: [
      'sandbox webhooks add http://127.0.0.1:4011/webhooks',
      'sandbox webhooks list',
      'sandbox webhooks log --limit 5',
    ],
    run: lazily(() => import('./webhooks.ts')),
  },
  {
    name: 'status',
    usage: '',
    summary: 'Show size, clock, faults and integrity of the embedded ledger; exit 1 if it is broken',
    details:
      "Reads the whole database: runs SQLite's own check, and checks the chain, sums and blocks of every ledger.",
    options: [],
    shows: async () => (await import('./status-view.ts')).sandboxStatusView,
    examples: ['sandbox status', 'sandbox status --json entries,is_intact'],
    run: lazily(() => import('./status.ts')),
  },
  {
    name: 'reset',
    usage: '',
    summary: 'Erase the embedded ledger and its settings, and add the sample customers again',
    options: [yesOption],
    examples: ['sandbox reset --yes'],
    run: lazily(() => import('./reset.ts')),
  },
  {
    name: 'seed',
    usage: '',
    summary: 'Add sample customers with two years of grants, deductions, voids and expiries',
    options: [
      { flags: '--customers <n>', text: 'how many customers (default: 100): a few large, most small' },
      { flags: '--entries <n>', text: 'how many entries in all (default: 10000)' },
      { flags: '--seed <n>', text: 'whole number that decides the data (default: 1)' },
    ],
    shows: async () => (await import('./seed-view.ts')).sandboxLoadView,
    examples: ['sandbox seed --customers 20 --entries 500'],
    run: lazily(() => import('./seed.ts')),
  },
  {
    name: 'clone',
    usage: '<customer>… | --all',
    argsMax: 100,
    summary: 'Copy real customers into an embedded ledger, to rehearse a batch or a policy there',
    details:
      'Copies customers with their blocks, entries, top-ups, alerts and invoices. It only reads from the profile.\n' +
      'The database is replaced only by a complete copy.\n\n' +
      'Names and e-mail addresses are replaced; postal addresses and tax ids are left out. Descriptions and metadata are\n' +
      "copied, with the customer's name and e-mail addresses replaced.",
    options: [
      { flags: '--from <profile>', text: 'the profile to copy from' },
      { flags: '--all', text: 'copy every customer' },
      {
        flags: '--currency <unit>',
        text: "also copy ledgers in this pricing unit (always: credits, the customer's currency, units of top-ups and alerts)",
        repeats: true,
      },
      { flags: '--keep-personal', text: 'do not replace names, e-mail addresses and other personal data' },
      { flags: '-y, --yes', text: 'replace the database if it exists, without asking' },
    ],
    shows: async () => (await import('./clone-view.ts')).sandboxCopyView,
    examples: [
      'sandbox clone acme --from demo --db copy.db --yes',
      'sandbox clone --all --from demo --db copy.db --yes',
    ],
    run: lazily(() => import('./clone.ts')),
  },
  {
    name: 'usage',
    usage: '<customer>',
    summary: 'Report usage: the embedded ledger deducts its credits, as Orb does',
    details:
      'Sends an event that says what it costs. Usage of one day, price and block is one entry. It grows while it is\n' +
      'pending, for 12 hours. Usage from before these 12 hours is refused. ' +
      "A block covers the usage of a day if it was effective before that day began, in the customer's time zone.",
    options: [
      ...customerOptions,
      { flags: '--amount <credits>', text: 'how many credits were used, an exact decimal' },
      { flags: '--price <id>', text: 'the price used (default: one that belongs to the item)' },
      { flags: '--item <id>', text: 'the item used; blocks for other items are left alone' },
      { flags: '--on <date>', text: "the day of the usage, in the customer's zone (default: today)" },
      currencyOption,
      {
        flags: '--idempotency-key <key>',
        text: 'a report with the same key counts once (at most 64 characters)',
      },
    ],
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    examples: [
      'sandbox usage acme --amount 12.5',
      'sandbox usage acme --amount 3 --item item_api --idempotency-key night-1',
    ],
    run: lazily(() => import('./usage.ts')),
  },
];
