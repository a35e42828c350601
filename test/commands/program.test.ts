// What holds for every command alike: the formats, the choice of fields and columns, help, consent, wrong words.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { argsMaxOf, commandsOf, isGroup, topicNames } from '../../src/cli/command-tree.ts';
import { program } from '../../src/commands/program.ts';
import { formatNames } from '../../src/output/render.ts';
import {
  creditctl,
  csvOf,
  errorOf,
  expectUsage,
  linesOf,
  mdOf,
  notesOf,
  yamlOf,
} from '../support/command.ts';
import { needsShell } from '../support/examples.ts';
import { recordDigest, recordedIn } from '../support/recorded.ts';
import { copyOfHome, freshHome, run } from '../support/run.ts';
import { printedProblem, schemaProblem } from '../support/schemas.ts';
import { canSign, keyOf } from '../support/signers.ts';

interface Prepared {
  readonly home: string;
  /** By the names that stand for them in a line. */
  readonly ids: Readonly<Record<string, string>>;
}

/** A home with a profile `demo` on the embedded ledger, two blocks of acme, one of them sold, and one of all else that has an id. */
async function prepare(): Promise<Prepared> {
  const { home } = await creditctl('config set kind sandbox --profile demo');
  await creditctl('config use demo', { home });
  const made = async <Made>(line: string): Promise<Made> => {
    const { stdout, stderr } = await creditctl(`${line} --yes -o json`, { home });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as Made;
  };
  type Object = { readonly id: string };
  const topUp = await made<Object>(
    'topups create globex --threshold 5 --amount 10 --cost-basis 0 --net-terms 0',
  );
  const alert = await made<Object>('alerts create globex --type recovered');
  const bought = await made<{ readonly created_invoices: readonly Object[] }>(
    'ledger add initech --amount 10 --cost-basis 1 --invoice-net-terms 30',
  );
  await made('ledger add acme --amount 10');
  const sold = await made<{ readonly credit_block: Object }>(
    'ledger add acme --amount 20.5 --expires 2027-01-31 --cost-basis 0.1 --invoice-net-terms 30',
  );
  writeFileSync(path.join(home, 'grants.csv'), 'external_customer_id,amount\nacme,5\nglobex,7.5\n');
  writeFileSync(path.join(home, 'granted.csv'), 'external_customer_id,amount\nacme,10\nacme,20.5\n');
  const ids = {
    ...{ BLOCK: sold.credit_block.id, TOP_UP: topUp.id, ALERT: alert.id },
    INVOICE: bought.created_invoices[0]?.id ?? '',
  };
  return { home, ids };
}

let prepared: Prepared;
/** It has the profiles that the examples name, too. */
let preparedForExamples: Prepared;

async function prepareForExamples(): Promise<Prepared> {
  const made = await prepare();
  await creditctl('config set kind orb --profile default', { home: made.home });
  return made;
}

beforeAll(async () => {
  prepared = await prepare();
  preparedForExamples = await prepareForExamples();
});
const copied = ({ home, ids }: Prepared): Prepared => ({ home: copyOfHome(home), ids });
const home = (): Prepared => copied(prepared);

/** A line with the ids and files of a home, and with a batch where one is meant. */
async function filled(line: string, { home: place, ids }: Prepared): Promise<string> {
  if (/^batch (?!plan|select)/.test(line)) {
    const where = line.includes('--sandbox') ? '--sandbox' : '--profile demo';
    const plan = `${place}/plan.ndjson`;
    await creditctl(`batch plan ${place}/grants.csv --out ${plan} --batch-id trials ${where}`, {
      home: place,
    });
    if (!line.includes('apply')) await creditctl(`batch apply ${plan} ${where} --yes`, { home: place });
  }
  return line
    .replaceAll(/\$?(BLOCK|TOP_UP|ALERT|INVOICE)/g, (_, name: string) => ids[name] ?? '')
    .replace('BATCH', 'trials')
    .replace(/GRANTS|\bgrants\.csv/, path.join(place, 'grants.csv'))
    .replace(/\bgranted\.csv/, path.join(place, 'granted.csv'))
    .replace(/PLAN|\bplan\.ndjson/, path.join(place, 'plan.ndjson'))
    .replace(/\bcopy\.db/, path.join(place, 'copy.db'))
    .replace(/\bacme-2026-01\.html/, path.join(place, 'acme-2026-01.html'));
}

/** Every command that has rows, the name of a field of them that is no column, and of a column. */
const shown = {
  'ledger list acme': { shape: 'list', field: 'created_invoices', column: 'credit_block.expiry_date' },
  'ledger add acme --amount 1 --yes': { shape: 'entry', field: 'created_invoices', column: 'change' },
  balance: { shape: 'one', field: 'blocks', column: 'expiry_date' },
  'blocks list acme': { shape: 'list', field: 'credit_allocation', column: 'filters' },
  'blocks show BLOCK': { shape: 'one', field: 'credit_commitment', column: 'filters' },
  'blocks expire acme BLOCK --amount 0.1 --on +7d --yes': {
    shape: 'entry',
    field: 'new_block_expiry_date',
    column: 'change',
  },
  'blocks extend acme BLOCK --amount 0.1 --to +2y --yes': {
    shape: 'entry',
    field: 'new_block_expiry_date',
    column: 'change',
  },
  'blocks void acme BLOCK --amount 0.1 --yes': {
    shape: 'entry',
    field: 'void_reason',
    column: 'void_amount',
  },
  'blocks invoices BLOCK': { shape: 'list', field: 'subscription', column: 'customer.id' },
  'customers list': { shape: 'list', field: 'tax_id', column: 'metadata' },
  'customers search ACME': { shape: 'list', field: 'tax_id', column: 'metadata' },
  'customers update acme --metadata tier=gold --yes': {
    shape: 'one',
    field: 'auto_collection',
    column: 'metadata',
  },
  'customers show acme': { shape: 'one', field: 'hierarchy', column: 'metadata' },
  'customers create --name Hooli --email a@hooli.example --yes': {
    shape: 'one',
    field: 'payment_provider',
    column: 'metadata',
  },
  'topups list globex': { shape: 'list', field: 'invoice_settings', column: 'invoice_settings.memo' },
  'topups create acme --threshold 5 --amount 1 --cost-basis 0 --net-terms 0 --yes': {
    shape: 'one',
    field: 'invoice_settings',
    column: 'invoice_settings.memo',
  },
  'invoices list': { shape: 'list', field: 'line_items', column: 'voided_at' },
  'invoices show INVOICE': { shape: 'one', field: 'line_items', column: 'voided_at' },
  'alerts list globex': { shape: 'list', field: 'grouping_keys', column: 'customer.id' },
  'alerts enable ALERT --yes': { shape: 'one', field: 'grouping_keys', column: 'customer.id' },
  'alerts disable ALERT --yes': { shape: 'one', field: 'grouping_keys', column: 'customer.id' },
  'batch plan GRANTS --out PLAN --force': { shape: 'one', field: 'totals', column: 'balance_after' },
  'batch apply PLAN --yes': { shape: 'one', field: 'reasons', column: 'already' },
  'batch resume BATCH --yes': { shape: 'one', field: 'reasons', column: 'already' },
  'batch status BATCH': { shape: 'one', field: 'ended_at', column: 'plan' },
  'batch undo BATCH --yes': { shape: 'one', field: 'already', column: 'taken_back' },
  'ledger import GRANTS --yes': { shape: 'one', field: 'reasons', column: 'already' },
  'auth status': { shape: 'one', field: 'key_source', column: 'host' },
  'history list': { shape: 'list', field: 'request', column: 'customer' },
  'history show last': { shape: 'one', field: 'events', column: 'kind' },
  'history verify': { shape: 'list', field: 'intact', column: 'hash' },
  'history head': { shape: 'list', field: 'link', column: 'hash' },
  'config list': { shape: 'list', field: 'target', column: 'mode' },
  doctor: { shape: 'list', field: 'remedy', column: 'remedy' },
} as const;

for (const [named, { shape, field, column }] of Object.entries(shown)) {
  const line = named === 'balance' ? 'balance acme' : named;
  const isList = shape === 'list';
  const isSummary = /^(balance|history show|batch plan)/.test(named);

  test(`"${line}" prints only data, in every format, and names its fields and columns for a wrong one`, async () => {
    const made = home();
    const place = made.home;
    const words = await filled(line, made);
    const printed = async (more: string) => {
      const result = await creditctl(`${words} ${more}`, { home: place });
      expect(result.code, result.stderr).toBe(0);
      return result;
    };
    const table = await printed('');
    expect(table.stdout).not.toMatch(/[\u001b│]/);
    expect(table.stdout.split('\n').length).toBeGreaterThan(2);

    const json = await printed(`--json ${field}`);
    expect(Array.isArray(JSON.parse(json.stdout))).toBe(isList);
    for (const document of [JSON.parse(json.stdout) as object].flat())
      expect(Object.keys(document)).toEqual([field]);
    for (const note of notesOf(json)) expect([note, schemaProblem('note', note)]).toEqual([note, '']);

    for (const document of linesOf((await printed('-o ndjson')).stdout)) {
      expect(document).toHaveProperty(field);
      expect(printedProblem(line, document, true)).toBe('');
    }

    const csv = await printed(`-o csv --columns ${column}`);
    expect(csv.stdout.split('\n')[0]).toBe(column);
    expect(csvOf(csv.stdout).length).toBeGreaterThan(0);

    const yaml = await printed('-o yaml');
    expect(Array.isArray(yamlOf(yaml.stdout))).toBe(isList);
    for (const document of [yamlOf(yaml.stdout)].flat()) expect(document).toHaveProperty([field]);
    expect(printedProblem(line, yamlOf(yaml.stdout))).toBe('');
    notesOf(yaml);

    const md = await printed('-o md');
    const [first = '', ...below] = md.stdout.split('\n\n');
    expect(below.length).toBe(isSummary ? 1 : 0);
    for (const text of [first, ...below]) expect(mdOf(text).length).toBeGreaterThan(0);
    notesOf(md);

    const before = recordDigest(place);
    for (const [more, ...parts] of [
      ['--json nonsense', '--json has no field "nonsense"; choose from ', field],
      ['--columns nonsense,worse', '--columns has no columns "nonsense", "worse"; choose from ', column],
      ['-o xml', '--output must be one of table, json, ndjson, csv, yaml, md: "xml"'],
    ]) {
      const { code, stdout, stderr } = await creditctl(`${words} ${more}`, { home: place });
      expect([code, stdout]).toEqual([2, '']);
      for (const part of parts) expect(stderr.replaceAll('\\"', '"')).toContain(part);
    }
    expect(recordDigest(place)).toBe(before);
  });
}

test('one setting and the path are bare in a table and under their name in every other format', async () => {
  const { home: place } = home();
  const printed = async (line: string) => (await creditctl(line, { home: place })).stdout;
  expect(await printed('config get kind')).toBe('sandbox\n');
  expect(JSON.parse(await printed('config get kind -o json'))).toEqual({ kind: 'sandbox' });
  expect(await printed('config get kind -o ndjson')).toBe('{"kind":"sandbox"}\n');
  expect(await printed('config get kind -o csv')).toBe('kind\nsandbox\n');
  expect(await printed('config get kind -o yaml')).toBe('kind: sandbox\n');
  expect(mdOf(await printed('config get kind -o md'))).toEqual([{ field: 'kind', value: 'sandbox' }]);
  const file = path.join(place, '.config', 'creditctl', 'config.json');
  expect(await printed('config path')).toBe(`${file}\n`);
  expect(JSON.parse(await printed('config path -o json'))).toEqual({ path: file });
});

for (const line of [
  'config path',
  'config get kind',
  'config use default',
  'config set kind orb',
  'auth logout',
]) {
  test(`"${line}" refuses formats, fields and columns that it does not have`, async () => {
    expectUsage(await creditctl(`${line} -o xml`), ['--output must be one of']);
    expectUsage(await creditctl(`${line} --columns a`), ['--columns has nothing to choose from here']);
    expectUsage(await creditctl(`${line} --json a`), ['--json has nothing to choose from here']);
  });
}

const writes = {
  'ledger add acme --amount 5 --expires never --description Trial': 'Grant 5 credits to acme',
  'ledger add acme --type decrement --amount 0.25 --description Use': 'Use 0.25 credits of acme',
  'blocks expire acme BLOCK': 'Expire all credits in block ',
  'blocks extend acme BLOCK --to +2y': 'Extend all credits in block ',
  'blocks void acme BLOCK --amount 0.5': 'Void 0.5 credits of acme',
  'customers update acme --name Hooli': 'Update customer acme',
  'customers create --name Hooli --email a@hooli.example': 'Create customer Hooli',
  'topups create acme --threshold 5 --amount 10 --cost-basis 0 --net-terms 0': 'Buy 10 credits for acme',
};

for (const [named, title] of Object.entries(writes)) {
  test(`"${named}" needs consent, and without it nothing is written`, async () => {
    const made = home();
    const place = made.home;
    const line = await filled(named, made);
    const ledger = async () =>
      (await creditctl('ledger list acme --all -o json', { home: place })).stdout +
      (await creditctl('customers list --all -o json', { home: place })).stdout;
    const before = await ledger();
    const record = recordDigest(place);

    const nobody = await creditctl(line, { home: place });
    expect(nobody.code).toBe(10);
    expect(nobody.stderr).toContain('--yes');
    const machine = await creditctl(`${line} -o json`, { home: place });
    expect(errorOf(machine)).toMatchObject({
      code: 'refused',
      exit_code: 10,
      applied: 'no',
      retry_safe: true,
      next: ['To write, add --yes', 'To preview, add --dry-run'],
    });

    const answers = [{ message: title, answer: false }];
    const declined = await creditctl(line, { home: place, terminal: 100, answers });
    expect(declined.code).toBe(10);
    expect(declined.stderr).toContain(title);
    expect(declined.stderr).toContain('Declined: nothing was written');

    const silent = await creditctl(`${line} --no-input`, { home: place, terminal: 100 });
    expect(silent.code).toBe(10);

    const dry = await creditctl(`${line} --dry-run`, { home: place });
    expect(dry.code, dry.stderr).toBe(0);
    expect(dry.stdout).toContain('Dry run: nothing is written.');
    expect(dry.stdout).toContain(title);
    const method = named.startsWith('customers update') ? 'PUT' : 'POST';
    expect(dry.stdout).toContain(`${method} /customers`);
    const document = await creditctl(`${line} -n -o json`, { home: place });
    expect(JSON.parse(document.stdout)).toMatchObject({ dry_run: true, request: { method } });
    expect(schemaProblem('dry-run', JSON.parse(document.stdout))).toBe('');

    for (const { stdout } of [nobody, machine, declined, silent]) expect(stdout).toBe('');
    for (const { requests } of [nobody, machine, declined, silent, dry, document])
      expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(recordDigest(place)).toBe(record);
    expect(await ledger()).toBe(before);
  });

  test(`"${named}" names its connection on stderr before it writes`, async () => {
    const made = home();
    const place = made.home;
    const line = await filled(named, made);
    const answers = [{ message: title, answer: true }];
    const person = await creditctl(line, { home: place, terminal: 100, answers });
    expect(person.code, person.stderr).toBe(0);
    const shown = stripVTControlCharacters(person.stderr).split('\n');
    const db = path.join(place, '.local', 'state', 'creditctl', 'sandbox.db');
    expect(shown.indexOf(`SANDBOX · ${db}`)).toBe(0);
    expect(shown.findIndex((each) => each.startsWith(title))).toBeGreaterThan(0);
    const machine = await creditctl(`${line.replace('Hooli', 'Other')} --yes -o ndjson`, { home: place });
    expect(notesOf(machine)[0]).toEqual({ connection: { profile: 'demo', kind: 'sandbox', host: db } });
  });
}

test.each([
  'ledger add acme --amount 5 --expires never',
  'customers update acme --name Hooli',
])('a dry run is one document in every format: %s', async (line) => {
  const { home: place } = home();
  const asked = async (format: string) =>
    (await creditctl(`${line} -n -o ${format}`, { home: place })).stdout;
  const document = JSON.parse(await asked('json'));
  const { method } = document.request;
  expect(linesOf(await asked('ndjson'))).toEqual([document]);
  expect(yamlOf(await asked('yaml'))).toEqual(document);
  expect(csvOf(await asked('csv'))).toMatchObject([
    { 'request.method': method, 'request.body': expect.stringMatching(/^\{.*\}$/) },
  ]);
  expect(mdOf(await asked('md'))[0]).toEqual({ field: 'request.method', value: method });
});

test('a write that is refused for want of consent does not even make the database', async () => {
  const place = freshHome();
  const result = await creditctl('ledger add acme --amount 5 --sandbox', { home: place });
  expect(result.code).toBe(10);
  expect(result.stderr).not.toContain('Created');
  const list = await creditctl('ledger list acme --sandbox', { home: place });
  expect(list.stderr).toContain('Created');
});

const withoutKey = ['ledger add acme --amount 5 --yes', 'ledger list acme', 'balance acme', 'customers list'];
for (const line of [...withoutKey, 'blocks list acme', 'blocks show b', 'auth status']) {
  test(`"${line}" without credentials exits 3 off a terminal and says both ways on`, async () => {
    const text = await creditctl(line);
    expect(text.code).toBe(3);
    expect(text.stdout).toBe('');
    expect(text.stderr).toBe(
      [
        'creditctl: There is no API key for the profile "default"; nothing was done',
        '  → Set ORB_API_KEY, or run: creditctl auth login',
        '  → Or add --sandbox to use the embedded ledger, which needs no account',
        '',
      ].join('\n'),
    );
    const machine = await creditctl(`${line} -o json`);
    expect(errorOf(machine)).toMatchObject({ code: 'credentials', exit_code: 3, applied: 'no' });
    expect(recordedIn(text.home)).toEqual([]);
  });
}

test('without credentials on a terminal the embedded ledger is offered, and only used after a yes', async () => {
  const message = 'There is no API key for the profile "default". Use the embedded ledger (sandbox)';
  const yes = await creditctl('balance acme', { terminal: 100, answers: [{ message, answer: true }] });
  expect(yes.code).toBe(0);
  expect(yes.stderr).toContain('Created the embedded ledger');
  const absent = await creditctl('balance Acme', { terminal: 100, answers: [{ message, answer: true }] });
  expect(absent.stderr).toContain('creditctl customers search Acme --sandbox');
  const no = await creditctl('balance acme', { terminal: 100, answers: [{ message, answer: false }] });
  expect(no.code).toBe(3);
  expect(no.stdout).toBe('');
  const silent = await creditctl('balance acme --no-input', { terminal: 100 });
  expect(silent.code).toBe(3);
});

test('creditctl alone prints the help of the whole, on stdout', async () => {
  const { code, stdout, stderr } = await creditctl('');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const { name } of program.nodes) expect(stdout).toContain(`  ${name} `);
  for (const name of topicNames) expect(stdout).toContain(`  ${name} `);
  expect((await creditctl('--help')).stdout).toBe(stdout);
  expect((await creditctl('--sandbox')).stdout).toBe(stdout);
});

test('the help names every format, in the order of the formats', async () => {
  const { stdout } = await creditctl('');
  const named = formatNames.slice(0, -1).join(', ');
  expect(stdout.replace(/\s+/g, ' ')).toContain(`${named} or ${formatNames.at(-1)} (default: table)`);
});

test('yaml has neither fields nor columns to choose, and md has columns', async () => {
  const list = (more: string) => creditctl(`ledger list acme ${more}`, { exchanges: [] });
  expectUsage(await list('-o yaml --json id'), ['-o yaml']);
  expectUsage(await list('-o yaml --columns id'), ['-o json --json field,field']);
  expectUsage(await list('-o md --json id'), ['-o md']);
  expectUsage(await list('-o json --columns id'), ['--json field,field']);
});

test('a group alone prints its help, with every command and no error', async () => {
  for (const node of program.nodes.filter(isGroup)) {
    const { code, stdout, stderr } = await creditctl(node.name);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { name, summary } of node.commands()) {
      expect(stdout).toContain(`  ${name} `);
      expect(stdout.replace(/\s+/g, ' ')).toContain(summary);
    }
    expect(stdout.match(/^Usage:/gm)).toHaveLength(1);
  }
});

test('a group names what each of its commands takes', async () => {
  for (const node of program.nodes.filter(isGroup)) {
    const { stdout } = await creditctl(node.name);
    expect(stdout).not.toContain('[word');
    for (const { name, usage } of node.commands())
      expect(stdout).toContain(`\n  ${[name, usage].filter((part) => part !== '').join(' ')} `);
  }
  expect((await creditctl('sandbox')).stdout).toContain(
    '\n  clock [show] | set <instant> | advance <duration> | real  Show or move',
  );
});

test('--version prints the version alone', async () => {
  expect(await creditctl('--version')).toMatchObject({ code: 0, stdout: '0.0.0-test\n', stderr: '' });
});

const commands = commandsOf(program).map((command) => ({ ...command, path: command.path.join(' ') }));

for (const { path: name, usage, options, examples, ...command } of commands) {
  test(`"${name}" prints help with its usage, every option and the global ones`, async () => {
    const { code, stdout, stderr } = await creditctl(`${name} --help`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: creditctl ${name} ${usage}`.trim());
    for (const { flags } of [...options, ...program.options]) expect(stdout).toContain(flags);
    for (const example of examples) expect(stdout).toContain(`  creditctl ${example}`);
    expect(stdout).toContain('creditctl help exit-codes');
  });

  test(`"${name}" refuses a flag it does not know and a word too many, and points at its help`, async () => {
    const unknown = await creditctl(`${name} --profil x -o json`);
    expectUsage(unknown, [
      "unknown option '--profil'",
      '→ Did you mean --profile?',
      `→ creditctl ${name} --help`,
    ]);
    expect(errorOf(unknown)).toMatchObject({ code: 'usage', exit_code: 2, applied: 'no', retry_safe: true });
    const words = Array.from(
      { length: argsMaxOf({ usage, ...command }) + 1 },
      (_, index) => `w${index}`,
    ).join(' ');
    expectUsage(await creditctl(`${name} ${words}`), ['too many arguments', `→ creditctl ${name} --help`]);
  });
}

for (const example of commands.flatMap(({ examples }) => examples)) {
  if (needsShell(example)) continue;

  test(`the example "${example}" of the help runs`, async () => {
    // What can be undone is known by the path of its database, so a copy of a home has nothing.
    const made = example.startsWith('undo') ? await prepareForExamples() : copied(preparedForExamples);
    const place = made.home;
    if (example.includes('~/.ssh/id_ed25519')) {
      if (!canSign) return;
      mkdirSync(path.join(place, '.ssh'), { recursive: true });
      copyFileSync(keyOf('reader'), path.join(place, '.ssh', 'id_ed25519'));
    }
    // A mode is a setting of Orb's profiles.
    if (example.startsWith('config set mode')) await creditctl('config use default', { home: place });
    const { code, stderr } = await creditctl(await filled(example, made), { home: place });
    expect(code, `${example}\n${stderr}`).toBe(0);
  });
}

test('an error fits the terminal it is shown on, and is one line where there is none', async () => {
  const line = 'ledger list acme --columns nonsense --no-input';
  const narrow = await creditctl(line, { terminal: 60 });
  expect(narrow.code).toBe(2);
  expect(narrow.stderr.split('\n').length).toBeGreaterThan(5);
  for (const each of narrow.stderr.split('\n')) expect(each.length).toBeLessThanOrEqual(60);
  const piped = await creditctl(line);
  expect(piped.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(narrow.stderr.replace(/\s+/g, ' ')).toBe(piped.stderr.replace(/\s+/g, ' '));
});

test('an unknown command is named, with the one that was probably meant', async () => {
  expectUsage(await creditctl('ledgr list acme'), ["unknown command 'ledgr'", '→ Did you mean ledger?']);
  expectUsage(await creditctl('ledger lst acme'), [
    "unknown command 'lst'",
    '→ Did you mean ledger list?',
    '→ creditctl ledger --help',
  ]);
  expectUsage(await creditctl('blocks burn acme'), ["unknown command 'burn'"]);
});

test('a flag without its value is a usage error that names the flag', async () => {
  expectUsage(await creditctl('ledger add acme --sandbox --amount'), [
    "'--amount <credits>' argument missing",
  ]);
});

test('a machine format is recognised in every way to write it, also where the line cannot be parsed', async () => {
  for (const asked of [
    '-o json',
    '-ojson',
    '--output json',
    '--output=ndjson',
    '--json',
    '--json=id',
    '-nyo csv',
  ])
    expect(errorOf(await creditctl(`ledger add acme --nonsense ${asked}`))).toMatchObject({ code: 'usage' });
  for (const asked of ['', '-o table', '-- -o json'])
    expect((await creditctl(`ledger add acme --nonsense ${asked}`)).stderr).toMatch(/^creditctl: /);
});

for (const [what, content] of [
  ['is not JSON', '{'],
  ['must hold one JSON object', '[]'],
  ['has an unknown setting profiles.a.color', '{"profiles":{"a":{"color":"red"}}}'],
  ['has a "current" that is not text', '{"current":3}'],
] as const) {
  test(`a configuration file that ${what} is a usage error that names the file`, async () => {
    const place = freshHome();
    const folder = path.join(place, '.config', 'creditctl');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'config.json'), content);
    for (const line of [
      'ledger add acme --amount 1 --yes',
      'balance acme',
      'config list',
      'config set mode test',
    ])
      expectUsage(await creditctl(line, { home: place }), [path.join(folder, 'config.json'), what]);
  });
}

test('a database that is no database, a folder, or out of reach is a failure that names the file', async () => {
  const place = freshHome();
  const noDatabase = path.join(place, 'notes.txt');
  writeFileSync(
    noDatabase,
    'This is plain text, and long enough to be read as a page of a database. '.repeat(90),
  );
  const cases = {
    [noDatabase]: 'not a database',
    [place]: 'is a folder',
    [`${noDatabase}/x.db`]: 'a part of it is a file',
  };
  for (const [db, why] of Object.entries(cases)) {
    for (const words of [
      ['balance', 'acme'],
      ['ledger', 'add', 'acme', '--amount', '1', '--yes'],
    ]) {
      const result = await run([...words, '--sandbox', '--db', db, '-o', 'json'], { home: place });
      expect(result.code).toBe(1);
      expect(result.stdout).toBe('');
      const error = errorOf(result);
      expect(error).toMatchObject({ code: 'failure', exit_code: 1, applied: 'no' });
      expect(error.message).toContain(db);
      expect(error.message).toContain(why);
      expect(error.message).not.toContain('defect');
      expect(recordedIn(place)).toEqual([]);
    }
  }
});

test('a profile that does not exist or cannot be named is a usage error that lists the known ones', async () => {
  const { home: place } = home();
  const unknown = await creditctl('balance acme --profile nobody', { home: place });
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('--profile names no profile: "nobody" (profiles: demo)');
  expectUsage(await creditctl('balance acme --profile ../x'), ['--profile must be 1 to 64 letters']);
  expectUsage(await creditctl('balance acme', { env: { CREDITCTL_PROFILE: 'a b' } }), ['CREDITCTL_PROFILE']);
  expectUsage(await creditctl('balance acme --db x.db'), ['--db needs --sandbox']);
});

test('"help" before a command is its --help', async () => {
  const asked = await creditctl('help ledger add');
  expect(asked.code).toBe(0);
  expect(asked.stdout).toBe((await creditctl('ledger add --help')).stdout);
  expect((await creditctl('help')).stdout).toBe((await creditctl('--help')).stdout);
});
