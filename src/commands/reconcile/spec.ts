// Declares the `reconcile` command: name, options and help.
import { lazily, type Node } from '../../cli/command-tree.ts';
import { delimiterOption, formatOption } from '../options.ts';

export const reconcile: Node = {
  name: 'reconcile',
  group: 'reports',
  usage: '<file>',
  summary: 'Compare expected grants with those in the ledgers; plan the repair',
  details:
    'The file is CSV or NDJSON, as for batch plan. Its rows are the grants that you expect. Its column reference names\n' +
    'each grant, for example by an order number. If there are findings, the exit code is 1. If a customer does not exist,\n' +
    'it is 4.\n\n' +
    'A row is matched with the grant that has its reference, in the metadata or as a word of the description. Without one,\n' +
    'it is a guess: the grant of that amount without a reference that is nearest in time. Several grants with one reference\n' +
    'count as one if they add up to the amount. Voided credits count as not granted.\n\n' +
    'Expiry and cost basis are compared if the file has that column or field. An empty cell means never, or free. A period\n' +
    'such as +30d counts from the day of the grant.',
  terms: {
    title: 'Findings',
    list: [
      ['missing', 'no grant matches the row'],
      ['doubled', 'one grant too many for the row'],
      ['wrong_amount', 'the grant has another amount than the row'],
      ['wrong_expiry', 'what is left of it expires on another day'],
      ['wrong_cost_basis', 'it was granted at another price'],
      ['unexpected', 'no row expects the grant (by a top-up or a subscription: only if it has a reference)'],
    ],
  },
  shows: async () => (await import('./view.ts')).reconciliationView,
  options: () => [
    { flags: '--reference <key>', text: 'the metadata key that holds the reference (default: reference)' },
    { flags: '--since <date>', text: 'grants before this day are neither guessed nor unexpected' },
    { flags: '--until <date>', text: 'grants after this day are neither guessed nor unexpected' },
    formatOption,
    delimiterOption,
    { flags: '--out <plan>', text: 'the file to write the repair to, as a plan for batch apply' },
    { flags: '--batch-id <name>', text: 'name of the batch (default: made from the content of the repair)' },
    { flags: '--problems <file>', text: 'write all problems of the file to this CSV or NDJSON file' },
    { flags: '--force', text: 'overwrite an existing plan or problem file' },
  ],
  examples: ['reconcile granted.csv --sandbox', 'reconcile granted.csv --since 2026-11-01 --sandbox -o json'],
  run: lazily(() => import('./reconcile.ts')),
};
