// Declares the `history` commands: names, options and help.
import { type Command, lazily } from '../../cli/command-tree.ts';
import {
  accountOption,
  accountsOptions,
  customerOptions,
  everyCustomerOption,
  limitOptions,
  yesOption,
} from '../options.ts';

const whichAccount =
  'Needs neither key nor network. Uses the account that the profile last wrote to, unless you name another.';

export const history = (): readonly Command[] => [
  {
    name: 'list',
    usage: '',
    summary: 'List the writes, newest first: who, what, when, why, and the outcome',
    details: `${whichAccount}\nA batch is one line; --batch lists its rows.\nTimes and dates are in UTC.`,
    terms: {
      title: 'Outcomes',
      list: [
        ['settled', 'the write was applied'],
        ['refused', 'the API refused it; nothing was written'],
        ['unknown', 'it may have been applied: run history settle'],
        ['noted', 'not finished: it is running, or was cut off'],
        ['absent', 'it was never applied, as the ledger or a person says'],
        ['unsent', 'the request was never sent'],
      ],
    },
    shows: async () => (await import('../../views/history.ts')).historyView,
    options: [
      { flags: '--since <date>', text: 'begun on or after this date or time' },
      { flags: '--until <date>', text: 'begun on or before this date or time' },
      {
        flags: '--outcome <outcome>',
        text: 'only settled (applied), refused, unknown, noted (not ended), absent or unsent writes',
        values: ['settled', 'refused', 'unknown', 'noted', 'absent', 'unsent'],
      },
      { flags: '--customer <customer>', text: 'only writes for this customer, also rows of batches' },
      { flags: '--who <user>', text: 'only writes of this person' },
      { flags: '--batch <batch>', text: 'only this batch, with its rows' },
      { flags: '--not-undone', text: 'only writes not undone in full' },
      ...limitOptions,
      ...accountsOptions,
    ],
    examples: ['history list --sandbox', 'history list --outcome unknown --all-accounts -o json'],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'show',
    usage: '<operation>',
    summary: 'Show one write, or one row of a batch, with everything that happened to it',
    details:
      `${whichAccount}\n` +
      'Name a write by its idempotency key, by at least 6 characters of the key, by the id of its entry, or by the id of\n' +
      'its API request. `last` is your own newest write.',
    shows: async () => ({
      columns: (await import('../../views/history.ts')).historyEventsView.columns,
      fields: (await import('../../views/history.ts')).historyShowView.fields,
    }),
    options: accountsOptions,
    examples: ['history show last --sandbox'],
    run: lazily(() => import('./show.ts')),
  },
  {
    name: 'verify',
    usage: '',
    summary: 'Check that nothing in the record was changed or removed',
    details:
      `${whichAccount}\n` +
      'Recomputes every hash, state and sum from the events. The exit code is 1 if anything is wrong. If the newest events\n' +
      'were cut off, only a machine that saw them notices: keep the output of history head elsewhere.',
    shows: async () => (await import('../../views/record-check.ts')).recordCheckView,
    options: accountsOptions,
    examples: ['history verify --sandbox'],
    run: lazily(() => import('./verify.ts')),
  },
  {
    name: 'settle',
    usage: '[key]',
    summary: 'Find out whether writes of unknown outcome were applied, yours and those of colleagues',
    details:
      'First looks for the write: an entry has its key in the metadata. What is not there is sent again under that key, so\n' +
      'Orb applies it only once; but nothing older than 47 hours, no change of a customer, no replaced top-up, and nothing of\n' +
      'another API key. Where creditctl cannot find out, look yourself, and note what you saw with --found.',
    terms: {
      title: 'Steps',
      list: [
        ['resend', 'look for it; if it is not there, send it again under its key'],
        ['look', 'only look for it'],
        ['ask', 'creditctl cannot find out: the note says what to look for'],
        ['wait', 'another process is still working on the write'],
      ],
    },
    shows: async () => (await import('../../views/settling.ts')).settlingView,
    options: [
      {
        flags: '--found <what>',
        text: 'note what you found about [key] yourself: applied or not-applied',
        values: ['applied', 'not-applied'],
      },
      { flags: '-n, --dry-run', text: 'show what would be done with each write; send nothing' },
      yesOption,
    ],
    examples: ['history settle --sandbox --dry-run', 'history settle --sandbox --yes'],
    settles: 'writes',
    run: lazily(() => import('./settle.ts')),
  },
  {
    name: 'audit',
    usage: '<customer>|--all',
    summary: 'Compare the ledger with the record: what was written without creditctl, and what is missing',
    details:
      'The exit code is 1 if there are findings. Entries of usage, invoices, expiry, plans and top-ups do not count.',
    terms: {
      title: 'Findings',
      list: [
        ['not_in_record', 'a person or program made the entry without creditctl'],
        ['not_in_ledger', 'the record says that the write was applied, but the ledger has no such entry'],
        ['differs', 'the entry differs from what the record says was written'],
      ],
    },
    shows: async () => (await import('./audit-view.ts')).auditView,
    options: [
      everyCustomerOption,
      ...customerOptions,
      { flags: '--since <date>', text: 'findings before this date or time neither count nor are shown' },
      accountOption,
    ],
    examples: ['history audit acme --sandbox', 'history audit --all --since 2026-11-01 --sandbox -o json'],
    run: lazily(() => import('./audit.ts')),
  },
  {
    name: 'export',
    usage: '',
    summary: 'Print every event of the record as NDJSON, in order',
    details:
      `${whichAccount}\n` +
      'Each line has an event and its hash. The body of the event is printed byte for byte, so you can recompute the chain\n' +
      'of hashes without creditctl. Requests and answers are not in it; history show prints them.',
    options: accountsOptions,
    examples: ['history export --sandbox'],
    run: lazily(() => import('./export.ts')),
  },
  {
    name: 'head',
    usage: '',
    summary: 'Print the number and hash of the last link of the record',
    details:
      `${whichAccount}\n` +
      'Keep the output somewhere else. With it you can prove later that nothing before it was changed or removed.',
    shows: async () => (await import('../../views/history-head.ts')).historyHeadView,
    options: accountsOptions,
    examples: ['history head --sandbox'],
    run: lazily(() => import('./head.ts')),
  },
];
