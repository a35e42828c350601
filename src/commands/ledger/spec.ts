// Ledger entries: create and list them. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../../cli/command-tree.ts';
import {
  currencyOption,
  customerOptions,
  entryOptions,
  formatOption,
  listOptions,
  resultsOptions,
  sendingOptions,
  writeOptions,
} from '../options.ts';

export const ledger = (): readonly Command[] => [
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
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    examples: [
      'ledger add acme --amount 100 --expires +30d --description "Trial credits" --sandbox --yes',
      'ledger add acme --type decrement --amount 12.5 --description "Manual usage" --sandbox --dry-run',
      'ledger add acme --amount 500 --cost-basis 0.20 --invoice-net-terms 30 --sandbox --yes -o json',
    ],
    run: lazily(() => import('./add.ts')),
  },
  {
    name: 'list',
    usage: '<customer>',
    wordsMax: 1,
    summary: 'List ledger entries, newest first',
    options: [
      ...customerOptions,
      {
        flags: '--type <type>',
        text: 'only entries of one type',
        values: listedTypes,
      },
      {
        flags: '--status <status>',
        text: 'only committed or pending entries',
        values: ['committed', 'pending'],
      },
      { flags: '--since <date>', text: 'created on or after this day or instant' },
      { flags: '--until <date>', text: 'created on or before this day or instant' },
      { flags: '--min-amount <credits>', text: 'only entries of at least this amount' },
      currencyOption,
      ...listOptions,
    ],
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    examples: [
      'ledger list acme --sandbox',
      'ledger list acme --type increment --since 2026-01-01 --all --sandbox -o csv',
      'ledger list acme --sandbox --json id,entry_type,amount',
    ],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'verify',
    usage: '<customer>',
    wordsMax: 1,
    summary: "Check that a ledger's balances follow from one another",
    details:
      'Each entry must start at the balance where the one before it ended, and the last balance must be the sum of the\n' +
      'blocks. The first entry that breaks the chain is named, and the exit code is 1. Notes are what looks odd and is no\n' +
      'break: numbers that a deleted block left out, or credits that became effective without an entry.',
    shows: async () => (await import('./verify-view.ts')).verifiedView,
    options: [
      ...customerOptions,
      { flags: '--all', text: 'every customer in place of <customer>' },
      {
        flags: '--currency <unit>',
        text: "only this pricing unit or currency (default: credits and the customer's currency)",
      },
    ],
    examples: ['ledger verify acme --sandbox', 'ledger verify --all --sandbox -o ndjson'],
    run: lazily(() => import('./verify.ts')),
  },
  {
    name: 'watch',
    usage: '<customer>',
    wordsMax: 1,
    summary: 'Follow new ledger entries as they appear',
    details:
      'Each entry comes once, in the order of the ledger, also those that appeared while the API could not be reached.\n' +
      'A pending entry that is committed later does not come again. Ctrl-C ends; in a pipe say -o ndjson or csv.',
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    options: [
      ...customerOptions,
      { flags: '--since <date>', text: 'begin with the entries created on or after this day or instant' },
      { flags: '--type <type>', text: 'only entries of one type', values: listedTypes },
      { flags: '--min-amount <credits>', text: 'only entries of at least this amount' },
      currencyOption,
      { flags: '--interval <seconds>', text: 'how often to look, at least 0.5 (default: 2)' },
      { flags: '--limit <n>', text: 'stop after so many entries' },
    ],
    examples: [
      'ledger watch acme --since 2026-01-01 --limit 1 --sandbox',
      'ledger watch acme --since 2026-01-01 --type increment --limit 1 --interval 0.5 --sandbox -o ndjson',
    ],
    run: lazily(() => import('./watch.ts')),
  },
  {
    name: 'import',
    usage: '<file>',
    wordsMax: 1,
    summary: 'Create the entries of a CSV or NDJSON file: plan, show and carry out in one go',
    details:
      'The file is that of batch plan; see there. The same file twice, or a longer version of it under the same --batch-id,\n' +
      'grants nothing twice. --dry-run checks every row and shows the sums. - reads stdin.',
    shows: async () => (await import('../../views/batch-run.ts')).batchRunView,
    options: [
      formatOption,
      {
        flags: '--batch-id <name>',
        text: 'the batch that the rows belong to (default: one for this content)',
      },
      { flags: '--problems <file>', text: 'write all problems to this CSV or NDJSON file' },
      ...sendingOptions,
      ...resultsOptions,
      { flags: '--force', text: 'replace files of problems and outcomes that exist' },
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
