// The journal of writes. What the commands of this noun are called, take and say in their help.
import { type Command, lazily, type Option } from '../../cli/command-tree.ts';

const allProfiles: Option = { flags: '--all-profiles', text: 'the journals of all profiles' };

export const history = (): readonly Command[] => [
  {
    name: 'list',
    usage: '',
    wordsMax: 0,
    summary: 'List the writes made from here, newest first: who, what, when, why, and the outcome',
    details:
      'Reads the journal of the profile in use, on this machine alone. Days are those of UTC. A batch is one line; batch\n' +
      'status tells of its rows, and its result files of each.',
    shows: async () => (await import('../../views/history.ts')).historyView,
    options: [
      { flags: '--since <date>', text: 'begun on or after this day or instant' },
      { flags: '--until <date>', text: 'begun on or before this day or instant' },
      {
        flags: '--outcome <outcome>',
        text: 'settled, refused, unknown, intended or absent',
        values: ['settled', 'refused', 'unknown', 'intended', 'absent'],
      },
      { flags: '--customer <customer>', text: 'only writes about this customer' },
      { flags: '--who <user>', text: 'only writes of this user' },
      { flags: '-L, --limit <n>', text: 'how many at most (default: 20)' },
      { flags: '--all', text: 'all of them' },
      allProfiles,
    ],
    examples: ['history list --sandbox', 'history list --outcome unknown --all-profiles -o json'],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'show',
    usage: '<operation>',
    wordsMax: 1,
    summary: 'Show one write, or one row of a batch, with every line of its journal about it',
    details:
      'An operation is named by its idempotency key, at least 6 characters of one, the id of what it made or of its request,\n' +
      'or as last. What no single write is called is looked for among the rows of batches.',
    shows: async () => ({
      columns: (await import('../../views/history.ts')).historyLinesView.columns,
      fields: (await import('../../views/history.ts')).historyShowView.fields,
    }),
    options: [allProfiles],
    examples: ['history show last --sandbox'],
    run: lazily(() => import('./show.ts')),
  },
  {
    name: 'verify',
    usage: '',
    wordsMax: 0,
    summary: 'Check that no line of the journal was changed, removed or put elsewhere',
    details:
      'The journal of each batch is checked too, against its own chain and against what the journal of the profile says of\n' +
      'its runs. Note down the number of lines and the head: they prove later that nothing before them has changed.',
    shows: async () => (await import('../../views/journal-check.ts')).journalCheckView,
    options: [allProfiles],
    examples: ['history verify --sandbox', 'history verify --all-profiles -o json'],
    run: lazily(() => import('./verify.ts')),
  },
  {
    name: 'settle',
    usage: '[key]',
    wordsMax: 1,
    summary: 'Find out what became of writes whose outcome is not known',
    details:
      'Younger than 47 hours, a write is sent again under its key, which carries it out if it was not. Older, its entry\n' +
      'is looked for in the ledger by the key in its metadata, and nothing is sent.',
    shows: async () => (await import('../../views/settling.ts')).settlingView,
    options: [
      { flags: '-n, --dry-run', text: 'show what would be done with each; send nothing' },
      { flags: '-y, --yes', text: 'do not ask for confirmation' },
    ],
    examples: ['history settle --sandbox --dry-run', 'history settle --sandbox --yes'],
    run: lazily(() => import('./settle.ts')),
  },
];
