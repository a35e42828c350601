// Many entries from a file. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../command-tree.ts';

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
];
