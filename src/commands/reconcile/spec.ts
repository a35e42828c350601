// Reconcile. What this command is called, takes and says in its help.
import { lazily, type Node } from '../../cli/command-tree.ts';
import { delimiterOption, formatOption } from '../options.ts';

export const reconcile: Node = {
  name: 'reconcile',
  group: 'reports',
  usage: '<file>',
  wordsMax: 1,
  summary: 'Compare expected grants with those in the ledgers; write a plan for what differs',
  details:
    'The file is CSV or NDJSON as for batch plan, with grants only, and a column reference. Grants are matched by the\n' +
    'reference, in the metadata or as a word of the description. A row without such a grant gets the nearest one of its\n' +
    'amount that has no reference: then matched_by is guess. Several grants of one reference count as one if they add up to\n' +
    'the amount. Voided credits count as not granted. Expiry and cost basis are compared where the file has the column or\n' +
    'field; an empty cell means never, or free. A period such as +30d counts from the day of the grant. Other\n' +
    'grants of these customers are unexpected, except those by top-ups and plans that have no reference.\n' +
    'If there are findings, the exit code is 1. If a customer does not exist, it is 4.',
  shows: async () => (await import('./view.ts')).reconciliationView,
  options: () => [
    {
      flags: '--reference <key>',
      text: 'the key of the metadata that holds the reference (default: reference)',
    },
    { flags: '--since <date>', text: 'guess and report as unexpected only grants from this day on' },
    { flags: '--until <date>', text: 'guess and report as unexpected only grants up to this day' },
    formatOption,
    delimiterOption,
    { flags: '--out <plan>', text: 'write a plan that repairs the findings to this file' },
    {
      flags: '--batch-id <name>',
      text: 'the batch that the repair belongs to (default: one for this content)',
    },
    { flags: '--problems <file>', text: 'write all problems of the file to this CSV or NDJSON file' },
    { flags: '--force', text: 'replace the plan and the file of problems that exist' },
  ],
  examples: ['reconcile granted.csv --sandbox', 'reconcile granted.csv --since 2026-11-01 --sandbox -o json'],
  run: lazily(() => import('./reconcile.ts')),
};
