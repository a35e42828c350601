// Declares the `ledger` commands: names, options and help.
import { type Command, lazily, type Option } from '../../cli/command-tree.ts';
import {
  batchIdOption,
  currencyOption,
  customerOptions,
  delimiterOption,
  entryOptions,
  everyCurrencyOption,
  everyCustomerOption,
  formatOption,
  keyOption,
  listOptions,
  outputOption,
  problemsOption,
  resultsOptions,
  sendingOptions,
  signOption,
  writeOptions,
} from '../options.ts';

export const ledger = (): readonly Command[] => [
  {
    name: 'add',
    usage: '<customer>',
    summary: 'Create a ledger entry: grant, use, expire, void or give back credits',
    details:
      'The default type is increment: a grant. On a terminal you are asked for missing values.\n\n' +
      "A date means the start of that day in the customer's time zone. So credits that expire on eom cannot be used on the\n" +
      'last day of the month. Write dates as 2027-01-31, an RFC 3339 time, +30d, +6w, +3m, +1y, today, eom, eoq or eoy.',
    options: [
      ...customerOptions,
      ...entryOptions(),
      ...writeOptions,
      {
        flags: '--plan <file>',
        text: 'write a plan of the entry to this file instead, to sign and apply later',
      },
      signOption,
      keyOption,
      { flags: '--force', text: 'overwrite an existing plan' },
    ],
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    examples: [
      'ledger add acme --amount 100 --expires +30d --description "Trial credits" --sandbox --yes',
      'ledger add acme --type decrement --amount 12.5 --description "Manual usage" --sandbox --dry-run',
      'ledger add acme --amount 5000 --description "Contract credits" --plan plan.ndjson --sandbox',
      'ledger add acme --amount 500 --cost-basis 0.20 --invoice-net-terms 30 --sandbox --yes -o json',
    ],
    run: lazily(() => import('./add.ts')),
  },
  {
    name: 'list',
    usage: '<customer>',
    summary: 'List ledger entries, newest first',
    details:
      '-o hledger prints a journal for hledger, with expiry and cost basis as tags. The balance of the journal is that of the\n' +
      'newest entry. Changes that no listed entry explains become one more transaction.\n\n' +
      '--columns who,approved_by shows who wrote an entry and who approved it, from the record of writes.',
    options: [
      ...customerOptions,
      typeOption,
      {
        flags: '--status <status>',
        text: 'only entries with this status: committed or pending',
        values: ['committed', 'pending'],
      },
      { flags: '--since <date>', text: 'created on or after this date or time' },
      { flags: '--until <date>', text: 'created on or before this date or time' },
      minAmountOption,
      currencyOption,
      ...listOptions,
      outputOption('hledger'),
    ],
    shows: async () => (await import('./entries-view.ts')).recordedEntriesView,
    examples: [
      'ledger list acme --sandbox',
      'ledger list acme --type increment --since 2026-01-01 --all --sandbox -o csv',
      'ledger list acme --sandbox --json id,entry_type,amount',
      'ledger list acme --all --sandbox -o hledger',
      'ledger list acme --columns created_at,amount,who,approved_by --sandbox',
    ],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'verify',
    usage: '<customer>',
    summary: "Check that a ledger's balances follow from one another",
    details:
      'Each entry must start at the balance where the one before it ended. The last balance must be the sum of the blocks.\n' +
      'If not, it names the first entry that breaks this and exits with 1.\n\n' +
      'Notes name what is odd but no error: numbers that a deleted block left out, or credits that became effective\n' +
      'without an entry.',
    shows: async () => (await import('./verify-view.ts')).verifiedView,
    options: [...customerOptions, everyCustomerOption, everyCurrencyOption],
    examples: ['ledger verify acme --sandbox', 'ledger verify --all --sandbox -o ndjson'],
    run: lazily(() => import('./verify.ts')),
  },
  {
    name: 'watch',
    usage: '<customer>',
    summary: 'Show new ledger entries as they appear',
    details:
      'Shows each entry once, in ledger order, also entries made while the API was unreachable.\n' +
      'It does not show a pending entry again when it is committed. Press Ctrl-C to stop. In a pipe, use -o ndjson or csv.',
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    options: [
      ...customerOptions,
      { flags: '--since <date>', text: 'start with entries created on or after this date or time' },
      typeOption,
      minAmountOption,
      currencyOption,
      { flags: '--interval <seconds>', text: 'check this often, at least 0.5 (default: 2)' },
      { flags: '-L, --limit <n>', text: 'stop after this many entries' },
    ],
    examples: [
      'ledger watch acme --since 2026-01-01 --limit 1 --sandbox',
      'ledger watch acme --since 2026-01-01 --type increment --limit 1 --sandbox -o ndjson',
    ],
    run: lazily(() => import('./watch.ts')),
  },
  {
    name: 'import',
    usage: '<file>',
    summary: 'Create ledger entries from a CSV or NDJSON file: plan, preview and apply in one step',
    details:
      'The file has the same format as for batch plan. Running a file again never grants a row twice. With --batch-id you\n' +
      'may also add rows to the file. --dry-run checks every row and shows the totals. - reads stdin.',
    shows: async () => (await import('../../views/batch-run.ts')).batchRunView,
    options: [
      formatOption,
      delimiterOption,
      batchIdOption,
      problemsOption,
      ...sendingOptions,
      ...resultsOptions,
      { flags: '--force', text: 'overwrite existing problem and result files' },
    ],
    examples: [
      'ledger import grants.csv --sandbox --dry-run',
      'ledger import grants.csv --batch-id trials --sandbox --yes -o json',
    ],
    run: lazily(() => import('./import.ts')),
  },
];

const listedTypes = [
  ...['increment', 'decrement', 'expiration_change', 'void', 'amendment'],
  ...['void_initiated', 'credit_block_expiry'],
];

const typeOption: Option = {
  flags: '--type <type>',
  text: `only entries of this type: ${listedTypes.join(', ')}`,
  values: listedTypes,
};
const minAmountOption: Option = {
  flags: '--min-amount <credits>',
  text: 'only entries of at least this amount',
};
