// Declares the `report` commands: names, options and help.
import { type Command, lazily, type Option } from '../../cli/command-tree.ts';
import {
  currencyOption,
  customerOptions,
  delimiterOption,
  everyCurrencyOption,
  everyCustomerOption,
  outputOption,
} from '../options.ts';

const asOfOption: Option = {
  flags: '--as-of <date>',
  text: 'leave out entries created after this day or time',
};
const compareOption: Option = {
  flags: '--compare <file>',
  text: 'show what changed since the same report was printed to this JSON file; - reads stdin',
};

export const report = (): readonly Command[] => [
  {
    name: 'movements',
    usage: '<customer>',
    summary: 'Sum up what was granted, used, expired, voided and given back, by period',
    details:
      'In every row: opening + granted + amended - used - expired - voided + other = closing. An entry counts by how much\n' +
      "it changed the balance. Periods are in the customer's time zone. A period without entries has no row.\n\n" +
      'With --group, each period has a row for each group; opening and closing are those of the whole period. who and\n' +
      'approved_by come from the record, and are empty for an entry that is not in it.\n\n' +
      'The exit code is 1 if the balances of a ledger do not follow from one another. --compare shows the changed amounts of\n' +
      'periods that are over; the exit code is 1 if there are any.',
    terms: {
      title: 'Columns',
      list: [
        ['opening, closing', 'the balance at the start and at the end of the period'],
        [
          'granted, used, expired',
          'credits of increment entries, of decrements, and of blocks that reached their expiry',
        ],
        ['voided, amended', 'credits that were taken back; used credits that were given back'],
        ['other', 'credits that became effective after they were granted, and changes without an entry'],
        ['pending', 'how many entries of the period may still change'],
        ['…_value', 'the credits times the cost basis of their block, in value_currency'],
      ],
    },
    options: [
      ...customerOptions,
      everyCustomerOption,
      {
        flags: '--since <date>',
        text: 'first day of the report (default: the first day of the month of --until)',
      },
      { flags: '--until <date>', text: 'last day of the report (default: today)' },
      {
        flags: '--by <period>',
        text: 'day, week (ISO), month or total (default: month)',
        values: ['day', 'week', 'month', 'total'],
      },
      {
        flags: '--group <field>',
        text: 'a row for each type, description, metadata.<key>, who or approved_by',
      },
      everyCurrencyOption,
      asOfOption,
      compareOption,
    ],
    shows: async () => (await import('./movements-view.ts')).groupedMovementsView,
    examples: [
      'report movements acme --sandbox',
      'report movements --all --since 2026-01-01 --by month --sandbox -o csv',
      'report movements acme --since 2026-01-01 --by total --group type --sandbox --json group,granted,used',
    ],
    run: lazily(() => import('./movements.ts')),
  },
  {
    name: 'burndown',
    usage: '<customer>',
    summary: 'Show how fast credits are used, when they run out, and what expires unused',
    details:
      'The forecast assumes the same use every day from today on. It uses the blocks in the order in which Orb does. Credits\n' +
      'that expire first are lost. Only decrements count as use; voids and expiries do not.\n\n' +
      'The run_out dates are null with fewer than 7 days of use, or if the credits never run out.',
    terms: {
      title: 'Columns',
      list: [
        [
          'per_day',
          'mean use of the last 30 whole days, of --since to --until, or of the days since the first use',
        ],
        ['basis_days', 'how many days that mean is taken from'],
        ['run_out_on', 'the first day that begins without credits'],
        ['run_out_earliest, run_out_latest', 'in 8 of 10 cases, the true day lies between these two'],
        ['expiring_unused', 'the credits that blocks will still hold when they expire'],
      ],
    },
    options: [
      ...customerOptions,
      {
        flags: '--since <date>',
        text: 'first day whose use counts (default: 30 whole days, or the first use)',
      },
      { flags: '--until <date>', text: 'last day whose use counts (default: yesterday)' },
      everyCurrencyOption,
      { ...asOfOption, text: 'report as of the end of this day: leave out entries created later' },
    ],
    shows: async () => (await import('./burndown-view.ts')).burndownView,
    examples: [
      'report burndown acme --sandbox',
      'report burndown acme --since 2026-01-01 --sandbox --json run_out_on,per_day,basis_days',
    ],
    run: lazily(() => import('./burndown.ts')),
  },
  {
    name: 'expiring',
    usage: '[customer…]',
    argsMax: 100,
    summary: 'List blocks that expire soon, and how much of each will likely be lost',
    details:
      'Lists each block that expires within this time, counted in days of its customer. likely_lost is what will be left in\n' +
      'the block on that day, if use goes on as in the last 30 days. The block that loses most comes first. A block that\n' +
      'waits for its payment loses nothing.\n\n' +
      'Name up to 100 customers, or list more of them in a file with --from. Without either, all customers are read. If a\n' +
      'customer does not exist, the others are shown and the exit code is 4.',
    options: [
      ...customerOptions,
      {
        flags: '--from <file>',
        text: 'customers in a CSV file: a column external_customer_id or customer_id; - reads stdin',
      },
      delimiterOption,
      { flags: '--within <time>', text: 'how far to look ahead: 30d, 6w, 3m or 1y (default: 30d)' },
      {
        flags: '--fail-above <credits>',
        text: 'exit with 1 if more than this will likely be lost in all, in any one currency',
      },
      everyCurrencyOption,
    ],
    shows: async () => (await import('./expiring-view.ts')).expiringView,
    examples: [
      'report expiring --within 30d --sandbox',
      'report expiring acme globex --within 90d --fail-above 1000 --sandbox -o csv',
    ],
    run: lazily(() => import('./expiring.ts')),
  },
  {
    name: 'statement',
    usage: '<customer>',
    summary: "Show a month of a customer's ledger: opening balance, every movement, closing balance, blocks",
    details:
      "The month begins and ends in the customer's time zone. A statement has one currency. Movements are the entries\n" +
      'created in the month, oldest first. Blocks are those of the movements, and those open at the end.\n\n' +
      'Block balances are those of the day blocks_as_of: the last day of the month. If that cannot be worked out, they\n' +
      'are those of today.\n\n' +
      'CSV has only the movements; JSON has everything in one document. -o html is a web page to send to the customer: one\n' +
      'file that loads nothing and prints well. If the balances of the ledger do not follow from one another, no page is\n' +
      'written. --compare shows the amounts and entries that changed; the exit code is 1 if there are any.',
    options: [
      ...customerOptions,
      { flags: '--month <month>', text: 'the month, such as 2026-10 (default: the last month that is over)' },
      currencyOption,
      asOfOption,
      compareOption,
      outputOption('html'),
      { flags: '--out <file>', text: 'write the web page to this file; implies -o html' },
      { flags: '--force', text: 'replace the file of --out if it exists' },
      { flags: '--locale <tag>', text: 'how the web page writes amounts and days (default: en-GB)' },
    ],
    shows: async () => ({
      columns: (await import('../../views/entries.ts')).entriesView.columns,
      fields: (await import('./statement-view.ts')).statementView.fields,
    }),
    examples: [
      'report statement acme --sandbox',
      'report statement acme --month 2026-01 --sandbox --json opening,closing',
      'report statement acme --month 2026-01 --sandbox -o csv',
      'report statement acme --month 2026-01 --sandbox --out acme-2026-01.html --locale en-US',
    ],
    run: lazily(() => import('./statement.ts')),
  },
];
