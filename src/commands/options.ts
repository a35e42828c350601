// The options that several commands share, in the words of the product's help.
import type { Option } from '../cli/command-tree.ts';

export const globalOptions: readonly Option[] = [
  { flags: '--sandbox', text: 'use the embedded ledger: no account, no network' },
  { flags: '--db <file>', text: "the embedded ledger's database file" },
  { flags: '--profile <name>', text: 'the profile to use' },
  {
    flags: '-o, --output <format>',
    text: 'table, json, ndjson, csv, yaml or md (default: table)',
    values: ['table', 'json', 'ndjson', 'csv', 'yaml', 'md'],
  },
  { flags: '--json [fields]', text: 'JSON or NDJSON, of all fields or of those named, separated by commas' },
  { flags: '--columns <names>', text: 'columns of a table, CSV or md, separated by commas' },
  { flags: '--no-input', text: 'never ask anything' },
];

export const customerOptions: readonly Option[] = [
  { flags: '--external-customer-id <id>', text: 'names the customer in place of <customer>' },
  { flags: '--customer-id <id>', text: "names the customer by Orb's own id" },
];

export const currencyOption: Option = {
  flags: '--currency <unit>',
  text: 'pricing unit or ISO 4217 currency (default: credits)',
};

export const listOptions: readonly Option[] = [
  { flags: '--limit <n>', text: 'how many at most (default: 20)' },
  { flags: '--all', text: 'all of them' },
  { flags: '--cursor <cursor>', text: 'go on where an earlier list ended' },
];

export const writeOptions: readonly Option[] = [
  { flags: '-n, --dry-run', text: 'show the request and what it would do; write nothing' },
  { flags: '-y, --yes', text: 'do not ask for confirmation' },
  { flags: '--confirm <text>', text: 'the id or amount that a guard wants typed back, said beforehand' },
  { flags: '--idempotency-key <key>', text: 'the same key twice is one write (at most 64 characters)' },
];

/** The flags of `ledger add` that say what the entry shall be (see `requests/entry-draft.ts`). */
export const entryOptions = (): readonly Option[] => [
  {
    flags: '--type <type>',
    text: 'increment (default), decrement, expiration_change, void or amendment',
    values: ['increment', 'decrement', 'expiration_change', 'void', 'amendment'],
  },
  { flags: '--amount <credits>', text: 'how many credits, an exact decimal' },
  currencyOption,
  { flags: '--description <text>', text: 'why; kept with the entry' },
  { flags: '--metadata <key=value>', text: 'kept with the entry', repeats: true },
  {
    flags: '--expires <date>',
    text: 'when the credits lapse, or never; for expiration_change, the expiry of the block meant',
  },
  { flags: '--effective <date>', text: 'when the credits become usable (increment)' },
  { flags: '--cost-basis <money>', text: "price of one credit in the customer's currency (increment)" },
  { flags: '--item <id>', text: 'only for usage of this item (increment)', repeats: true },
  { flags: '--exclude-item <id>', text: 'not for usage of this item (increment)', repeats: true },
  { flags: '--block <id>', text: 'the block meant (expiration_change, void, amendment)' },
  { flags: '--target-expires <date>', text: 'the new expiry (expiration_change)' },
  { flags: '--void-reason <reason>', text: 'refund (void)', values: ['refund'] },
  { flags: '--invoice-net-terms <days>', text: 'raise an invoice due so many days after issue (increment)' },
  { flags: '--invoice-due <date>', text: 'raise an invoice due on this day (increment)' },
  { flags: '--invoice-date <date>', text: "date of the invoice; the block's effective date where not said" },
  { flags: '--invoice-memo <text>', text: 'memo on the invoice' },
  { flags: '--invoice-item <id>', text: 'item of the invoice line' },
  { flags: '--auto-collect', text: "collect the invoice with the customer's payment method" },
  { flags: '--mark-paid', text: 'mark the invoice as paid' },
  { flags: '--require-payment', text: 'the credits wait until the invoice is paid' },
  { flags: '--body <file>', text: 'send this JSON body after the same checks; - reads stdin' },
];

/** What every command takes that sends the rows of a batch. */
export const sendingOptions: readonly Option[] = [
  { flags: '-n, --dry-run', text: 'check everything and show the sums; write nothing' },
  { flags: '-y, --yes', text: 'do not ask for confirmation' },
  { flags: '--confirm <text>', text: 'the amount or the number of rows that a guard wants typed back' },
  {
    flags: '--rate <n>',
    text: 'writes a second, or none for no limit (default: live 50, test 5, sandbox none)',
  },
];

/** What every command takes that tells in files what became of rows. */
export const resultsOptions: readonly Option[] = [
  {
    flags: '--results <folder>',
    text: 'where the files of the outcomes go (default: beside the input, under names that are free)',
  },
];

/** What every command takes that holds a plan against the ledgers first. */
export const lookingOptions: readonly Option[] = [
  { flags: '--allow-drift', text: 'also where ledgers have moved since the plan was made' },
  { flags: '--verify-remote', text: 'look for every row in the ledgers first: for a journal that was lost' },
];

export const formatOption: Option = {
  flags: '--format <format>',
  text: 'csv or ndjson, where the name of the file does not say it',
  values: ['csv', 'ndjson'],
};
