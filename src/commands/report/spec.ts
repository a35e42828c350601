// The `report` commands: names, options and help.
import { type Command, lazily, type Option } from '../../cli/command-tree.ts';
import { currencyOption, customerOptions, delimiterOption, outputOption } from '../options.ts';

const everyCurrencyOption: Option = {
  flags: '--currency <unit>',
  text: "only this pricing unit or currency (default: credits and the customer's currency)",
};
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
    wordsMax: 1,
    summary: 'Sum up what was granted, used, expired, voided and given back, by period',
    details:
      'In every row: opening + granted + amended - used - expired - voided + other = closing. Each entry counts by what it\n' +
      'did to the balance. other is credits that became effective after they were granted, and changes without an entry.\n' +
      'pending is how many entries may still change. A period without entries has no row. Periods begin and end in the\n' +
      "customer's time zone. The columns …_value are credits times the cost basis of their block, in value_currency.\n" +
      'With --group, opening and closing are those of the whole period. who and approved_by come from the record of\n' +
      'writes; the group of an entry that it does not have is empty. If a ledger breaks, the exit code is 1.\n' +
      'With --compare, rows are the changed amounts in periods that are over, and the exit code is 1 if there are any.',
    options: [
      ...customerOptions,
      { flags: '--all', text: 'every customer in place of <customer>' },
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
    wordsMax: 1,
    summary: 'Show how fast credits are used, when they run out, and what expires unused',
    details:
      'per_day is the mean use of the last 30 whole days, or of the days since use began. Only decrements are use. From\n' +
      'today on, that much is drawn each day, block after block in deduction order. Credits that expire serve no later day.\n' +
      'run_out_on is the first day that begins without credits. If use goes on alike, 8 of 10 times it is from\n' +
      'run_out_earliest to run_out_latest. They are null with fewer than 7 days of use, and where no end is in sight. expiring_unused is what\n' +
      'blocks will still hold when they expire. With --since and --until, whole days, both included, are the basis.',
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
    wordsMax: 100,
    summary: 'List blocks that expire soon, and how much of each will likely be lost',
    details:
      'Every block whose expires_on is at most so many days from today, in the time zone of its customer. likely_lost is\n' +
      'what is left then if use goes on as in the last 30 days, block after block in deduction order. The most lost comes\n' +
      'first. Without <customer> and --from, all customers are read; name up to 100, or more of them with --from. A block\n' +
      'that waits for its payment loses nothing. If a customer is not found, the others are shown and the exit code is 4.',
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
    wordsMax: 1,
    summary: "Show a month of a customer's ledger: opening balance, every movement, closing balance, blocks",
    details:
      "The month begins and ends in the customer's time zone. Movements are the entries created in it, oldest first. Blocks\n" +
      'are those that a movement names, and those that were open at the end, with their balances on the day blocks_as_of.\n' +
      'That is the last day, or today if the entries since do not tell the balances of then, as after a deletion.\n' +
      'A statement has one currency. CSV has the movements alone; JSON has everything in one document.\n' +
      'With --compare, rows are the amounts and entries that changed, and the exit code is 1 if there are any.\n' +
      'With -o html it is a web page to send to the customer: one file that loads nothing and prints well. If the ledger\n' +
      'breaks, no page is written.',
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
