// From an unfinished line to its candidates, without a shell and without a connection.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandsOf } from '../../../src/cli/command-tree.ts';
import { answer, type LiveQuestion, type LiveValues } from '../../../src/cli/completion/answer.ts';
import {
  type LiveValue,
  liveCandidates,
  liveRequest,
  liveValue,
} from '../../../src/cli/completion/live-values.ts';
import { program } from '../../../src/commands/program.ts';
import { ruleNames } from '../../../src/policy/rules.ts';

const known: readonly LiveValue[] = [
  { id: 'Id1', external: 'acme', description: 'Acme Corp' },
  { id: 'Id2', description: 'No id of its own' },
];

function asked() {
  const questions: LiveQuestion[] = [];
  const world: LiveValues = {
    profiles: async () => [{ value: 'default' }, { value: 'demo', description: 'sandbox' }],
    live: async (question) => {
      questions.push(question);
      return liveCandidates(question, known);
    },
  };
  return { world, questions };
}

/** The candidates of a line; `|` is the end of a word that may hold blanks. */
async function candidates(line: string): Promise<readonly string[]> {
  const found = await answer(program, line.split(' '), asked().world);
  return found.candidates.map(({ value }) => value);
}

const nouns = [...program.nodes.map(({ name }) => name), 'help'];
const exactly: readonly (readonly [line: string, values: readonly string[]])[] = [
  ['', nouns],
  ['b', ['balance', 'blocks', 'batch']],
  ['--sandbox bal', ['balance']],
  ['-o json --profile demo bal', ['balance']],
  ['nonsense ', []],
  ['ledger ', ['add', 'list', 'verify', 'watch', 'import']],
  ['ledger nonsense ', []],
  ['ledger add acme --typ', ['--type']],
  ['ledger add acme --type=v', ['--type=void']],
  ['ledger add acme --type void --typ', []],
  ['ledger add acme --metadata a=b --meta', ['--metadata']],
  ['ledger add acme --dry', ['--dry-run']],
  ['ledger add acme -n --dry', []],
  ['ledger add acme -ny --ye', []],
  ['blocks list acme -o ', ['table', 'json', 'ndjson', 'csv', 'yaml', 'md']],
  ['ledger list acme -on', ['-ondjson']],
  // A command with a format of its own has one -o.
  ['report statement acme -o h', ['html']],
  ['ledger list acme -o h', ['hledger']],
  ['report statement acme --outp', ['--output']],
  ['ledger add acme -nyo c', ['csv']],
  ['ledger add -- --typ', []],
  ['blocks list acme --json bal', ['balance']],
  ['blocks list acme --json=balance,effe', ['--json=balance,effective_date']],
  ['blocks list acme --columns id,id', []],
  ['balance acme --columns bal', ['balance']],
  ['balance acme --json avail', ['available']],
  ['config path --json ', []],
  ['config use ', ['default', 'demo']],
  ['balance acme --profile=de', ['--profile=default', '--profile=demo']],
  ['config set p', ['prompts', 'policy.file', ...ruleNames.map((name) => `policy.${name}`)]],
  ['config set kind ', ['orb', 'sandbox']],
  ['config set base_url ', []],
  ['sandbox clock ', ['show', 'set', 'advance', 'real']],
  ['sandbox faults clear --se', ['--seed']],
  ['sandbox faults set late', ['latency=']],
  ['sandbox faults set latency=1 re', ['reset-before=', 'reset-after=']],
  ['completion ', ['bash', 'zsh', 'fish', 'powershell']],
  ['alerts create acme --type d', ['depleted', 'dropped']],
  ['blocks void acme b1 --reason ', ['refund']],
  ['ledger watch acme --type void', ['void', 'void_initiated']],
  ['history list --outcome ', ['settled', 'refused', 'unknown', 'noted', 'absent', 'unsent']],
  ['sandbox serve --rate-limits t', ['test', 'trial']],
  ['batch plan x --format ', ['csv', 'ndjson']],
  ['customers update acme --auto-collection ', ['on', 'off']],
  ['topups ', ['list', 'create', 'delete']],
  ['alerts ', ['list', 'create', 'enable', 'disable', 'delete']],
  ['history ', ['list', 'show', 'verify', 'settle', 'audit', 'export', 'head']],
  ['blocks expire acme --on e', ['eom', 'eoq', 'eoy']],
  ['customers create --timezone Europe/Par', ['Europe/Paris']],
  ['help ', [...program.nodes.map(({ name }) => name), 'exit-codes', 'output', 'environment', 'dates']],
  ['help blocks e', ['expire', 'extend']],
  ['help balance ', []],
  ['balance ', ['acme', 'id:Id2']],
  ['balance id:', ['id:Id1', 'id:Id2']],
  ['balance --customer-id ', ['Id1', 'Id2']],
  ['balance --external-customer-id ', ['acme']],
];

test.each(exactly)('"%s" is completed to %j', async (line, values) => {
  expect(await candidates(line)).toEqual(values);
});

test('a setting, an outcome and a kind of fault bring what the help says about them', async () => {
  for (const [line, description] of [
    ['config set kin', 'orb, or sandbox for the embedded ledger'],
    ['history list --outcome abs', 'it was never applied, as the ledger or a person says'],
    ['sandbox faults set lat', 'the answer is late'],
    ['sandbox faults set 500', 'the API answers with this status'],
  ] as const) {
    const found = await answer(program, line.split(' '), asked().world);
    expect(found.candidates.map((each) => each.description)).toEqual([description]);
  }
});

test('where no word is to come, the options are offered, each once', async () => {
  const options = await candidates('balance acme --currency credits ');
  expect(options).toContain('--fail-below');
  expect(options).not.toContain('--currency');
  expect(new Set(options).size).toBe(options.length);
});

test('every option and every fixed value of every command is found by its beginning', async () => {
  for (const { path, options } of commandsOf(program)) {
    for (const { flags, values = [] } of options) {
      const long = /--[a-z0-9-]+/.exec(flags)?.[0] ?? '';
      expect(await candidates(`${path.join(' ')} ${long}`)).toContain(long);
      for (const value of values)
        expect(await candidates(`${path.join(' ')} ${long} ${value.slice(0, 3)}`)).toContain(value);
    }
  }
});

test.each([
  ['blocks expire acme ', { source: 'blocks', customer: 'acme', flags: {} }],
  ['blocks expire --customer-id Id1 ', { source: 'blocks', customer: 'id:Id1', flags: {} }],
  [
    'ledger add id:x --profile demo --block ',
    { source: 'blocks', customer: 'id:x', flags: { profile: 'demo' } },
  ],
  [
    '--sandbox --db x.db balance a',
    { source: 'customers', customer: undefined, flags: { sandbox: true, db: 'x.db' } },
  ],
  ['sandbox usage ', { source: 'customers', customer: undefined, flags: { sandbox: true } }],
  ['blocks show ', { source: 'blocks', customer: undefined, flags: {} }],
])('"%s" asks the connection that the line chooses', async (line, question) => {
  const { world, questions } = asked();
  await answer(program, line.split(' '), world);
  expect(questions).toEqual([expect.objectContaining(question)]);
});

test('a customer whose id looks like an option or like an id of Orb is offered by that of Orb, and nothing else is', () => {
  const values = ['--yes', 'id:Id9', 'acme'].map((external, at) => ({
    id: `Id${at}`,
    external,
    description: '',
  }));
  const offered = (source: LiveQuestion['source'], from: readonly LiveValue[]) =>
    liveCandidates({ source, typed: '' }, from).map(({ value }) => value);
  expect(offered('customers', values)).toEqual(['id:Id0', 'id:Id1', 'acme']);
  expect(offered('external customer ids', values)).toEqual(['id:Id9', 'acme']);
  expect(offered('blocks', [{ id: '--yes', description: '' }])).toEqual([]);
});

test('invoices of every customer and status are offered, with what tells them apart', () => {
  const { path, query } =
    liveRequest({ source: 'invoices', typed: '', customer: undefined, flags: {} }) ?? {};
  expect(path).toBe('/invoices');
  expect(query).toContainEqual(['status[]', 'draft']);
  const record = {
    id: 'in1',
    status: 'draft',
    total: '12.50',
    currency: 'USD',
    customer: { external_customer_id: 'acme' },
  };
  const described = { id: 'in1', description: 'acme draft 12.50 USD' };
  expect(liveValue({ source: 'invoices' }, record)).toEqual([described]);
  expect(liveValue({ source: 'invoices' }, { ...record, customer: null })).toMatchObject([
    { description: 'draft 12.50 USD' },
  ]);
});

test('top-ups and alerts are asked for by the name of their place, whatever the command is called', async () => {
  const run = async () => {};
  const more = { summary: '', options: [], examples: [], run };
  const tree = {
    ...program,
    nodes: [
      {
        name: 'topups',
        group: 'credits' as const,
        summary: '',
        commands: () => [{ name: 'delete', usage: '<customer> <top-up>', ...more }],
      },
      {
        name: 'alerts',
        group: 'credits' as const,
        summary: '',
        commands: () => [{ name: 'enable', usage: '<customer> <alert>', ...more }],
      },
    ],
  };
  const { world, questions } = asked();
  await answer(tree, ['topups', 'delete', 'acme', ''], world);
  await answer(tree, ['alerts', 'enable', 'acme', ''], world);
  expect(questions.map(({ source, customer }) => [source, customer])).toEqual([
    ['top-ups', 'acme'],
    ['alerts', 'acme'],
  ]);
});

test.for([
  ['topups delete acme ', 'top-ups'],
  ['report expiring ', 'customers'],
  ['report movements ', 'customers'],
  ['history audit ', 'customers'],
  ['invoices list ', 'customers'],
  ['invoices show ', 'invoices'],
] as const)('%j asks for %s', async ([line, source]) => {
  const { world, questions } = asked();
  await answer(program, line.split(' '), world);
  expect(questions.map((question) => question.source)).toEqual([source]);
});

test('files are for the shell, with what stands before their name', async () => {
  const { world } = asked();
  expect(await answer(program, ['ledger', 'add', '--body=x'], world)).toEqual({
    candidates: [],
    files: true,
    lead: '--body=',
  });
  expect((await answer(program, ['balance', '--db', ''], world)).files).toBe(true);
  expect((await answer(program, ['batch', 'apply', 'p', '--results', ''], world)).files).toBe(true);
  expect((await answer(program, ['balance', '--currency', ''], world)).files).toBe(false);
});

test('names of commands and half words are never too strange: no line throws, and each candidate goes on from it', async () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...nouns,
      'add',
      'list',
      'set',
      'faults',
      'kind',
      'acme',
      '--',
      '-',
      '--json',
      '--type',
      '-nyo',
      '-o',
      '',
    ),
    fc.string({ maxLength: 8 }),
    fc.string({ maxLength: 8 }).map((text) => `--${text}`),
    fc.string({ maxLength: 8 }).map((text) => `--type=${text}`),
  );
  let offered = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 7 }), async (line) => {
      const found = await answer(program, line, asked().world);
      offered += found.candidates.length;
      for (const { value } of found.candidates) expect(value.startsWith(line.at(-1) ?? '')).toBe(true);
    }),
    { numRuns: 500 },
  );
  expect(offered).toBeGreaterThan(500);
});
