// Declares the options that several commands share, with their help texts.
import type { Option } from '../cli/command-tree.ts';

const usualFormats = ['table', 'json', 'ndjson', 'csv', 'yaml', 'md'] as const;

/** `-o` as every command has it. @param more formats that only one command has */
export function outputOption(...more: readonly string[]): Option {
  const values = [...usualFormats, ...more];
  const text = `${values.slice(0, -1).join(', ')} or ${values.at(-1)} (default: table)`;
  return { flags: '-o, --output <format>', text, values };
}

export const globalOptions: readonly Option[] = [
  { flags: '--sandbox', text: 'use the embedded ledger: no account, no network' },
  { flags: '--db <file>', text: "the embedded ledger's database file" },
  { flags: '--profile <name>', text: 'the profile to use' },
  { ...outputOption(), lastCounts: true },
  {
    flags: '--json [fields]',
    text: 'print JSON (or NDJSON), all fields or only these, separated by commas',
    lastCounts: true,
  },
  {
    flags: '--jq <expression>',
    text: 'filter the JSON with jq, which need not be installed',
    lastCounts: true,
  },
  {
    flags: '--columns <names>',
    text: 'columns to show in a table, CSV or md, separated by commas',
    lastCounts: true,
  },
  { flags: '--no-input', text: 'never ask questions' },
  { flags: '-q, --quiet', text: 'on stderr only errors, warnings and where a write goes' },
  { flags: '-v, --verbose', text: 'each request on stderr, with its answer, time and id; keys are masked' },
  { flags: '--timing', text: 'at the end, how many requests were sent and how long they took' },
  { flags: '--timeout <time>', text: 'give up after this long, such as 30s or 2m', lastCounts: true },
];

export const customerOptions: readonly Option[] = [
  { flags: '--external-customer-id <id>', text: "the customer's external id, instead of <customer>" },
  { flags: '--customer-id <id>', text: "the customer's Orb id, instead of <customer>" },
];

export const currencyOption: Option = {
  flags: '--currency <unit>',
  text: 'pricing unit or ISO 4217 currency (default: credits)',
};

export const everyCurrencyOption: Option = {
  ...currencyOption,
  text: "only this pricing unit or currency (default: credits and the customer's currency)",
};

export const everyCustomerOption: Option = { flags: '--all', text: 'every customer, instead of <customer>' };

export const limitOptions: readonly Option[] = [
  { flags: '-L, --limit <n>', text: 'show at most this many (default: 20)' },
  { flags: '--all', text: 'show all of them' },
];

export const listOptions: readonly Option[] = [
  ...limitOptions,
  { flags: '--cursor <cursor>', text: 'continue where an earlier list ended' },
];

export const yesOption: Option = { flags: '-y, --yes', text: 'do not ask for confirmation' };

export const writeOptions: readonly Option[] = [
  { flags: '-n, --dry-run', text: 'show the request and its effect; write nothing' },
  yesOption,
  { flags: '--confirm <text>', text: 'the id or amount that you would be asked to type back' },
  {
    flags: '--idempotency-key <key>',
    text: 'running twice with the same key writes once (at most 64 characters)',
  },
];

export const reasonOptions: readonly Option[] = [
  { flags: '--description <text>', text: 'the reason, stored with the entry' },
  { flags: '--metadata <key=value>', text: 'extra data, stored with the entry', repeats: true },
];

/** The flags of `ledger add` that describe the entry (see `requests/entry-draft.ts`). */
export const entryOptions = (): readonly Option[] => [
  {
    flags: '--type <type>',
    text: 'increment (default), decrement, expiration_change, void or amendment',
    values: ['increment', 'decrement', 'expiration_change', 'void', 'amendment'],
  },
  { flags: '--amount <credits>', text: 'how many credits, as a decimal number' },
  currencyOption,
  ...reasonOptions,
  {
    flags: '--expires <date>',
    text: 'when the credits expire, or never; for expiration_change: the current expiry of the block',
  },
  { flags: '--effective <date>', text: 'when the credits can first be used (increment)' },
  { flags: '--cost-basis <money>', text: "price of one credit, in the customer's currency (increment)" },
  { flags: '--item <id>', text: 'credits pay only for this item (increment)', repeats: true },
  { flags: '--exclude-item <id>', text: 'credits do not pay for this item (increment)', repeats: true },
  { flags: '--block <id>', text: 'which block (expiration_change, void, amendment)' },
  { flags: '--target-expires <date>', text: 'the new expiry (expiration_change)' },
  { flags: '--void-reason <reason>', text: 'reason for the void: refund (void)', values: ['refund'] },
  {
    flags: '--invoice-net-terms <days>',
    text: 'create an invoice, due this many days after issue (increment)',
  },
  { flags: '--invoice-due <date>', text: 'create an invoice, due on this day (increment)' },
  { flags: '--invoice-date <date>', text: "date of the invoice (default: the block's effective date)" },
  { flags: '--invoice-memo <text>', text: 'note on the invoice' },
  { flags: '--invoice-item <id>', text: 'item on the invoice line' },
  { flags: '--auto-collect', text: "charge the customer's payment method for the invoice" },
  { flags: '--mark-paid', text: 'mark the invoice as paid' },
  { flags: '--require-payment', text: 'credits can be used only after the invoice is paid' },
  { flags: '--body <file>', text: 'read the entry from a JSON file; - reads stdin' },
];

/** Options of every command that sends the rows of a batch. */
export const sendingOptions: readonly Option[] = [
  { flags: '-n, --dry-run', text: 'check every row and show the totals; write nothing' },
  yesOption,
  { flags: '--confirm <text>', text: 'the amount or number of rows that you would be asked to type back' },
  {
    flags: '--rate <n>',
    text: 'at most this many writes a second, or none (default: live 50, test 5, sandbox none)',
  },
];

/** Options of every command that writes the outcome of each row to files. */
export const resultsOptions: readonly Option[] = [
  { flags: '--results <folder>', text: 'folder for the result files (default: the folder of the input)' },
];

/** Options of every command that first compares a plan with the ledgers. */
export const lookingOptions: readonly Option[] = [
  { flags: '--allow-drift', text: "continue even if a customer's balance changed after planning" },
  {
    flags: '--verify-remote',
    text: 'look for every row in the ledgers first; use this if the record was lost',
  },
];

export const delimiterOption: Option = {
  flags: '--delimiter <char>',
  text: 'separator of a CSV file: , ; | : or tab (default: the one in a first line sep=…, else a comma)',
};

export const formatOption: Option = {
  flags: '--format <format>',
  text: 'csv or ndjson (default: from the file name)',
  values: ['csv', 'ndjson'],
};

export const batchIdOption: Option = {
  flags: '--batch-id <name>',
  text: 'name of the batch (default: made from the content of the file)',
};

export const problemsOption: Option = {
  flags: '--problems <file>',
  text: 'write all problems to this CSV or NDJSON file',
};

export const keyOption: Option = {
  flags: '--key <file>',
  text: "the SSH key that signs (default: git's user.signingkey)",
};

export const signOption: Option = {
  flags: '--sign',
  text: 'sign the plan; the signature goes to <plan>.sigs',
};

export const accountOption: Option = {
  flags: '--account <number>',
  text: 'another account of the record, by its number in record status',
};

export const accountsOptions: readonly Option[] = [
  accountOption,
  { flags: '--all-accounts', text: 'every account in the record' },
];
