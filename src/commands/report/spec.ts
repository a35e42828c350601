// The `report` commands: names, options and help.
import { type Command, lazily, type Option } from '../../cli/command-tree.ts';
import { currencyOption, customerOptions } from '../options.ts';

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
      'With --group, opening and closing are those of the whole period. If a ledger breaks, the exit code is 1.\n' +
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
      { flags: '--group <field>', text: 'a row for each type, description or metadata.<key>' },
      {
        flags: '--currency <unit>',
        text: "only this pricing unit or currency (default: credits and the customer's currency)",
      },
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
    name: 'statement',
    usage: '<customer>',
    wordsMax: 1,
    summary: "Show a month of a customer's ledger: opening balance, every movement, closing balance, blocks",
    details:
      "The month begins and ends in the customer's time zone. Movements are the entries created in it, oldest first. Blocks\n" +
      'are shown as they are now: those that a movement names, and those still open that began before the month ended.\n' +
      'A statement has one currency. CSV has the movements alone; JSON has everything in one document.\n' +
      'With --compare, rows are the amounts and entries that changed, and the exit code is 1 if there are any.',
    options: [
      ...customerOptions,
      { flags: '--month <month>', text: 'the month, such as 2026-10 (default: the last month that is over)' },
      currencyOption,
      asOfOption,
      compareOption,
    ],
    shows: async () => ({
      columns: (await import('../../views/entries.ts')).entriesView.columns,
      fields: (await import('./statement-view.ts')).statementView.fields,
    }),
    examples: [
      'report statement acme --sandbox',
      'report statement acme --month 2026-01 --sandbox --json opening,closing',
      'report statement acme --month 2026-01 --sandbox -o csv',
    ],
    run: lazily(() => import('./statement.ts')),
  },
];
