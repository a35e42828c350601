// Declares the `batch` commands: names, options and help.
import { type Command, lazily, type Option } from '../../cli/command-tree.ts';
import { blockSources } from '../../credits/customer.ts';
import {
  batchIdOption,
  currencyOption,
  delimiterOption,
  formatOption,
  keyOption,
  lookingOptions,
  problemsOption,
  resultsOptions,
  sendingOptions,
  signOption,
  yesOption,
} from '../options.ts';

const fullOption: Option = {
  flags: '--full',
  text: 'show every customer; a table of more than 20 is folded',
};

const planningOptions: readonly Option[] = [
  problemsOption,
  { flags: '--force', text: 'overwrite an existing plan or problem file' },
  fullOption,
  signOption,
  keyOption,
];

const outOption: Option = { flags: '--out <plan>', text: 'the file to write the plan to' };
const forceResults: Option = { flags: '--force', text: 'overwrite existing result files' };

export const batch = (): readonly Command[] => [
  {
    name: 'plan',
    usage: '<file>',
    summary: 'Check a CSV or NDJSON file and write a plan of what applying it would do',
    details:
      'In CSV, the columns are the flags of ledger add, and external_customer_id or customer_id. In NDJSON, each line is a\n' +
      'body of an API request, plus one of these two ids. - reads stdin. No ledger is changed.\n\n' +
      'Every problem of every row is reported at once. If there is a problem, no plan is written.\n\n' +
      'Planning and applying a file again never grants a row twice. With --batch-id you may also add rows to the file.',
    shows: async () => ({
      columns: (await import('../plan-view.ts')).planAccountsView.columns,
      fields: (await import('../plan-view.ts')).planSummaryView.fields,
    }),
    options: [outOption, formatOption, delimiterOption, batchIdOption, ...planningOptions],
    examples: [
      'batch plan grants.csv --out plan.ndjson --sandbox',
      'batch plan grants.csv --batch-id 2026-11-trials --out plan.ndjson --sandbox -o json',
    ],
    run: lazily(() => import('./plan.ts')),
  },
  {
    name: 'select',
    usage: '',
    summary: 'Plan a batch for all blocks or customers that meet conditions',
    details:
      'All conditions must hold. --extend, --expire and --void act on blocks; their conditions are about the balance of a\n' +
      'block. --grant acts on customers; its conditions are about the balance of a customer in that --currency.\n\n' +
      '--extend counts from the expiry of each block. Selecting again makes a new batch, unless you name it with --batch-id.\n' +
      'No ledger is changed until you apply the plan: batch apply.',
    shows: async () => ({
      columns: (await import('../plan-view.ts')).planAccountsView.columns,
      fields: (await import('../plan-view.ts')).planSummaryView.fields,
    }),
    options: [
      {
        flags: '--expiring-before <date>',
        text: "blocks that expire before this day, in the customer's time zone",
      },
      { flags: '--balance-below <credits>', text: 'blocks or customers with fewer credits than this' },
      { flags: '--balance-above <credits>', text: 'blocks or customers with more credits than this' },
      {
        flags: '--metadata <key=value>',
        text: 'blocks with this metadata, or whose customer has it',
        repeats: true,
      },
      {
        flags: '--source <source>',
        text: `blocks of this source: ${blockSources.join(', ')}`,
        values: [...blockSources],
      },
      currencyOption,
      { flags: '--extend <period>', text: 'extend the expiry of each block by this, such as +30d' },
      { flags: '--expire', text: 'make each block expire today' },
      { flags: '--void', text: 'void the credits that are left in each block' },
      { flags: '--grant <credits>', text: 'grant this many to each customer' },
      { flags: '--expires <date>', text: 'when the granted credits expire' },
      { flags: '--description <text>', text: 'the reason, stored with each entry' },
      outOption,
      { flags: '--batch-id <name>', text: 'name of the batch (default: a new one)' },
      ...planningOptions,
    ],
    examples: ['batch select --balance-below 1000 --grant 25 --expires +30d --out plan.ndjson --sandbox'],
    run: lazily(() => import('./select.ts')),
  },
  {
    name: 'approve',
    usage: '<plan>',
    summary: 'Sign a plan with an SSH key, after seeing what it does',
    details:
      'Reads every row, adds up the credits, and shows them with the names of the customers. Then it asks, and signs the\n' +
      'exact bytes of the plan. The signature is added to <plan>.sigs.\n\n' +
      'The rules policy.approval.* say who may sign, how many must, and when a signed plan is too old. Each person counts\n' +
      'once, the planner included.',
    shows: async () => (await import('./approval-view.ts')).approvalView,
    options: [keyOption, yesOption],
    examples: ['batch approve plan.ndjson --key ~/.ssh/id_ed25519 --sandbox'],
    run: lazily(() => import('./approve.ts')),
  },
  {
    name: 'apply',
    usage: '<plan>',
    summary: 'Apply a plan; running it again writes no row twice',
    details:
      'Refuses a plan that was edited, was made for another account, or lacks signatures that the policy asks for. Also\n' +
      "refuses if a customer's balance changed after planning. Rows that are already in the ledger are skipped.\n\n" +
      'Result files beside the plan say what became of each row: succeeded, failed, unknown or unprocessed. They have the\n' +
      'format of the input. If one exists, the new ones get the next free number.',
    shows: async () => (await import('../../views/batch-run.ts')).batchRunView,
    options: [
      { flags: '--sha256 <hash>', text: 'apply the plan only if this is its hash' },
      ...sendingOptions,
      ...resultsOptions,
      forceResults,
      ...lookingOptions,
    ],
    examples: [
      'batch apply plan.ndjson --sandbox --yes',
      'batch apply plan.ndjson --sandbox --yes --rate 20/s -o json',
    ],
    run: lazily(() => import('./apply.ts')),
  },
  {
    name: 'resume',
    usage: '[batch]',
    summary: 'Continue a batch that was interrupted or killed (default: the newest unfinished one)',
    details:
      'First settles rows of unknown outcome. For 47 hours it sends them again under the same keys, so the API applies them\n' +
      'only once. After that it searches the ledger. It does not try refused rows again.\n\n' +
      'Like apply, it refuses if a balance changed after planning.',
    shows: async () => (await import('../../views/batch-run.ts')).batchRunView,
    options: [...sendingOptions, ...resultsOptions, forceResults, ...lookingOptions],
    examples: ['batch resume trials --sandbox --yes'],
    settles: 'batch',
    run: lazily(() => import('./resume.ts')),
  },
  {
    name: 'status',
    usage: '[batch]',
    summary: 'Show how far a batch is (default: the newest unfinished one)',
    shows: async () => (await import('../../views/batches.ts')).batchesView,
    options: [{ flags: '--all', text: 'show every batch of this account' }],
    examples: ['batch status trials --sandbox', 'batch status --all --sandbox -o json'],
    run: lazily(() => import('./status.ts')),
  },
  {
    name: 'undo',
    usage: '[batch]',
    summary: 'Undo what a batch has written (default: the newest batch)',
    details:
      'Voids grants, gives deductions back and changes expiries back, the newest row first. You see it all before anything\n' +
      'is done. Credits that were used or have expired stay so; then the exit code is 9.',
    shows: async () => (await import('../../views/batch-undo.ts')).batchUndoView,
    options: sendingOptions,
    examples: ['batch undo trials --sandbox --dry-run', 'batch undo trials --sandbox --yes'],
    settles: 'batch',
    run: lazily(() => import('./undo.ts')),
  },
];
