// Many entries from a file. What the commands of this noun are called, take and say in their help.
import { type Command, lazily, type Option } from '../../cli/command-tree.ts';
import { blockSources } from '../../credits/block.ts';
import {
  currencyOption,
  delimiterOption,
  formatOption,
  lookingOptions,
  resultsOptions,
  sendingOptions,
} from '../options.ts';

const keyOption: Option = {
  flags: '--key <file>',
  text: "the SSH key that signs (default: git's user.signingkey)",
};

const fullOption: Option = {
  flags: '--full',
  text: 'show every customer; a table of more than 20 is folded',
};

const forceResults: Option = { flags: '--force', text: 'replace files of outcomes that exist' };

export const batch = (): readonly Command[] => [
  {
    name: 'plan',
    usage: '<file>',
    wordsMax: 1,
    summary: 'Check a CSV or NDJSON file and write down what applying it would do',
    details:
      'CSV: the columns are the flags of ledger add, and external_customer_id or customer_id. NDJSON: bodies of the API,\n' +
      'and one of the two ids. Every problem of every row is reported, and then no plan is written. - reads stdin.\n' +
      'Nothing is written to any ledger. Planning and applying a file again never grants a row twice. With --batch-id you\n' +
      'may also add rows to the file.',
    shows: async () => ({
      columns: (await import('../plan-view.ts')).planAccountsView.columns,
      fields: (await import('../plan-view.ts')).planSummaryView.fields,
    }),
    options: [
      { flags: '--out <plan>', text: 'the file to write the plan to' },
      formatOption,
      delimiterOption,
      {
        flags: '--batch-id <name>',
        text: 'the batch that the rows belong to (default: one for this content)',
      },
      { flags: '--problems <file>', text: 'write all problems to this CSV or NDJSON file' },
      { flags: '--force', text: 'replace the plan and the file of problems that exist' },
      fullOption,
      { flags: '--sign', text: 'sign the plan; the signature goes to <plan>.sigs' },
      keyOption,
    ],
    examples: [
      'batch plan grants.csv --out plan.ndjson --sandbox',
      'batch plan grants.csv --batch-id 2026-11-trials --out plan.ndjson --sandbox -o json',
    ],
    run: lazily(() => import('./plan.ts')),
  },
  {
    name: 'select',
    usage: '',
    wordsMax: 0,
    summary: 'Plan a batch from what is there: blocks or customers that meet conditions',
    details:
      'All conditions must hold. --extend, --expire and --void act on blocks, and the balance is that of the block.\n' +
      '--grant acts on customers, and the balance is that of the customer in the currency. --extend counts from the\n' +
      'expiry of each block. Each selection is a batch of its own, unless --batch-id names one. Then apply the plan.',
    shows: async () => ({
      columns: (await import('../plan-view.ts')).planAccountsView.columns,
      fields: (await import('../plan-view.ts')).planSummaryView.fields,
    }),
    options: [
      { flags: '--expiring-before <date>', text: "expires before this day in the customer's time zone" },
      { flags: '--balance-below <credits>', text: 'has less than this' },
      { flags: '--balance-above <credits>', text: 'has more than this' },
      { flags: '--metadata <key=value>', text: 'the block or its customer has this metadata', repeats: true },
      { flags: '--source <source>', text: 'blocks of this source', values: [...blockSources] },
      currencyOption,
      { flags: '--extend <period>', text: 'move the expiry of each block by this, such as +30d' },
      { flags: '--expire', text: 'end each block today' },
      { flags: '--void', text: 'void what is left in each block' },
      { flags: '--grant <credits>', text: 'grant this to each customer' },
      { flags: '--expires <date>', text: 'when those grants expire' },
      { flags: '--description <text>', text: 'the reason, stored with each entry' },
      { flags: '--out <plan>', text: 'the file to write the plan to' },
      { flags: '--batch-id <name>', text: 'the batch that the rows belong to (default: a new one)' },
      { flags: '--problems <file>', text: 'write all problems to this CSV or NDJSON file' },
      { flags: '--force', text: 'replace the plan and the file of problems that exist' },
      fullOption,
      { flags: '--sign', text: 'sign the plan; the signature goes to <plan>.sigs' },
      keyOption,
    ],
    examples: ['batch select --balance-below 1000 --grant 25 --expires +30d --out plan.ndjson --sandbox'],
    run: lazily(() => import('./select.ts')),
  },
  {
    name: 'approve',
    usage: '<plan>',
    wordsMax: 1,
    summary: 'Sign a plan with an SSH key, after a look at what it does',
    details:
      'Checks every row, adds the credits up anew, and shows them with the names of the customers. The signature is over\n' +
      "the plan's exact bytes and is added to <plan>.sigs. The policy says who may sign, how many have to, and for how\n" +
      'long signatures hold: see the rules policy.approval.*. Each person counts once, the planner included.',
    shows: async () => (await import('./approval-view.ts')).approvalView,
    options: [keyOption, { flags: '-y, --yes', text: 'do not ask for confirmation' }],
    examples: ['batch approve plan.ndjson --key ~/.ssh/id_ed25519 --sandbox'],
    run: lazily(() => import('./approve.ts')),
  },
  {
    name: 'apply',
    usage: '<plan>',
    wordsMax: 1,
    summary: 'Apply a plan: write exactly its rows, each once, however often you run it',
    details:
      'Refuses a plan that was edited, was made for another account, or lacks signatures that the policy asks for. Also\n' +
      "refuses if a customer's balance changed after planning. Rows that are in the ledger already are left out. Files\n" +
      'beside the plan say what became of each row: succeeded, failed, unknown and unprocessed. They have the format of the\n' +
      'input. No file is replaced: the name of a new one gets the next free number.',
    shows: async () => (await import('../../views/batch-run.ts')).batchRunView,
    options: [...sendingOptions, ...resultsOptions, forceResults, ...lookingOptions],
    examples: [
      'batch apply plan.ndjson --sandbox --yes',
      'batch apply plan.ndjson --sandbox --yes --rate 20/s -o json',
    ],
    run: lazily(() => import('./apply.ts')),
  },
  {
    name: 'resume',
    usage: '[batch]',
    wordsMax: 1,
    summary: 'Go on with a batch that was interrupted or killed; the newest unfinished one where not named',
    details:
      'Rows of unknown outcome are settled first: looked for in the ledger, and sent again under their keys while the API\n' +
      'remembers them (47 hours). Rows that the API refused stay as they are. Like apply, it refuses if a balance changed\n' +
      'after planning; the rows of the batch itself do not count.',
    shows: async () => (await import('../../views/batch-run.ts')).batchRunView,
    options: [...sendingOptions, ...resultsOptions, forceResults, ...lookingOptions],
    examples: ['batch resume trials --sandbox --yes'],
    run: lazily(() => import('./resume.ts')),
  },
  {
    name: 'status',
    usage: '[batch]',
    wordsMax: 1,
    summary: 'Show how far a batch is; the newest unfinished one where not named',
    shows: async () => (await import('../../views/batches.ts')).batchesView,
    options: [{ flags: '--all', text: 'all batches that were begun at this place' }],
    examples: ['batch status trials --sandbox', 'batch status --all --sandbox -o json'],
    run: lazily(() => import('./status.ts')),
  },
  {
    name: 'undo',
    usage: '[batch]',
    wordsMax: 1,
    summary: 'Take back what a batch has written; the newest batch where not named',
    details:
      'Grants are voided, deductions given back, expiries moved back, the newest row first; shown before anything is done.\n' +
      'What was used or has expired since cannot be taken back: it is counted, and the exit code is 9.',
    shows: async () => (await import('../../views/batch-undo.ts')).batchUndoView,
    options: sendingOptions,
    examples: ['batch undo trials --sandbox --dry-run', 'batch undo trials --sandbox --yes'],
    run: lazily(() => import('./undo.ts')),
  },
];
