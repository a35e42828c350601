// Every kind of error with a command line that causes it, and what to do. The messages are not here: the program says them.

/** What the exit codes mean to a script, in the order of the codes. */
export const meanings = {
  failure: 'Something on this machine failed, or this program did. The message names the file or the fault.',
  'check-failed': 'A check that was asked for failed, such as `balance --fail-below`.',
  usage: 'The command line, the configuration or a value in it cannot be meant. Nothing was sent.',
  credentials: 'There is no API key, or the API does not accept it.',
  'not-found': 'The customer, block or path does not exist.',
  rejected:
    'The API understood the request and refused it. Nothing was written; the same request will be refused again.',
  'rate-limited': 'The API still answered 429 after all retries. Nothing was written.',
  server:
    'The API still failed after all retries while something was read; or what it answered is not what it promises, and then the message says whether a write was applied.',
  network: 'The API could not be reached. Nothing was written.',
  'partly-done': 'Kept for batches of many entries. No command ends with it yet.',
  refused: 'Consent was declined, or could not be had. Nothing was sent.',
  'outcome-unknown':
    'The write may have been applied. Run the same command again: it is settled under the same key.',
  interrupted: 'Ended by Ctrl-C (SIGINT).',
  terminated: 'Ended by SIGTERM.',
};

const api = 'ORB_BASE_URL=http://127.0.0.1:4011/v1 ORB_API_KEY=none';

/**
 * `before`: command lines that prepare the ground; the last entry created by them is what `$BLOCK` names.
 * `file`: a file that is there. `server`: what answers on port 4011. `hours`: how much later the last line is run.
 */
export const gallery = [
  {
    kind: 'failure',
    title: 'The database of the embedded ledger is something else',
    file: { name: 'notes.txt', text: 'not a database' },
    line: 'creditctl balance acme --sandbox --db notes.txt',
    todo: 'Name the file you meant with `--db` or `CREDITCTL_SANDBOX_DB`. The file that was named is left as it is.',
  },
  {
    kind: 'failure',
    title: 'The journal cannot be written',
    file: { name: '.local/state/creditctl/journal', text: 'a file where a folder should be' },
    line: 'creditctl ledger add acme --amount 5 --sandbox --yes',
    todo: 'A write is only sent once its key is on the disk. Mend the folder, or name another one in `CREDITCTL_STATE_DIR`, and run the command again.',
  },
  {
    kind: 'check-failed',
    title: 'Fewer credits than asked for',
    line: 'creditctl balance acme --sandbox --fail-below 10',
    todo: 'This is the answer that a script asked for; see [recipes](recipes.md#an-alarm-when-credits-run-low). The balance is on stdout as usual.',
  },
  {
    kind: 'usage',
    title: 'Something is missing and nobody can be asked',
    line: 'creditctl ledger add --type void --sandbox --yes',
    todo: 'Add what is named; every missing or wrong flag is told at once. On a terminal you are asked instead.',
  },
  {
    kind: 'usage',
    title: 'Values that cannot be meant',
    line: 'creditctl ledger add acme --amount 1e3 --expires soon --sandbox --yes',
    todo: 'Write amounts as plain decimals and dates in one of the forms named.',
  },
  {
    kind: 'usage',
    title: 'Flags that do not go together',
    line: 'creditctl ledger add acme --type decrement --amount 5 --expires +30d --sandbox --yes',
    todo: 'Leave the flag out, or choose the entry type that it goes with.',
  },
  {
    kind: 'usage',
    title: 'Credits that cost something and no due date for their invoice',
    line: 'creditctl ledger add acme --amount 5 --cost-basis 0.20 --sandbox --yes',
    todo: 'Say when the invoice is due.',
  },
  {
    kind: 'usage',
    title: 'No such command',
    line: 'creditctl leger list acme',
    todo: 'Follow the arrow to the help that lists the commands.',
  },
  {
    kind: 'usage',
    title: 'No such topic of the help',
    line: 'creditctl help exitcodes',
    todo: 'Take the topic or command that was meant, or one of the topics that are listed.',
  },
  {
    kind: 'usage',
    title: 'A value that is none of those there are',
    line: 'creditctl ledger list acme --type incremnt --sandbox',
    todo: 'Choose from the values in the message; the nearest one follows the arrow.',
  },
  {
    kind: 'usage',
    title: 'No such shell',
    line: 'creditctl completion tcsh',
    todo: 'There is completion for the shells that are named.',
  },
  {
    kind: 'usage',
    title: 'No such format or field',
    line: 'creditctl ledger list acme --sandbox --columns amount,price',
    todo: 'Choose from the names in the message.',
  },
  {
    kind: 'usage',
    title: 'An idempotency key that was used for another write',
    before: ['creditctl ledger add acme --amount 5 --idempotency-key may-grant --sandbox --yes'],
    line: 'creditctl ledger add acme --amount 50 --idempotency-key may-grant --sandbox --yes',
    todo: 'One key is one write. Give this one a key of its own, or repeat the first one unchanged.',
  },
  {
    kind: 'usage',
    title: 'A configuration that cannot be read',
    file: {
      name: '.config/creditctl/config.json',
      text: '{ "profiles": { "default": { "mode": "lively" } } }',
    },
    line: 'creditctl auth status',
    todo: 'Mend the file that is named, or move it away; `creditctl config set` writes it anew.',
  },
  {
    kind: 'usage',
    title: 'Plain HTTP to another machine',
    line: 'ORB_BASE_URL=http://api.example.com/v1 creditctl auth status',
    todo: 'Use https. The key would travel in the clear; only this machine itself may be spoken to without TLS.',
  },
  {
    kind: 'credentials',
    title: 'No API key',
    line: 'creditctl ledger list acme',
    todo: 'Set `ORB_API_KEY` or run `creditctl auth login`; or add `--sandbox`. On a terminal the embedded ledger is offered.',
  },
  {
    kind: 'credentials',
    title: 'A key that the API does not accept',
    server: 'is the embedded ledger, served under another key',
    line: `${api} creditctl auth status`,
    todo: 'Check whether the key is for this host, and for live or test. Then `creditctl auth login`.',
  },
  {
    kind: 'not-found',
    title: 'No such customer',
    line: 'creditctl ledger list hooli --sandbox',
    todo: "`creditctl customers list` shows who there is. A bare word is the external id; Orb's own ids are written `id:…`.",
  },
  {
    kind: 'not-found',
    title: 'No such block',
    line: 'creditctl blocks show nowhere --sandbox',
    todo: '`creditctl blocks list <customer> --all-blocks` shows the ids, those of empty and expired blocks too.',
  },
  {
    kind: 'rejected',
    title: 'More than the block holds',
    before: ['creditctl ledger add acme --amount 5 --sandbox --yes'],
    line: 'creditctl blocks expire acme "$BLOCK" --amount 50 --sandbox --yes',
    todo: 'Look at the block first, or leave `--amount` out to mean all that is left.',
  },
  {
    kind: 'rejected',
    title: 'More than can be voided',
    before: ['creditctl ledger add acme --amount 5 --sandbox --yes'],
    line: 'creditctl ledger add acme --type void --block "$BLOCK" --amount 6 --sandbox --yes',
    todo: 'At most the initial balance of a block can be voided, less what was voided before.',
  },
  {
    kind: 'rejected',
    title: 'A currency in which the customer is not invoiced',
    line: 'creditctl ledger add acme --amount 5 --currency EUR --sandbox --yes',
    todo: "Use the pricing unit (`credits`) or the customer's own currency; `creditctl customers show` tells it.",
  },
  {
    kind: 'rejected',
    title: 'An external id that is taken',
    line: 'creditctl customers create --name "Acme" --email a@acme.example --external-id acme --sandbox --yes',
    todo: 'Choose another id, or use the customer who is there.',
  },
  {
    kind: 'rate-limited',
    title: 'Too many requests, for too long',
    server: 'answers 429 to everything',
    line: `${api} creditctl ledger add acme --amount 5 --yes`,
    todo: 'Wait and run the same command again. A 429 means that nothing was carried out.',
  },
  {
    kind: 'server',
    title: 'The API fails while something is read',
    server: 'answers 500 to everything',
    line: `${api} creditctl blocks list acme`,
    todo: 'Try later. Nothing was changed.',
  },
  {
    kind: 'server',
    title: 'Something that is not the API answers',
    server: 'answers everything with a web page',
    line: `${api} creditctl blocks list acme`,
    todo: "Check `ORB_BASE_URL` and the profile's `base_url`; the path ends in `/v1`.",
  },
  {
    kind: 'network',
    title: 'Nobody answers',
    line: `${api} creditctl ledger add acme --amount 5 --yes`,
    todo: 'Check the network and the host. The request never left, so the same command can be run again.',
  },
  {
    kind: 'refused',
    title: 'A write without anybody to confirm it',
    line: 'creditctl ledger add acme --amount 5 --sandbox',
    todo: 'Add `--yes` in scripts. Not having a terminal never counts as consent.',
  },
  {
    kind: 'refused',
    title: 'The question was answered with no',
    how: { terminal: 100, answer: 'no' },
    line: 'creditctl ledger add acme --amount 5 --sandbox',
    answer: 'answered with `n`',
    todo: 'Nothing to do: nothing was written.',
  },
  {
    kind: 'outcome-unknown',
    title: 'A write was answered with something that cannot be read',
    server: 'answers a write with 201 and an empty object',
    line: `${api} creditctl ledger add acme --amount 5 --yes`,
    todo: 'Check that the base URL leads to the API. Run the same command again: it settles the write under its key.',
  },
  {
    kind: 'outcome-unknown',
    title: 'The API fails while something is written',
    server: 'answers 500 to everything',
    line: `${api} creditctl ledger add acme --amount 5 --yes`,
    todo: 'Run the same command again, without a new key. The write is found in the journal and sent under the key that it had, so it happens once whatever became of the first attempt.',
  },
  {
    kind: 'outcome-unknown',
    title: 'The connection is cut while something is written, for a script',
    server: 'cuts every connection',
    line: `${api} creditctl ledger add acme --amount 5 --yes -o json`,
    todo: 'As above. `applied` is `unknown` and `retry_safe` is `true`: a script may run the same line again.',
  },
  {
    kind: 'outcome-unknown',
    title: 'An unknown outcome that is too old',
    server: 'answers 500 to everything',
    before: [`${api} creditctl ledger add acme --amount 5 --yes`],
    hours: 49,
    line: `${api} creditctl ledger add acme --amount 5 --yes`,
    todo: 'Orb forgets a key after 48 hours, so sending it again could write twice. Look in the ledger whether the entry is there, and only if it is not, send it with `--idempotency-key` and a key of your choice.',
  },
  {
    kind: 'interrupted',
    title: 'Ctrl-C between two attempts',
    server: 'answers 500 to everything',
    how: { interrupt: 'SIGINT' },
    line: `${api} creditctl blocks list acme`,
    answer: 'interrupted with Ctrl-C during the first pause',
    todo: 'Run the command again when you like.',
  },
  {
    kind: 'terminated',
    title: 'SIGTERM between two attempts',
    server: 'answers 500 to everything',
    how: { interrupt: 'SIGTERM' },
    line: `${api} creditctl blocks list acme`,
    answer: 'sent SIGTERM during the first pause',
    todo: 'Run the command again when you like. `creditctl sandbox serve` takes SIGINT and SIGTERM as its proper end, and exits 0.',
  },
];
