// Writes docs/schema/README.md: which document each command prints with `-o json`.

const entry = ['entry'];
const blocks = ['block'];
const customers = ['customer'];
const topUps = ['top-up'];
const alerts = ['alert'];
const invoices = ['invoice'];
const deletions = ['deletion'];

/** The documents by command; `[]` marks an array. A command may print one of several documents. */
export const printed = {
  'ledger add': ['entry', 'plan-summary'],
  'ledger list': ['entry[]'],
  'ledger verify': ['verified-ledger[]'],
  'ledger watch': ['entry[]'],
  'ledger import': ['batch-run'],
  balance: ['balance'],
  'blocks list': ['block[]'],
  'blocks show': blocks,
  'blocks invoices': ['block-invoice[]'],
  'blocks delete': deletions,
  'blocks expire': entry,
  'blocks extend': entry,
  'blocks void': entry,
  'blocks amend': entry,
  'customers list': ['customer[]'],
  'customers search': ['customer[]'],
  'customers show': customers,
  'customers create': customers,
  'customers update': customers,
  'topups list': ['top-up[]'],
  'topups create': topUps,
  'topups delete': deletions,
  'alerts list': ['alert[]'],
  'alerts create': alerts,
  'alerts enable': alerts,
  'alerts disable': alerts,
  'alerts delete': deletions,
  'invoices list': ['invoice[]'],
  'invoices show': invoices,
  'invoices issue': invoices,
  'invoices mark-paid': invoices,
  'invoices void': invoices,
  'batch plan': ['plan-summary'],
  'batch select': ['plan-summary'],
  'batch approve': ['approval'],
  'batch apply': ['batch-run'],
  'batch resume': ['batch-run'],
  'batch status': ['batch', 'batch[]'],
  'batch undo': ['batch-undo'],
  undo: ['entry[]', 'batch-undo'],
  'history list': ['write[]'],
  'history show': ['write-with-events'],
  'history verify': ['record-check[]'],
  'history settle': ['settled-write[]'],
  'history audit': ['audit[]'],
  'history export': ['record-event'],
  'history head': ['record-head[]'],
  'record status': ['record-status[]'],
  'record policy': ['policy'],
  'report movements': ['movements[]', 'difference[]'],
  'report burndown': ['burndown[]'],
  'report expiring': ['expiring[]'],
  'report statement': ['statement', 'difference[]'],
  reconcile: ['reconciliation[]'],
  'webhooks listen': ['event'],
  'webhooks verify': ['webhook-check'],
  api: ['answer', 'answer[]'],
  'auth status': ['connection'],
  'config list': ['profile[]'],
  'config show': ['setting[]'],
  'config get': ['setting-value'],
  'config path': ['configuration-path'],
  doctor: ['finding[]'],
  version: ['version'],
  completion: ['completion-script'],
  'sandbox serve': ['server'],
  'sandbox clock': ['clock'],
  'sandbox faults': ['fault[]'],
  'sandbox units': ['unit[]'],
  'sandbox prices': ['price[]', 'price'],
  'sandbox webhooks': ['webhook[]', 'new-webhook', 'webhook-delivery[]'],
  'sandbox status': ['sandbox-status'],
  'sandbox seed': ['sandbox-load'],
  'sandbox clone': ['sandbox-copy'],
  'sandbox usage': ['entry[]'],
};

/** Commands that only report on stderr and print no document. */
const silent = [
  ...['auth login', 'auth logout', 'config set', 'config unset', 'config use', 'config remove-profile'],
  ...['record init', 'record accept', 'record erase', 'sandbox reset'],
];

/** The text of the page. Throws if a command or a document is missing. */
export function schemaIndex({ program, commandsOf }, schemas) {
  const commands = commandsOf(program).map(({ path }) => path.join(' '));
  const known = [...Object.keys(printed), ...silent];
  const strays = [
    ...commands.filter((name) => !known.includes(name)),
    ...known.filter((name) => !commands.includes(name)),
  ];
  if (strays.length > 0) throw new Error(`build/docs/printed-documents.mjs: ${strays.join(', ')}`);
  const ways = Object.values(printed).flat().map(nameOf);
  const aside = ['error', 'note', 'dry-run', 'plan', 'configuration', 'policy', 'help', 'help-topic'];
  const unnamed = Object.keys(schemas).filter((name) => !ways.includes(name) && !aside.includes(name));
  const missing = ways.filter((name) => schemas[name] === undefined);
  if (unnamed.length + missing.length > 0)
    throw new Error(`no command prints ${unnamed.join(', ')}; no schema for ${missing.join(', ')}`);
  const rows = commands
    .filter((name) => printed[name] !== undefined)
    .map((name) => `| \`${name}\` | ${printed[name].map(asLink).join(', or ')} |`);
  return page(rows, Object.entries(schemas));
}

const nameOf = (document) => document.replace('[]', '');

const asLink = (document) =>
  `${document.endsWith('[]') ? 'an array of ' : ''}[${nameOf(document)}](${nameOf(document)}.json)`;

const page = (rows, schemas) => `# Schemas

Each document has a JSON Schema here (draft 2020-12). \`npm run docs\` makes them from what the program knows.

- A schema describes one document: what \`-o json\` prints of one thing, and a line of \`-o ndjson\`. Of a list,
  \`-o json\` prints an array; \`#/$defs/list\` of the same schema describes it.
- The API's own documents have at least the fields that are listed, and all that the API adds. The program's own have
  these fields and no other.
- \`--json field,field\` and \`--jq\` print parts of a document, which no schema describes.
- Numbers keep all their digits. Read credits with a parser that does, if they have more than 15.

## What each command prints

With \`--dry-run\` a write prints [dry-run](dry-run.json) instead, \`undo\` an array of them. On stderr each line is a
[note](note.json), or the [error](error.json) at the end. \`--help -o json\` prints [help](help.json) of the command, and
\`creditctl help <topic> -o json\` a [help-topic](help-topic.json).

| command | stdout with \`-o json\` |
|---|---|
${rows.join('\n')}

## What files hold

| file | schema |
|---|---|
| a plan, as \`batch plan --out\` writes it; each line | [plan](plan.json) |
| the configuration, see \`config path\` | [configuration](configuration.json) |
| rules that a team shares, see \`policy.file\` | [policy](policy.json) |

An editor completes a configuration or a policy whose first field is \`"$schema"\`, the address of its schema. \`config set\`
writes it into a new file. A plan has none: it is read byte by byte, and signed, so a field more makes it another plan.

## All of them

| schema | describes |
|---|---|
${schemas.map(([name, { title }]) => `| [${name}](${name}.json) | ${title.charAt(0).toLowerCase()}${title.slice(1)} |`).join('\n')}
`;
