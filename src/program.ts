// The whole command tree on one screen; each action is imported when it runs.
import { type Command, lazily, type Node, type Option, type Program } from './command-tree.ts';
import {
  currencyOption,
  customerOptions,
  entryOptions,
  globalOptions,
  listOptions,
  writeOptions,
} from './program-options.ts';

const ledger = (): readonly Command[] => [
  {
    name: 'add',
    usage: '<customer>',
    wordsMax: 1,
    summary: 'Create one ledger entry: grant, use up, expire, void or give back credits',
    details:
      'Without --type the entry is an increment: a grant. On a terminal, what is missing is asked for.\n' +
      "A date means the start of that day in the customer's time zone, so credits that expire on eom are gone on the\n" +
      'last day of the month. Dates: 2027-01-31, an RFC 3339 time, +30d +6w +3m +1y, today, eom, eoq, eoy.',
    options: [...customerOptions, ...entryOptions(), ...writeOptions],
    examples: [
      'ledger add acme --amount 100 --expires +30d --description "Trial credits" --sandbox --yes',
      'ledger add acme --type decrement --amount 12.5 --description "Manual usage" --sandbox --dry-run',
      'ledger add acme --amount 500 --cost-basis 0.20 --invoice-net-terms 30 --sandbox --yes -o json',
    ],
    run: lazily(() => import('./commands/ledger/add.ts')),
  },
  {
    name: 'list',
    usage: '<customer>',
    wordsMax: 1,
    summary: 'List ledger entries, newest first',
    options: [
      ...customerOptions,
      { flags: '--type <type>', text: 'only entries of one type' },
      { flags: '--status <status>', text: 'only committed or pending entries' },
      { flags: '--since <date>', text: 'created on or after this day or instant' },
      { flags: '--until <date>', text: 'created on or before this day or instant' },
      { flags: '--min-amount <credits>', text: 'only entries of at least this amount' },
      currencyOption,
      ...listOptions,
    ],
    examples: [
      'ledger list acme --sandbox',
      'ledger list acme --type increment --since 2026-01-01 --all --sandbox -o csv',
      'ledger list acme --sandbox --json id,entry_type,amount',
    ],
    run: lazily(() => import('./commands/ledger/list.ts')),
  },
];

const balance: Node = {
  name: 'balance',
  usage: '<customer>',
  wordsMax: 1,
  summary: 'Show what can be used now, what not yet, and what expires next',
  options: () => [
    ...customerOptions,
    currencyOption,
    { flags: '--fail-below <credits>', text: 'exit 1 if fewer credits are available' },
  ],
  examples: [
    'balance acme --sandbox',
    'balance acme --sandbox --json available',
    'balance acme --fail-below 0 --sandbox',
  ],
  run: lazily(() => import('./commands/balance.ts')),
};

const blocks = (): readonly Command[] => [
  {
    name: 'list',
    usage: '<customer>',
    wordsMax: 1,
    summary: 'List credit blocks: balance, expiry, cost basis',
    options: [
      ...customerOptions,
      { flags: '--all-blocks', text: 'expired and depleted blocks too' },
      { flags: '--effective-since <date>', text: 'effective on or after this day or instant' },
      { flags: '--effective-until <date>', text: 'effective on or before this day or instant' },
      currencyOption,
      ...listOptions,
    ],
    examples: ['blocks list acme --sandbox', 'blocks list acme --all-blocks --all --sandbox -o ndjson'],
    run: lazily(() => import('./commands/blocks/list.ts')),
  },
  {
    name: 'show',
    usage: '<block>',
    wordsMax: 1,
    summary: 'Show one credit block',
    options: [],
    examples: ['blocks show "$BLOCK" --sandbox'],
    run: lazily(() => import('./commands/blocks/show.ts')),
  },
  {
    name: 'expire',
    usage: '<customer> [block]',
    wordsMax: 2,
    summary: 'End a block early, wholly or in part',
    details: 'An expiration_change underneath: the credits move to a block that expires on the given day.',
    options: [
      ...customerOptions,
      { flags: '--amount <credits>', text: 'only so many credits; all that are left where not said' },
      { flags: '--on <date>', text: "the day they expire, in the customer's zone (default: today)" },
      currencyOption,
      { flags: '--description <text>', text: 'why; kept with the entry' },
      { flags: '--metadata <key=value>', text: 'kept with the entry', repeats: true },
      ...writeOptions,
    ],
    examples: [
      'blocks expire acme "$BLOCK" --amount 10 --on +7d --sandbox --yes',
      'blocks expire acme "$BLOCK" --sandbox --dry-run',
    ],
    run: lazily(() => import('./commands/blocks/expire.ts')),
  },
];

const customers = (): readonly Command[] => [
  {
    name: 'list',
    usage: '',
    wordsMax: 0,
    summary: 'List customers, newest first',
    options: listOptions,
    examples: [
      'customers list --sandbox',
      'customers list --all --sandbox --json id,external_customer_id,timezone',
    ],
    run: lazily(() => import('./commands/customers/list.ts')),
  },
  {
    name: 'show',
    usage: '<customer>',
    wordsMax: 1,
    summary: 'Show one customer',
    options: customerOptions,
    examples: [
      'customers show acme --sandbox',
      'customers show --external-customer-id acme --sandbox -o json',
    ],
    run: lazily(() => import('./commands/customers/show.ts')),
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
    examples: [
      'customers create --name "Hooli Inc" --email billing@hooli.example --external-id hooli --timezone Europe/Paris --sandbox --yes',
    ],
    run: lazily(() => import('./commands/customers/create.ts')),
  },
];

const auth = (): readonly Command[] => [
  {
    name: 'login',
    usage: '',
    wordsMax: 0,
    summary: 'Keep an API key for a profile, typed unseen or piped in',
    options: [],
    examples: ['auth login < "$KEY_FILE"'],
    run: lazily(() => import('./commands/auth/login.ts')),
  },
  {
    name: 'logout',
    usage: '',
    wordsMax: 0,
    summary: 'Forget the key of a profile',
    options: [],
    examples: ['auth logout'],
    run: lazily(() => import('./commands/auth/logout.ts')),
  },
  {
    name: 'status',
    usage: '',
    wordsMax: 0,
    summary: 'Tell which connection is used and whether its key works',
    options: [],
    examples: ['auth status --sandbox'],
    run: lazily(() => import('./commands/auth/status.ts')),
  },
];

const config = (): readonly Command[] => [
  {
    name: 'list',
    usage: '',
    wordsMax: 0,
    summary: 'List profiles and where each leads',
    options: [],
    examples: ['config list', 'config list -o json'],
    run: lazily(() => import('./commands/config/list.ts')),
  },
  {
    name: 'use',
    usage: '<profile>',
    wordsMax: 1,
    summary: 'Make a profile the one in use',
    options: [],
    examples: ['config use default'],
    run: lazily(() => import('./commands/config/use.ts')),
  },
  {
    name: 'set',
    usage: '<setting> <value>',
    wordsMax: 2,
    summary: 'Set kind, mode, base_url or db of a profile',
    details:
      'Settings: kind (orb, sandbox), mode (live, test), base_url, db. A profile comes into being with its first one.',
    options: [{ flags: '--unset', text: 'remove the setting' }],
    examples: ['config set kind sandbox --profile demo', 'config set mode test', 'config set mode --unset'],
    run: lazily(() => import('./commands/config/set.ts')),
  },
  {
    name: 'get',
    usage: '<setting>',
    wordsMax: 1,
    summary: 'Print one setting of a profile',
    options: [],
    examples: ['config get kind --profile demo'],
    run: lazily(() => import('./commands/config/get.ts')),
  },
  {
    name: 'path',
    usage: '',
    wordsMax: 0,
    summary: 'Print where the configuration is kept',
    options: [],
    examples: ['config path'],
    run: lazily(() => import('./commands/config/path.ts')),
  },
];

const sandbox = (): readonly Command[] => [
  {
    name: 'serve',
    usage: '',
    wordsMax: 0,
    summary: 'Serve the embedded ledger over HTTP on this machine',
    details: 'The first line on stdout, once the port is open, is {"base_url":…,"api_key":…}.',
    options: [{ flags: '--port <port>', text: '4010 where not said; 0 for any free one' }],
    examples: ['sandbox serve --port 0'],
    run: lazily(() => import('./commands/sandbox/serve.ts')),
  },
  {
    name: 'clock',
    usage: '[show] | set <instant> | advance <duration> | real',
    wordsMax: 2,
    summary: "Show or move the embedded ledger's clock",
    details:
      'Expiry, activation, grace period and idempotency window follow it, in every process. A clock that was set runs on.\n' +
      'Durations: 90m, 48h, 30d, 2w, 1y. A date is its midnight UTC. Ledgers themselves never go back in time.',
    options: [],
    examples: ['sandbox clock advance 30d', 'sandbox clock set 2027-01-31T09:00:00Z', 'sandbox clock real'],
    run: lazily(() => import('./commands/sandbox/clock.ts')),
  },
  {
    name: 'faults',
    usage: '[show] | set <kind>=<probability> … | clear',
    wordsMax: 9,
    summary: 'Let requests to the embedded ledger go wrong, to rehearse what a client does',
    details:
      'Kinds: latency, reset-before (connection cut, nothing done), reset-after (done, reply lost), 429, 500,\n' +
      '409-in-flight, truncate (half an answer). Probabilities are from 0 to 1; the same seed draws the same faults.',
    options: [{ flags: '--seed <n>', text: 'whole number that the draws follow from (default: 1)' }],
    examples: [
      'sandbox faults set reset-after=0.2 429=0.1 --seed 7',
      'sandbox faults show',
      'sandbox faults clear',
    ],
    run: lazily(() => import('./commands/sandbox/faults.ts')),
  },
  {
    name: 'status',
    usage: '',
    wordsMax: 0,
    summary: 'Show size, clock, faults and integrity of the embedded ledger; exit 1 if it is broken',
    details: "Reads the whole database: SQLite's own check, and every ledger's chain, sums and blocks.",
    options: [],
    examples: ['sandbox status', 'sandbox status --json entries,is_intact'],
    run: lazily(() => import('./commands/sandbox/status.ts')),
  },
  {
    name: 'reset',
    usage: '',
    wordsMax: 0,
    summary: 'Erase the embedded ledger, settings included, and add the sample customers again',
    options: [{ flags: '-y, --yes', text: 'do not ask for confirmation' }],
    examples: ['sandbox reset --yes'],
    run: lazily(() => import('./commands/sandbox/reset.ts')),
  },
  {
    name: 'seed',
    usage: '',
    wordsMax: 0,
    summary: 'Add customers with two years of grants, deductions, voids and expiries',
    options: [
      { flags: '--customers <n>', text: 'how many (default: 100); a few of them large, most small' },
      { flags: '--entries <n>', text: 'in all their ledgers together (default: 10000)' },
      { flags: '--seed <n>', text: 'whole number that everything follows from (default: 1)' },
    ],
    examples: [
      'sandbox seed --customers 20 --entries 500',
      'sandbox seed --customers 5 --entries 50 --seed 2',
    ],
    run: lazily(() => import('./commands/sandbox/seed.ts')),
  },
  {
    name: 'usage',
    usage: '<customer>',
    wordsMax: 1,
    summary: 'Report usage, which the embedded ledger deducts as Orb does',
    details:
      'One entry per day, price, invoice and block; while it is pending (12 hours), further usage of its kind is added to it.\n' +
      "A block covers the usage of a day if it was effective when that day began in the customer's time zone.",
    options: [
      ...customerOptions,
      { flags: '--amount <credits>', text: 'how many credits were used, an exact decimal' },
      { flags: '--price <id>', text: 'the price used; one that goes with the item where not said' },
      { flags: '--item <id>', text: 'the item used: blocks for other items are not drawn from' },
      { flags: '--on <date>', text: "the day of the usage, in the customer's zone (default: today)" },
      currencyOption,
      { flags: '--idempotency-key <key>', text: 'the same key twice is one report (at most 64 characters)' },
    ],
    examples: [
      'sandbox usage acme --amount 12.5',
      'sandbox usage acme --amount 3 --item item_api --on 2026-01-31',
    ],
    run: lazily(() => import('./commands/sandbox/usage.ts')),
  },
];

const options: readonly Option[] = globalOptions;

export const program: Program = {
  name: 'creditctl',
  summary:
    "Manage customers' prepaid credits through Orb's billing API, or try everything on an embedded ledger.",
  options,
  nodes: [
    { name: 'ledger', summary: 'Ledger entries: grant, use up, change and list credits', commands: ledger },
    balance,
    { name: 'blocks', summary: 'Credit blocks: list, show and expire them', commands: blocks },
    { name: 'customers', summary: 'Customers: list, show and create them', commands: customers },
    { name: 'auth', summary: 'API keys: keep, forget and check them', commands: auth },
    { name: 'config', summary: 'Profiles: which connection is used', commands: config },
    { name: 'sandbox', summary: 'The embedded ledger', commands: sandbox },
  ],
};
