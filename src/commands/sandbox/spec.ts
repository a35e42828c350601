// The embedded ledger itself. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../../cli/command-tree.ts';
import { currencyOption, customerOptions } from '../options.ts';

export const sandbox = (): readonly Command[] => [
  {
    name: 'serve',
    usage: '',
    wordsMax: 0,
    summary: 'Serve the embedded ledger over HTTP on this machine',
    details: 'The first line on stdout, once the port is open, is {"base_url":…,"api_key":…}.',
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
    wordsMax: 2,
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
    wordsMax: 9,
    summary: 'Make requests to the embedded ledger fail, to test how a client copes',
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
    details:
      'Kinds: latency, reset-before (connection cut, nothing done), reset-after (done, answer lost), 429, 500,\n' +
      '409-in-flight, truncate (half an answer). Probabilities go from 0 to 1; the same seed gives the same faults.',
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
    wordsMax: 2,
    summary: 'List the units that a ledger can use, or add a pricing unit',
    details:
      "A ledger uses credits, a pricing unit that was added here, or the currency of the customer's invoices.\n" +
      'Any other --currency is refused, so that a typing mistake does not open a new ledger.',
    options: [],
    shows: async () => (await import('./units-view.ts')).unitsView,
    examples: ['sandbox units add message_credits', 'sandbox units list'],
    run: lazily(() => import('./units.ts')),
  },
  {
    name: 'prices',
    usage: '[list] | add <event> | remove <event>',
    wordsMax: 2,
    summary: 'List or set how many credits an event of usage costs',
    details:
      'POST /ingest deducts an event at the price of its name. An event without a price costs nothing.\n' +
      'Blocks for other items are left alone. What was ingested before keeps its cost.',
    options: [
      { flags: '--credits <credits>', text: 'add: what one unit costs, an exact decimal' },
      {
        flags: '--property <name>',
        text: 'add: the property that says how many units an event is (default: one)',
      },
      { flags: '--item <id>', text: 'add: the item that is used (default: named as the event)' },
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
    wordsMax: 2,
    summary: 'Send the events of the embedded ledger to addresses on this machine',
    details:
      'Adding an address prints its secret, once. Each event is posted there as Orb does, signed with that secret.\n' +
      'What an address does not take is sent again later, in order for each customer, for up to three days.',
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
    wordsMax: 0,
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
    wordsMax: 0,
    summary: 'Erase the embedded ledger and its settings, and add the sample customers again',
    options: [{ flags: '-y, --yes', text: 'do not ask for confirmation' }],
    examples: ['sandbox reset --yes'],
    run: lazily(() => import('./reset.ts')),
  },
  {
    name: 'seed',
    usage: '',
    wordsMax: 0,
    summary: 'Add customers with two years of grants, deductions, voids and expiries',
    options: [
      { flags: '--customers <n>', text: 'how many customers (default: 100): a few large, most small' },
      { flags: '--entries <n>', text: 'how many entries in all (default: 10000)' },
      { flags: '--seed <n>', text: 'whole number that decides the data (default: 1)' },
    ],
    shows: async () => (await import('./seed-view.ts')).sandboxLoadView,
    examples: [
      'sandbox seed --customers 20 --entries 500',
      'sandbox seed --customers 5 --entries 50 --seed 2',
    ],
    run: lazily(() => import('./seed.ts')),
  },
  {
    name: 'clone',
    usage: '<customer>… | --all',
    wordsMax: 100,
    summary: 'Copy real customers into an embedded ledger, to rehearse a batch or a policy there',
    details:
      'Copies customers with their blocks, entries, top-ups, alerts and invoices. It only reads from the profile.\n' +
      'Names, e-mail addresses, postal addresses and tax ids are replaced. All ids stay, and so do descriptions and metadata;\n' +
      "in these, e-mail addresses and the customer's name are replaced. The database is replaced only by a complete copy.",
    options: [
      { flags: '--from <profile>', text: 'the profile to copy from' },
      { flags: '--all', text: 'copy every customer' },
      {
        flags: '--currency <unit>',
        text: "also copy ledgers in this pricing unit (always: credits, the customer's currency, units of top-ups and alerts)",
        repeats: true,
      },
      { flags: '--keep-personal', text: 'keep names, e-mail addresses and everything else as it is' },
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
    wordsMax: 1,
    summary: 'Report usage, which the embedded ledger deducts as Orb does',
    details:
      'Ingests an event that says itself what it costs. Usage of one day, price and block is one entry, which grows while\n' +
      'it is pending (12 hours). Events from before these 12 hours are refused. ' +
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
