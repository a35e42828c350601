// Declares the `record` commands: names, options and help.
import { type Command, lazily } from '../../cli/command-tree.ts';
import { accountOption, accountsOptions, yesOption } from '../options.ts';

export const record = (): readonly Command[] => [
  {
    name: 'init',
    usage: '',
    summary: "Create the team's record in a PostgreSQL database, or upgrade an older one",
    details:
      'The database is the one in CREDITCTL_RECORD, or in the setting record of the profile. The local record needs no\n' +
      'set-up. You see first what will be done. Running it again does no harm.\n\n' +
      "The role that runs this owns the record. Only the owner can change tables, set the team's policy and erase texts.",
    options: [
      { flags: '--grant <role>', text: 'let this database role read and write the record', repeats: true },
      yesOption,
    ],
    examples: ['record init --yes', 'record init --grant ana --grant bob --yes'],
    run: lazily(() => import('./init.ts')),
  },
  {
    name: 'status',
    usage: '',
    summary: 'Show where the record is kept, its accounts, and whether it lost writes',
    details:
      'Needs no key. The writes of an account are links of a chain, and this machine remembers the last link that it saw. A\n' +
      'record without that link was cut off, restored or replaced. Then the exit code is 1, and nothing is written until you\n' +
      'run record accept.',
    terms: {
      title: 'Columns',
      list: [
        ['account', 'its number, as --account takes it'],
        ['open', 'writes whose outcome is not known yet'],
        ['link', 'how many links the chain has'],
        [
          'holds_seen',
          'whether the record has the last link that this machine saw; the table calls it complete',
        ],
      ],
    },
    options: [],
    shows: async () => (await import('./status-view.ts')).recordStatusView,
    examples: ['record status --sandbox'],
    run: lazily(() => import('./status.ts')),
  },
  {
    name: 'policy',
    usage: '[show] | set <file>',
    summary: "Show or set the team's policy, which holds for every machine that uses the record",
    details:
      'The file is a JSON object of rules, as for policy.file. On PostgreSQL only the owner of the record can set it.\n' +
      "A profile's own rules still hold: they can tighten the team's policy, never loosen it.",
    options: [yesOption, accountOption],
    examples: ['record policy --sandbox'],
    run: lazily(() => import('./policy.ts')),
  },
  {
    name: 'accept',
    usage: '',
    summary: 'Keep using a record that was restored, replaced or cut off',
    details:
      'First run creditctl history audit --all: it lists the entries that the record no longer has, and that a\n' +
      'repeated command would write again.',
    options: [yesOption],
    examples: ['record accept --sandbox --yes'],
    run: lazily(() => import('./accept.ts')),
  },
  {
    name: 'erase',
    usage: '<customer>',
    summary: "Erase a customer's texts from the record; amounts, keys and outcomes stay",
    details:
      'Deletes the descriptions, requests and answers of all writes about the customer. Stored plans lose the rows of the\n' +
      'customer: you cannot apply, resume or undo them any more. Finish unfinished batches first, and settle unknown writes\n' +
      'with history settle. history verify still succeeds, because the chain covers a hash of each text.',
    options: [
      yesOption,
      { flags: '--confirm <customer>', text: 'repeat the customer; needed without a terminal' },
      ...accountsOptions,
    ],
    examples: ['record erase acme --sandbox --yes --confirm acme'],
    run: lazily(() => import('./erase.ts')),
  },
];
