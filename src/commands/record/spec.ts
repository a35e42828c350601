// The `record` commands: names, options and help.
import { type Command, lazily } from '../../cli/command-tree.ts';

const yes = { flags: '-y, --yes', text: 'do not ask for confirmation' } as const;
const account = {
  flags: '--account <number>',
  text: 'another account of this record (see record status)',
} as const;

export const record = (): readonly Command[] => [
  {
    name: 'init',
    usage: '',
    wordsMax: 0,
    summary: "Make the team's record in a PostgreSQL database, or complete an older one",
    details:
      'The database is that of CREDITCTL_RECORD or of the setting record. Who runs this owns the record: only the owner\n' +
      "changes tables, sets the team's policy and erases texts. What will be done is said first. Running it again does no\n" +
      'harm. The local record needs no set-up.',
    options: [
      { flags: '--grant <role>', text: 'let a role of the server read and write', repeats: true },
      yes,
    ],
    examples: ['record init --yes', 'record init --grant ana --grant bob --yes'],
    run: lazily(() => import('./init.ts')),
  },
  {
    name: 'status',
    usage: '',
    wordsMax: 0,
    summary: 'Show where the record is kept, its accounts, and whether it lost writes',
    details:
      'Needs no key. This machine remembers the last link of each account; a record that does not hold it was cut,\n' +
      'restored or replaced. Then nothing is written until you run record accept. The exit code is 1.',
    options: [],
    shows: async () => (await import('./status-view.ts')).recordStatusView,
    examples: ['record status --sandbox', 'record status --sandbox -o json'],
    run: lazily(() => import('./status.ts')),
  },
  {
    name: 'policy',
    usage: '[show] | set <file>',
    wordsMax: 2,
    summary: "Show or set the team's policy, which holds for every machine that uses the record",
    details:
      'The file is a JSON object of rules, as for policy.file. On PostgreSQL only the owner of the record can set it.\n' +
      "A profile's own rules still hold: they can tighten the team's policy, never loosen it.",
    options: [yes, account],
    examples: ['record policy --sandbox'],
    run: lazily(() => import('./policy.ts')),
  },
  {
    name: 'accept',
    usage: '',
    wordsMax: 0,
    summary: 'Go on with a record that was restored, replaced or cut',
    details:
      'Look first: what the record lost can be repeated by mistake, because the record no longer knows of it.\n' +
      'creditctl history audit --all lists entries that the record does not have.',
    options: [yes],
    examples: ['record accept --sandbox --yes'],
    run: lazily(() => import('./accept.ts')),
  },
  {
    name: 'erase',
    usage: '<customer>',
    wordsMax: 1,
    summary: "Erase a customer's texts from the record; amounts, keys and outcomes stay",
    details:
      'Empties descriptions, requests and answers of all writes for the customer, on request of a data subject say.\n' +
      'Kept plans lose its rows, and cannot be applied, resumed or undone any more. A batch has to be finished first.\n' +
      'history verify still holds, because the chain covers a hash of each text.',
    options: [
      yes,
      { flags: '--confirm <customer>', text: 'repeat the customer; needed off a terminal' },
      account,
      { flags: '--all-accounts', text: 'every account of the record' },
    ],
    examples: ['record erase acme --sandbox --yes --confirm acme'],
    run: lazily(() => import('./erase.ts')),
  },
];
