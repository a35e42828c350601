// Many entries from a file. What the commands of this noun are called, take and say in their help.
import { type Command, lazily, type Option } from '../command-tree.ts';

/** What every command takes that sends the rows of a batch. */
export const sendingOptions: readonly Option[] = [
  { flags: '-n, --dry-run', text: 'check everything and show the sums; write nothing' },
  { flags: '-y, --yes', text: 'do not ask for confirmation' },
  { flags: '--confirm <text>', text: 'the amount or the number of rows that a guard wants typed back' },
  {
    flags: '--rate <n>',
    text: 'writes a second, or none for no limit (default: live 50, test 5, sandbox none)',
  },
  { flags: '--results <folder>', text: 'where the files of the outcomes go (default: beside the plan)' },
];

export const batch = (): readonly Command[] => [
  {
    name: 'plan',
    usage: '<file>',
    wordsMax: 1,
    summary: 'Check a CSV or NDJSON file and write down what applying it would do',
    details:
      'CSV: the columns are the flags of ledger add, and external_customer_id or customer_id. NDJSON: bodies of the API,\n' +
      'and one of the two ids. Every problem of every row is reported, and then no plan is written. - reads stdin.\n' +
      'Nothing is written to any ledger. A batch is known by its content, or by --batch-id: then a longer version of the\n' +
      'file grants nothing twice.',
    shows: async () => ({
      columns: (await import('../views/batch-plan.ts')).planAccountsView.columns,
      fields: (await import('../views/batch-plan.ts')).planSummaryView.fields,
    }),
    options: [
      { flags: '--out <plan>', text: 'the file to write the plan to' },
      {
        flags: '--format <format>',
        text: 'csv or ndjson, where the name of the file does not say it',
        values: ['csv', 'ndjson'],
      },
      {
        flags: '--batch-id <name>',
        text: 'the batch that the rows belong to (default: one for this content)',
      },
      { flags: '--problems <file>', text: 'write all problems to this CSV or NDJSON file' },
      { flags: '--force', text: 'replace an existing plan' },
    ],
    examples: [
      'batch plan grants.csv --out plan.ndjson --sandbox',
      'batch plan grants.csv --batch-id 2026-11-trials --out plan.ndjson --sandbox -o json',
    ],
    run: lazily(() => import('../commands/batch/plan.ts')),
  },
  {
    name: 'apply',
    usage: '<plan>',
    wordsMax: 1,
    summary: 'Carry out a plan: exactly its rows, each once however often it is run',
    details:
      'Refuses a plan that was changed, that was made for another place, or whose ledgers have moved since. Rows that are\n' +
      'in the ledger already are left out. What became of each row is in files beside the plan: succeeded, failed, unknown\n' +
      'and unprocessed, in the format of the input.',
    shows: async () => (await import('../views/batch-run.ts')).batchRunView,
    options: [
      ...sendingOptions,
      { flags: '--allow-drift', text: 'also where ledgers have moved since the plan was made' },
      {
        flags: '--verify-remote',
        text: 'look for every row in the ledgers first: for a journal that was lost',
      },
    ],
    examples: [
      'batch apply plan.ndjson --sandbox --yes',
      'batch apply plan.ndjson --sandbox --yes --rate 20/s -o json',
    ],
    run: lazily(() => import('../commands/batch/apply.ts')),
  },
];
