// The record of writes: names, options and help of the `history` commands.
import { type Command, lazily, type Option } from '../../cli/command-tree.ts';
import { customerOptions } from '../options.ts';

const accounts: readonly Option[] = [
  { flags: '--account <number>', text: 'another account of the record (see record status)' },
  { flags: '--all-accounts', text: 'every account of the record' },
];

const whichAccount =
  'Needs neither key nor network. Shows the account that the profile last wrote to, unless you name one.';

export const history = (): readonly Command[] => [
  {
    name: 'list',
    usage: '',
    wordsMax: 0,
    summary: 'List the writes, newest first: who, what, when, why, and the outcome',
    details:
      `${whichAccount}\n` +
      'Days are those of UTC. A batch is one line; --batch lists its rows. With a team record, the writes of colleagues\n' +
      'are listed too.',
    shows: async () => (await import('../../views/history.ts')).historyView,
    options: [
      { flags: '--since <date>', text: 'begun on or after this day or instant' },
      { flags: '--until <date>', text: 'begun on or before this day or instant' },
      {
        flags: '--outcome <outcome>',
        text: 'settled, refused, unknown, noted (not finished), absent or unsent',
        values: ['settled', 'refused', 'unknown', 'noted', 'absent', 'unsent'],
      },
      { flags: '--customer <customer>', text: 'only writes for this customer, rows of batches too' },
      { flags: '--who <user>', text: 'only writes of this person' },
      { flags: '--batch <batch>', text: 'only this batch, with its rows' },
      { flags: '-L, --limit <n>', text: 'how many at most (default: 20)' },
      { flags: '--all', text: 'all of them' },
      ...accounts,
    ],
    examples: ['history list --sandbox', 'history list --outcome unknown --all-accounts -o json'],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'show',
    usage: '<operation>',
    wordsMax: 1,
    summary: 'Show one write, or one row of a batch, with everything that happened to it',
    details:
      `${whichAccount}\n` +
      'Name a write by its idempotency key, by at least 6 characters of the key, by the id of its entry, or by the id of\n' +
      'its API request. `last` is your own newest write.',
    shows: async () => ({
      columns: (await import('../../views/history.ts')).historyEventsView.columns,
      fields: (await import('../../views/history.ts')).historyShowView.fields,
    }),
    options: accounts,
    examples: ['history show last --sandbox'],
    run: lazily(() => import('./show.ts')),
  },
  {
    name: 'verify',
    usage: '',
    wordsMax: 0,
    summary: 'Check that nothing in the record was changed or removed',
    details:
      `${whichAccount}\n` +
      'Recomputes every hash of the chain, and what follows from each event. It cannot see that the end was cut off, unless\n' +
      'this machine saw that end before. So keep the output of history head somewhere else. The exit code is 1 if anything\n' +
      'is wrong.',
    shows: async () => (await import('../../views/record-check.ts')).recordCheckView,
    options: accounts,
    examples: ['history verify --sandbox', 'history verify --all-accounts -o json'],
    run: lazily(() => import('./verify.ts')),
  },
  {
    name: 'settle',
    usage: '[key]',
    wordsMax: 1,
    summary: 'Find out what became of writes of unknown outcome, your own and those of colleagues',
    details:
      'Looks for the entry in the ledger first, by the key in its metadata. If it is not there and the key is younger than\n' +
      '47 hours, sends the write again under the same key: Orb applies it once. An older write, or one that was begun with\n' +
      'another API key, is not sent again.',
    shows: async () => (await import('../../views/settling.ts')).settlingView,
    options: [
      { flags: '-n, --dry-run', text: 'show what would be done with each; send nothing' },
      { flags: '-y, --yes', text: 'do not ask for confirmation' },
    ],
    examples: ['history settle --sandbox --dry-run', 'history settle --sandbox --yes'],
    run: lazily(() => import('./settle.ts')),
  },
  {
    name: 'audit',
    usage: '<customer>|--all',
    wordsMax: 1,
    summary: 'Compare the ledger with the record: what was written without creditctl, and what is missing',
    details:
      'Reports entries that a person or program made and the record does not have, writes whose entry the ledger does not\n' +
      'have, and entries that differ from their write. Entries of usage, invoices and expiry do not count. The exit code is\n' +
      '1 if there are any.',
    shows: async () => (await import('../../views/audit.ts')).auditView,
    options: [
      { flags: '--all', text: 'every customer' },
      ...customerOptions,
      { flags: '--account <number>', text: 'another account of the record (see record status)' },
    ],
    examples: ['history audit acme --sandbox', 'history audit --all --sandbox -o json'],
    run: lazily(() => import('./audit.ts')),
  },
  {
    name: 'export',
    usage: '',
    wordsMax: 0,
    summary: 'Print every event of the record as NDJSON, in order',
    details:
      `${whichAccount}\n` +
      'Each line has the event with its hash. Its body is printed byte for byte, so that you can recompute the chain\n' +
      'without creditctl. Requests and answers are not part of it; history show has them.',
    options: accounts,
    examples: ['history export --sandbox'],
    run: lazily(() => import('./export.ts')),
  },
  {
    name: 'head',
    usage: '',
    wordsMax: 0,
    summary: 'Print how far the record goes: its last link and the hash of it',
    details:
      `${whichAccount}\n` +
      'Keep the output somewhere else: it proves later that nothing up to there was changed or removed.',
    shows: async () => (await import('../../views/history-head.ts')).historyHeadView,
    options: accounts,
    examples: ['history head --sandbox', 'history head --all-accounts -o json'],
    run: lazily(() => import('./head.ts')),
  },
];
