import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { TransportFailure } from '../../../src/wire/json.ts';
import {
  creditctl,
  csvOf,
  errorOf,
  expectUsage,
  linesOf,
  mdOf,
  notesOf,
  orb,
  posts,
  sentBody,
  yamlOf,
} from '../../support/command.ts';
import { block, customer, entry, made, page, unmarked } from '../../support/documents.ts';
import { available, use } from '../../support/granted.ts';
import { changeRecord, recordedIn } from '../../support/recorded.ts';
import { freshHome, homeAfter, losingAnswers, noon } from '../../support/run.ts';

/** Runs lines on the embedded ledger of one home; each must end well. */
async function done(home: string, ...lines: readonly string[]): Promise<string[]> {
  const printed: string[] = [];
  for (const line of lines) {
    const { code, stdout, stderr } = await creditctl(`${line} --sandbox --yes`, { home });
    expect(code, `${line}\n${stderr}`).toBe(0);
    printed.push(stdout);
  }
  return printed;
}

const idOf = (stdout = ''): string => (JSON.parse(stdout) as { id: string }).id;

const undone = (home: string, word: string, more = '--yes') =>
  creditctl(`undo ${word} --sandbox ${more}`, { home });

test('a grant is voided, both entries are shown, and the record links the two', async () => {
  const home = freshHome();
  const [added] = await done(home, 'ledger add acme --amount 100 --json id');
  const { code, stdout, stderr } = await undone(
    home,
    idOf(added),
    '--yes -o csv --columns entry_type,change,description',
  );
  expect(code, stderr).toBe(0);
  expect(csvOf(stdout)).toEqual([
    { entry_type: 'void_initiated', change: '0', description: `Undo of ${idOf(added)}` },
    { entry_type: 'void', change: '-100', description: `Undo of ${idOf(added)}` },
  ]);
  expect(stderr).toContain('"kind":"sandbox"');
  expect(await available(home)).toBe(0);
  const { stdout: list } = await creditctl('history list --sandbox --json key,undoes,undone_by', { home });
  const [second, first] = JSON.parse(list) as {
    key: string;
    undoes: string | null;
    undone_by: string | null;
  }[];
  expect(second).toEqual({ key: second?.key, undoes: first?.key, undone_by: null });
  expect(first).toEqual({ key: first?.key, undoes: null, undone_by: second?.key });
});

test('twice is once: what was undone is not undone again', async () => {
  const home = freshHome();
  const [added] = await done(home, 'ledger add acme --amount 100 --json id');
  await done(home, 'ledger add acme --amount 5');
  await undone(home, idOf(added));
  const before = recordedIn(home).length;
  const again = await undone(home, idOf(added), '--yes -o json');
  expect(again.code).toBe(1);
  expect(errorOf(again).message).toContain('This write was already undone on 2026-11-23');
  expect(recordedIn(home)).toHaveLength(before);
  expect(await available(home)).toBe(5);
});

test('of a grant that was used in part, what is left is taken back, and the rest is named', async () => {
  const home = freshHome();
  const [added] = await done(home, 'ledger add acme --amount 100 --json id');
  await done(home, 'ledger add acme --type decrement --amount 30');
  const result = await undone(home, idOf(added));
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain('Not undone: 30 of the 100 credits were used or moved since');
  expect(await available(home)).toBe(0);
});

test('of a grant that was used up nothing can be undone, and that is said', async () => {
  const home = freshHome();
  const [added] = await done(home, 'ledger add acme --amount 100 --json id');
  await done(home, 'ledger add acme --type decrement --amount 100');
  const result = await undone(home, idOf(added), '--yes -o json');
  expect(result.code).toBe(1);
  expect(errorOf(result)).toMatchObject({ code: 'failure', applied: 'no' });
  expect(errorOf(result).message).toMatch(
    /^The grant of 100 credits for acme cannot be undone. None of the 100 credits are left/,
  );
  expect(errorOf(result).next).toEqual(['See where the credits are: creditctl blocks list acme --sandbox']);
});

test('where nothing can be undone in another currency, the blocks of that currency are named', async () => {
  const home = freshHome();
  const [added] = await done(home, 'ledger add acme --amount 100 --currency USD --json id');
  await done(home, 'ledger add acme --type decrement --amount 100 --currency USD');
  const result = await undone(home, idOf(added), '--yes -o json');
  expect(errorOf(result).next).toEqual([
    'See where the credits are: creditctl blocks list acme --currency USD --sandbox',
  ]);
});

test('a decrement over several blocks is amended in each', async () => {
  const home = freshHome();
  await done(home, 'ledger add acme --amount 100 --expires +30d', 'ledger add acme --amount 50');
  await done(home, 'ledger add acme --type decrement --amount 120');
  const { code, stdout, stderr } = await undone(home, 'last', '--yes --json entry_type,amount');
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual([
    { entry_type: 'amendment', amount: 100 },
    { entry_type: 'amendment', amount: 20 },
  ]);
  expect(await available(home)).toBe(150);
});

test('an expiry that was moved is moved back', async () => {
  const home = freshHome();
  const [added] = await done(home, 'ledger add acme --amount 40 --expires 2027-03-01 --json credit_block.id');
  const { credit_block } = JSON.parse(added ?? '') as { credit_block: { id: string } };
  const [moved] = await done(home, `blocks extend acme ${credit_block.id} --to 2028-03-01 --json id`);
  const { id } = JSON.parse(moved ?? '') as { id: string };
  // An equal block that was granted is not taken for the one that the extension made.
  await done(home, 'ledger add acme --amount 40 --expires 2028-03-01');
  expect((await undone(home, id)).code).toBe(0);
  const { stdout } = await creditctl('blocks list acme --sandbox --json balance,expiry_date', { home });
  expect(JSON.parse(stdout)).toEqual([
    { balance: 40, expiry_date: '2027-03-01T08:00:00+00:00' },
    { balance: 40, expiry_date: '2028-03-01T08:00:00+00:00' },
  ]);
});

test('"last" passes over undoings and over what was undone', async () => {
  const home = freshHome();
  await done(home, 'ledger add acme --amount 1', 'ledger add acme --amount 2', 'ledger add acme --amount 4');
  for (const left of [3, 1, 0]) {
    expect((await undone(home, 'last')).code).toBe(0);
    expect(await available(home)).toBe(left);
  }
  const none = await undone(home, 'last');
  expect(none.code).toBe(4);
  expect(none.stderr).toContain('has no entry of yours that can be undone');
});

test('"last" stays at a write that made no entry, and never takes back an older one in its place', async () => {
  const home = freshHome();
  await done(home, 'ledger add acme --amount 5', 'customers update acme --name A');
  const result = await undone(home, 'last');
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('this write created or changed a customer');
  expect(result.stderr).toContain('→ creditctl customers update acme --sandbox');
  expect(result.stderr).toContain('→ To undo an entry, name it: creditctl history list --sandbox');
  expect(await available(home)).toBe(5);
});

test('the undo of a new customer leads to a change of it', async () => {
  const home = freshHome();
  await done(home, 'customers create --name Hooli --email a@hooli.example');
  const { stdout, code, stderr } = await undone(home, 'last');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const [, customer = ''] = /→ creditctl customers update (id:\w+) --sandbox/.exec(stderr) ?? [];
  await done(home, `customers update ${customer} --name Hooli2`);
});

test('a grant is undone after a change of its expiry was undone, and not after one that holds', async () => {
  const home = freshHome();
  await done(home, 'ledger add acme --amount 50 --expires +30d --idempotency-key g');
  const { stdout } = await creditctl('blocks list acme --sandbox --json id', { home });
  const [{ id = '' } = {}] = JSON.parse(stdout) as { id: string }[];
  await done(home, `blocks extend acme ${id} --to +90d`);
  expect((await undone(home, 'g')).stderr).toContain('None of the 50 credits are left in the block');
  expect((await undone(home, 'last')).code).toBe(0);
  const result = await undone(home, 'g');
  expect(result.code, result.stderr).toBe(0);
  expect(await available(home)).toBe(0);
  expect((await undone(home, 'g')).stderr).toContain('This write was already undone');
});

test('the undo of a grant names the command that voids its invoice', async () => {
  const home = freshHome();
  await done(home, 'ledger add initech --amount 5 --cost-basis 2 --invoice-net-terms 14');
  const { stdout } = await creditctl('invoices list initech --sandbox --json id', { home });
  const [{ id = '' } = {}] = JSON.parse(stdout) as { id: string }[];
  const { code, stderr } = await undone(home, 'last');
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(
    `Not undone: The invoice that the grant raised stays. To void it: creditctl invoices void ${id}`,
  );
});

test('the undo of a payment leads to its invoice', async () => {
  const home = freshHome();
  const sale = 'ledger add initech --amount 5 --cost-basis 2 --invoice-net-terms 14 --require-payment';
  await done(home, sale);
  const { stdout } = await creditctl('invoices list initech --sandbox --json id', { home });
  const [{ id } = { id: '' }] = JSON.parse(stdout) as readonly { readonly id: string }[];
  await done(home, `invoices mark-paid ${id} --received today`);
  const { code, stderr } = await undone(home, 'last');
  expect(code).toBe(1);
  expect(stderr).toContain('this write changed an invoice');
  expect(stderr).toContain(`→ creditctl invoices show ${id} --sandbox`);
});

test('"last" stays at a write of which the outcome is not known', async () => {
  const home = freshHome();
  await done(home, 'ledger add acme --amount 5');
  await creditctl('sandbox faults set reset-after=1', { home });
  expect((await creditctl('ledger add acme --amount 7 --sandbox --yes', { home })).code).toBe(11);
  await creditctl('sandbox faults clear', { home });
  const result = await undone(home, 'last', '--yes -o json');
  expect(errorOf(result)).toMatchObject({ code: 'failure', applied: 'no' });
  expect(String(errorOf(result).next)).toContain('creditctl history settle ');
  expect(await available(home)).toBe(12);
});

test('a keyed write that was undone says so when it is repeated, until the undoing is undone', async () => {
  const line = 'ledger add acme --amount 5 --idempotency-key k1 --sandbox --yes -o json';
  const { home } = await creditctl(line);
  await creditctl('undo k1 --sandbox --yes', { home });
  const [, repeated] = notesOf(await creditctl(line, { home }));
  const key = expect.stringMatching(/^undo-/);
  expect(repeated).toEqual({ write: { manner: 'known', idempotency_key: 'k1', undone_by: key } });
  const { write } = repeated as { readonly write: { readonly undone_by: string } };
  expect((await creditctl(`undo ${write.undone_by} --sandbox --yes`, { home })).code).toBe(0);
  expect(notesOf(await creditctl(line, { home }))[1]).toEqual({
    write: { manner: 'known', idempotency_key: 'k1' },
  });
  expect((await creditctl(line.replace(' -o json', ''), { home })).stderr).not.toContain('undone');
});

test('an undoing can be undone by its key', async () => {
  const home = freshHome();
  await done(home, 'ledger add acme --amount 9 --expires 2027-03-01', 'undo last');
  const key = recordedIn(home).findLast(({ event }) => event === 'noted')?.key;
  expect((await undone(home, String(key))).code).toBe(0);
  expect(await available(home)).toBe(9);
});

test('every format prints the entries that were written', async () => {
  const home = freshHome();
  await done(home, ...['1', '2', '3', '4', '5', '6'].map((amount) => `ledger add acme --amount ${amount}`));
  const printed = async (format: string) => {
    const { code, stdout, stderr } = await undone(home, 'last', `--yes -o ${format}`);
    expect(code, stderr).toBe(0);
    return stdout;
  };
  expect(csvOf(await printed('csv')).map(({ change }) => change)).toEqual(['0', '-6']);
  expect(linesOf(await printed('ndjson'))).toMatchObject([{ amount: 5 }, { entry_type: 'void' }]);
  // A document is what the API answered.
  expect(yamlOf(await printed('yaml'))).toMatchObject([{ entry_type: 'void_initiated', void_amount: 4 }]);
  expect(JSON.parse(await printed('json'))).toMatchObject([{ entry_type: 'void_initiated', void_amount: 3 }]);
  expect(mdOf(await printed('md')).map(({ change }) => change)).toEqual(['0', '-2']);
  expect(await printed('table')).toContain('void_initiated');
});

test('a dry run shows every write with its effect, and makes none', async () => {
  const home = freshHome();
  await done(home, 'ledger add acme --amount 10 --expires +30d', 'ledger add acme --amount 50');
  await done(home, 'ledger add acme --type decrement --amount 25');
  const before = recordedIn(home).length;
  const { code, stdout } = await undone(home, 'last', '-n -o json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([
    { dry_run: true, request: { body: { amount: 10 } }, effect: { balance_before: 35, balance_after: 45 } },
    { dry_run: true, request: { body: { amount: 15 } }, effect: { balance_before: 45, balance_after: 60 } },
  ]);
  expect((await undone(home, 'last', '-n')).stdout).toContain(
    'Dry run: nothing is written.\nGive 10 credits back',
  );
  expect(recordedIn(home)).toHaveLength(before);
});

test('without --yes nobody has agreed, and a word is needed where nobody can be asked', async () => {
  const home = freshHome();
  await done(home, 'ledger add acme --amount 1');
  const before = recordedIn(home).length;
  expect((await undone(home, 'last', '')).code).toBe(10);
  expect(recordedIn(home)).toHaveLength(before);
  expectUsage(await creditctl('undo --sandbox --yes'), ['<entry|operation|last> is missing']);
});

test('on a terminal the write is picked from those that stand, shown, and agreed to', async () => {
  const home = freshHome();
  await done(home, 'ledger add acme --amount 10', 'ledger add acme --amount 20 --description "By mistake"');
  await undone(home, 'last');
  const answers = [
    { message: 'Which write do you want to undo?', answer: '2026-11-23 21:00  Granted 10 credits to acme' },
    { message: 'Void 10 credits of acme', answer: true },
  ];
  const line = 'undo --description Wrong --sandbox';
  const { code, stderr } = await creditctl(line, { home, terminal: 100, answers });
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('Void 10 credits of acme in block');
  expect(stderr).toMatch(/creditctl undo key-\d+ --description Wrong --sandbox --yes/);
  expect(await available(home)).toBe(0);
});

test('the line without questions names a write whose key begins like a flag by its entry', async () => {
  const home = freshHome();
  const [added] = await done(home, 'ledger add acme --amount 10 --idempotency-key=-odd --json id');
  const { id } = JSON.parse(added ?? '') as { id: string };
  const answers = [
    { message: 'Which write do you want to undo?', answer: '2026-11-23' },
    { message: 'Void 10 credits of acme', answer: true },
  ];
  const { stderr } = await creditctl('undo --sandbox', { home, terminal: 100, answers });
  expect(stderr).toContain(`creditctl undo ${id} --sandbox --yes`);
});

test('the question names a write that can never be undone, and stays at the newest', async () => {
  const home = freshHome();
  const [added] = await done(home, 'ledger add acme --amount 10 --expires never --json credit_block.id');
  const { credit_block } = JSON.parse(added ?? '') as { credit_block: { id: string } };
  await done(home, `blocks expire acme ${credit_block.id} --confirm 10`);
  const message = 'Which write do you want to undo?';
  const answers = [{ message, answer: '2026-11-23 21:00  Expired 10 credits of acme (cannot be undone)' }];
  const { code, stderr } = await creditctl('undo --sandbox', { home, terminal: 100, answers });
  expect(stderr).toContain('Times are in Asia/Tokyo.');
  expect(stderr).toMatch(/cannot\s+be\s+undone\.\s+The\s+credits\s+did\s+not\s+expire\s+before/);
  expect(code).toBe(1);
});

test('what cannot be undone is dated in the zone of the customer', async () => {
  const home = freshHome();
  const [added] = await done(home, 'ledger add acme --amount 40 --expires 2026-12-01 --json credit_block.id');
  const { credit_block } = JSON.parse(added ?? '') as { credit_block: { id: string } };
  await done(home, `blocks extend acme ${credit_block.id} --to 2026-12-20`);
  await creditctl('sandbox clock set 2026-12-02T12:00:00Z', { home });
  const result = await undone(home, 'last', '--yes -o json');
  expect(errorOf(result).message).toBe(
    'The change of expiry of all credits for acme cannot be undone. The earlier expiry, 2026-12-01, is past.',
  );
});

test('the question shows the day that an expiry was moved to, as it was asked for', async () => {
  const home = freshHome();
  const [added] = await done(home, 'ledger add acme --amount 40 --expires 2027-03-01 --json credit_block.id');
  const { credit_block } = JSON.parse(added ?? '') as { credit_block: { id: string } };
  await done(home, `blocks extend acme ${credit_block.id} --to 2028-03-01`);
  const answers = [
    {
      message: 'Which write do you want to undo?',
      answer: '2026-11-23 21:00  Extended 40 credits of acme to 2028-03-01',
    },
    { message: 'Change the expiry of 40 credits in block', answer: false },
  ];
  const { code, stderr } = await creditctl('undo --sandbox', { home, terminal: 100, answers });
  expect(code, stderr).toBe(10);
});

test('a customer who was written to by the id of Orb is named by the external id', async () => {
  const home = freshHome();
  const { stdout: shown } = await creditctl('customers show acme --sandbox --json', { home });
  const file = path.join(home, 'rows.csv');
  writeFileSync(file, `customer_id,amount\n${idOf(shown)},4\n`);
  await done(home, `ledger import ${file}`);
  const single = await creditctl(`ledger add id:${idOf(shown)} --amount 5 --sandbox --yes`, {
    home,
    terminal: 100,
  });
  expect(single.stderr).toContain('✓ Granted 5 credits to acme (balance 9');
  const { stdout: list } = await creditctl('ledger list acme --sandbox --jq .[].id', { home });
  const [later = '', row] = list.split('\n');
  const answers = [{ message: 'Void 4 credits of acme (Acme', answer: true }];
  const { code, stderr } = await creditctl(`undo ${row} --sandbox`, { home, terminal: 100, answers });
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('✓ Voided 4 credits of acme');
  expect(stderr).not.toMatch(/of id:/);
  const again = await creditctl('history list --sandbox --json what,customer', { home });
  expect(JSON.parse(again.stdout)).toEqual(
    expect.arrayContaining([
      { what: 'void 4 credits → acme', customer: 'acme' },
      { what: 'increment 5 credits → acme', customer: 'acme' },
    ]),
  );
  await done(home, 'ledger add acme --type decrement --amount 5');
  expect((await undone(home, later)).stderr).toContain('The grant of 5 credits for acme cannot be undone');
});

for (const [what, lines, word, sentence] of [
  [
    'a customer',
    ['customers create --name A --email a@a.example'],
    'key-1',
    'Only ledger entries can be undone',
  ],
  [
    'a top-up',
    ['topups create globex --threshold 0 --amount 1 --cost-basis 0 --net-terms 0'],
    'key-1',
    'creditctl topups delete globex ',
  ],
  ['an alert', ['alerts create globex --type depleted'], 'key-1', 'creditctl alerts delete '],
] as const) {
  test(`${what} is not undone, and the way on is named`, async () => {
    const home = freshHome();
    await done(home, ...lines);
    const result = await undone(home, word);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(sentence);
  });
}

const acme = '/customers/external_customer_id/acme';
const post = (answer: object) => ({ method: 'POST', path: `${acme}/credits/ledger_entry`, answer });

/** A grant whose writes go to a host that the test plays. */
async function granted(answer: object): Promise<string> {
  const home = freshHome();
  const exchanges = [{ ...post(answer), again: true as const }];
  await creditctl('ledger add acme --amount 5 --yes', { home, exchanges, env: orb });
  return home;
}

test('what was refused, and what is not known, is not undone', async () => {
  const refusal = {
    status: 400,
    json: {
      type: 'https://docs.withorb.com/reference/error-responses#400-constraint-violation',
      status: 400,
      detail: 'no',
    },
  };
  const refused = await granted(refusal);
  const never = await creditctl('undo key-1 --yes', { home: refused, exchanges: [], env: orb });
  expect(never.code).toBe(1);
  expect(never.stderr).toContain('was never applied, so there is nothing to undo');
  const unknown = await granted({ status: 500 });
  const open = await creditctl('undo key-1 --yes', { home: unknown, exchanges: [], env: orb });
  expect(open.code).toBe(1);
  expect(open.stderr).toContain('creditctl history settle key-1');
});

test('a write to another host is not undone here', async () => {
  const home = await granted({ status: 201, json: made() });
  const env = { ...orb, ORB_BASE_URL: 'https://other.example/v1' };
  const result = await creditctl('undo key-1 --yes', { home, exchanges: [], env });
  expect(result.code).toBe(4);
  expect(result.stderr).toContain('no write "key-1" in this account');
});

const drawn = (id: string, amount: number, number: number) =>
  entry({
    id: `e-${id}`,
    entry_type: 'decrement',
    amount,
    ledger_sequence_number: number,
    credit_block: { id, expiry_date: null, per_unit_cost_basis: null, filters: [] },
  });
const amended = (id: string, amount: number) => ({ ...drawn(id, amount, 9), entry_type: 'amendment' });

/** What an undoing of that decrement asks before it writes. */
const reads = (more: readonly object[] = []) => [
  {
    method: 'GET',
    path: `${acme}/credits/ledger?currency=credits&limit=100`,
    answer: { json: page([...more, drawn('b2', 2, 4), drawn('b1', 3, 3)] as never[]) },
  },
  { method: 'GET', path: acme, answer: { json: customer() } },
  {
    method: 'GET',
    path: `${acme}/credits?currency=credits&include_all_blocks=true&limit=100`,
    answer: {
      json: page([
        block({ id: 'b2', balance: 8, maximum_initial_balance: 10 }),
        block({ id: 'b1', balance: 0, maximum_initial_balance: 3 }),
      ]),
    },
  },
];

/** A home from which 5 credits were used, of two blocks. */
const used = () => homeAfter('credits of two blocks were used', () => useOfTwo(freshHome()));

async function useOfTwo(home: string): Promise<string> {
  const exchanges = [
    post({ status: 201, json: made(drawn('b2', 2, 4)) }),
    {
      method: 'GET',
      path: `${acme}/credits/ledger?currency=credits&entry_type=decrement&limit=100`,
      answer: { json: page([drawn('b2', 2, 4), drawn('b1', 3, 3)]) },
    },
  ];
  const line = 'ledger add acme --type decrement --amount 5 --yes';
  expect((await creditctl(line, { home, exchanges, env: orb })).code).toBe(0);
  return home;
}

const refusal = {
  status: 400,
  json: {
    type: 'https://docs.withorb.com/reference/error-responses#400-constraint-violation',
    status: 400,
    detail: 'full',
  },
};

test('if only a part could be written, that is shown and exits 9, and another run does the rest and nothing twice', async () => {
  const home = await used();
  const exchanges = [...reads(), post({ status: 201, json: made(amended('b1', 3)) }), post(refusal)];
  const part = await creditctl('undo last --yes --json amount', { home, exchanges, env: orb });
  expect(part.code, part.stderr).toBe(9);
  expect(JSON.parse(part.stdout)).toEqual([{ amount: 3 }]);
  expect(errorOf(part)).toMatchObject({
    message: expect.stringContaining('1 of 2 writes are done, and then: '),
    applied: 'yes',
    // Once there is a newer write, the same line takes that one back.
    retry_safe: false,
  });
  const rest = await creditctl('undo key-1 --yes --json amount', {
    home,
    exchanges: [...reads([amended('b1', 3)]), post({ status: 201, json: made(amended('b2', 2)) })],
    env: orb,
  });
  expect(rest.code, rest.stderr).toBe(0);
  expect(sentBody(rest.requests.at(-1))).toMatchObject({
    entry_type: 'amendment',
    block_id: 'b2',
    amount: 2,
  });
});

test.each([
  ['undo last', false],
  ['undo key-1', true],
])('"%s" that a signal ends between two writes exits as the signal asks, and says what was done', async (line, isSafe) => {
  const home = await used();
  const fail = new CreditctlError('interrupted', 'Interrupted', { applied: 'no' });
  const exchanges = [...reads(), post({ status: 201, json: made(amended('b1', 3)) }), { ...post({}), fail }];
  const cut = await creditctl(`${line} --yes -o json`, { home, exchanges, env: orb });
  expect(cut.code, cut.stderr).toBe(130);
  expect(errorOf(cut)).toMatchObject({ applied: 'yes', retry_safe: isSafe });
  expect(errorOf(cut).next).toHaveLength(1);
});

test('a deduction that the API rounded takes no part of an older one, when it is shown and when it is undone', async () => {
  const home = freshHome();
  const line = 'ledger add acme --type decrement --amount 5.00000000000000001 --yes -o csv --columns id';
  const written = post({ status: 201, json: made(drawn('b2', 5, 4)) });
  const shown = await creditctl(line, { home, exchanges: [written], env: orb });
  expect([shown.code, csvOf(shown.stdout)], shown.stderr).toEqual([0, [{ id: 'e-b2' }]]);
  const [ledger, ...others] = reads();
  const list = { ...ledger, answer: { json: page([drawn('b2', 5, 4), drawn('b1', 3, 3)]) } };
  const dry = await creditctl('undo last --dry-run -o json', {
    ...{ home, env: orb },
    exchanges: [list as (typeof others)[number], ...others],
  });
  expect(dry.code, dry.stderr).toBe(0);
  expect(JSON.parse(dry.stdout)).toMatchObject([{ request: { body: { block_id: 'b2', amount: 2 } } }]);
});

test('a part of unknown outcome is settled under its key before the rest is worked out', async () => {
  const home = await used();
  const open = await creditctl('undo last --yes', {
    home,
    exchanges: [...reads(), { ...post({ status: 500 }), again: true as const }],
    env: orb,
  });
  expect(open.code, open.stderr).toBe(11);
  const settled = await creditctl('undo key-1 --yes --json amount', {
    home,
    exchanges: [
      ...unmarked('currency=credits&'),
      post({ status: 201, json: made(amended('b1', 3)) }),
      ...reads([amended('b1', 3)]),
      post({ status: 201, json: made(amended('b2', 2)) }),
    ],
    env: orb,
  });
  expect(settled.code, settled.stderr).toBe(0);
  const [, , first, , , , last] = settled.requests;
  expect(first?.headers['idempotency-key']).toBe(open.requests.at(-1)?.headers['idempotency-key']);
  expect(sentBody(last)).toMatchObject({ block_id: 'b2' });
  expect(notesOf(settled)[0]).toMatchObject({ connection: { kind: 'live' } });
});

test('a part of unknown outcome is not sent again where the policy forbids it by now', async () => {
  const home = await used();
  const failing = { ...post({ status: 500 }), again: true as const };
  const open = await creditctl('undo last --yes', { home, exchanges: [...reads(), failing], env: orb });
  expect(open.code, open.stderr).toBe(11);
  await creditctl('config set policy.allowed_types increment', { home });
  const refused = await creditctl('undo key-1 --yes -o json', { home, exchanges: [], env: orb });
  expect(refused.code, refused.stderr).toBe(10);
  expect(errorOf(refused)).toMatchObject({ code: 'refused', applied: 'unknown' });
});

test('above the limit of the policy, the amount of all together is typed back', async () => {
  const home = freshHome();
  await creditctl('config set kind sandbox --profile demo', { home });
  await creditctl('config use demo', { home });
  for (const line of ['--amount 100 --expires +30d', '--amount 50', '--type decrement --amount 120'])
    expect((await creditctl(`ledger add acme ${line} --yes`, { home })).code).toBe(0);
  await creditctl('config set policy.entry_confirm_above 50', { home });
  const without = await creditctl('undo last --yes', { home });
  expect(without.code).toBe(10);
  expect(without.stderr).toContain('Add --confirm 120');
  expect((await creditctl('undo last --yes --confirm 100', { home })).code).toBe(10);
  expect((await creditctl('undo last --yes --confirm 120', { home })).code).toBe(0);
});

test('"last" is the write that was undone in part, until the last part is taken back', async () => {
  const home = await used();
  const part = await creditctl('undo last --yes', {
    home,
    exchanges: [...reads(), post({ status: 201, json: made(amended('b1', 3)) }), post(refusal)],
    env: orb,
  });
  expect(part.code, part.stderr).toBe(9);
  const listed = await creditctl('history list --json undone_by', { home, env: orb });
  expect(JSON.parse(listed.stdout)).toContainEqual({ undone_by: null });
  expect(listed.stdout).not.toContain('undo-');
  const rest = await creditctl('undo last --yes', {
    home,
    exchanges: [...reads([amended('b1', 3)]), post({ status: 201, json: made(amended('b2', 2)) })],
    env: orb,
  });
  expect(rest.code, rest.stderr).toBe(0);
  expect(sentBody(rest.requests.at(-1))).toMatchObject({ block_id: 'b2', amount: 2 });
  expect((await creditctl('undo last --yes', { home, exchanges: [], env: orb })).code).toBe(4);
});

test('the way on from "last" names the write, because a newer one may be the last by then', async () => {
  const home = freshHome();
  await done(home, 'ledger add acme --amount 7');
  const open = await creditctl('undo last --sandbox --yes --description "Not wanted" -o json', {
    ...{ home, ...losingAnswers },
  });
  expect(open.code, open.stderr).toBe(11);
  expect(errorOf(open)).toMatchObject({ applied: 'unknown', retry_safe: false });
  const [way = ''] = errorOf(open).next as string[];
  expect(way).toBe("Go on with this undo: creditctl undo key-1 --description 'Not wanted' --sandbox");
  await done(home, 'ledger add acme --amount 9');
  const settled = await creditctl(`${way.replace(/^.*: creditctl /, '')} --yes`, { home });
  expect(settled.code, settled.stderr).toBe(0);
  expect(await available(home)).toBe(9);
});

/** A grant whose undoing was sent, and not answered. */
async function leftOpen(): Promise<{ home: string; key: string | undefined }> {
  const home = await granted({ status: 201, json: made({ id: 'e1' }) });
  const open = await creditctl('undo last --yes', {
    home,
    exchanges: [
      ...readsOfGrant([entry({ id: 'e1', amount: 5 })]),
      { ...post({ status: 500 }), again: true as const },
    ],
    env: orb,
  });
  expect(open.code, open.stderr).toBe(11);
  return { home, key: open.requests.at(-1)?.headers['idempotency-key'] };
}

const readsOfGrant = (entries: readonly object[]) => [
  {
    method: 'GET',
    path: `${acme}/credits/ledger?currency=credits&limit=100`,
    answer: { json: page(entries as never[]) },
  },
  { method: 'GET', path: acme, answer: { json: customer() } },
  {
    method: 'GET',
    path: `${acme}/credits?currency=credits&include_all_blocks=true&limit=100`,
    answer: { json: page([block({ id: entry().credit_block.id, balance: 5 })]) },
  },
];

const voided = {
  ...entry({ id: 'e2', amount: 5 }),
  entry_type: 'void_initiated',
  new_block_expiry_date: '2026-11-23T12:00:00+00:00',
  void_amount: 5,
  void_reason: null,
};

test('an undoing that is settled by running it again is shown as what was done, after the place was said', async () => {
  const { home, key } = await leftOpen();
  const exchanges = [
    {
      method: 'GET',
      path: `${acme}/credits?currency=credits&limit=100`,
      answer: { json: page([block({ id: entry().credit_block.id, balance: 5 })]) },
    },
    ...unmarked('currency=credits&'),
    post({ status: 201, json: made(voided) }),
    ...readsOfGrant([voided, entry({ id: 'e1', amount: 5 })]).slice(0, 1),
  ];
  const settled = await creditctl('undo last --yes --json id', { home, exchanges, env: orb });
  expect(settled.code, settled.stderr).toBe(0);
  expect(JSON.parse(settled.stdout)).toEqual([{ id: 'e2' }]);
  expect(settled.requests[3]?.headers['idempotency-key']).toBe(key);
  const said = notesOf(settled);
  expect(said).toContainEqual({ settled: [key] });
  expect(said.filter((note) => 'connection' in note)).toHaveLength(1);
});

test('what a killed run left open is sent again only by somebody who agrees, and knows where to', async () => {
  const { home } = await leftOpen();
  const answers = [{ message: 'Settle this write?', answer: false }];
  const declined = await creditctl('undo last', { home, terminal: 100, answers, exchanges: [], env: orb });
  expect(declined.code, declined.stderr).toBe(10);
  expect(declined.requests).toEqual([]);
  expect(declined.stderr).toMatch(/ LIVE .* · [\s\S]*send it again\s+under its key/);
});

test('"last" after an undoing that was cut off before it could say so means the same write', async () => {
  const home = freshHome();
  await done(home, 'ledger add acme --amount 1', 'ledger add acme --amount 2', 'undo last');
  // As a process leaves it that is killed right after its write was settled.
  changeRecord(home, 'UPDATE writes SET acknowledged_at = NULL WHERE undoes IS NOT NULL');
  for (const flag of ['--dry-run', '--yes']) {
    const again = await undone(home, 'last', `${flag} -o json`);
    expect(again.code).toBe(1);
    expect(errorOf(again).message).toContain('This write was already undone');
  }
  // The person knows that now, and means the write before.
  expect(await available(home)).toBe(1);
  expect((await undone(home, 'last', '--yes')).code).toBe(0);
  expect(await available(home)).toBe(0);
});

test('a batch is taken back by its id, as by batch undo', async () => {
  const home = freshHome();
  const file = path.join(home, 'grants.csv');
  writeFileSync(file, 'external_customer_id,amount\nacme,5\nacme,5\nglobex,7\n');
  await done(home, `ledger import ${file} --batch-id trials`);
  expect(await available(home)).toBe(10);
  const { code, stdout, stderr } = await undone(home, 'trials', '--yes --json rows,taken_back');
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ rows: 3, taken_back: 3 });
  expect(await available(home)).toBe(0);
});

test('last passes over no batch: it undoes nothing until the batch is taken back', async () => {
  const home = freshHome();
  const file = path.join(home, 'grants.csv');
  writeFileSync(file, 'external_customer_id,amount\nglobex,7\n');
  await done(home, 'ledger add acme --amount 3', `ledger import ${file} --batch-id trials`);
  const refused = await undone(home, 'last', '--yes -o json');
  expect(refused.code).toBe(1);
  expect(errorOf(refused).next).toContain('creditctl batch undo trials --sandbox');
  expect(await available(home)).toBe(3);
  await done(home, 'batch undo trials --confirm trials', 'undo last');
  expect(await available(home)).toBe(0);
  await done(home, `ledger import ${file} --batch-id more`);
  const later = { home, now: noon + 1000 };
  await creditctl('ledger add acme --amount 4 --sandbox --yes', later);
  expect((await creditctl('undo last --sandbox --yes', later)).code).toBe(0);
  expect((await creditctl('undo last --sandbox --yes', later)).code).toBe(1);
});

test('on a terminal the question names the customer, and what was undone is shown in the customer’s time', async () => {
  const { home } = await creditctl('ledger add acme --amount 12500 --sandbox --yes');
  const { code, stdout, stderr } = await creditctl('undo last --sandbox', {
    home,
    terminal: 200,
    answers: [{ message: 'Void 12,500 credits of acme (Acme Corp) in block ', answer: true }],
  });
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('Times are in America/Los_Angeles.');
  expect(stdout).toContain('2026-11-23 04:00');
});

test('what would be more than the person was shown is not done, if credits are used while they think', async () => {
  const { home } = await creditctl('ledger add acme --amount 100 --sandbox --yes');
  for (const [line, message] of [
    ['undo last --sandbox', 'Void '],
    ['ledger add acme --type decrement --amount 50 --sandbox', 'Use 50 credits'],
  ] as const) {
    const result = await creditctl(line, {
      home,
      terminal: 200,
      answers: [{ message, answer: true, meanwhile: () => use('51', home) }],
    });
    expect(result.code, result.stderr).toBe(10);
    expect(result.stderr).toContain('Credits moved while you were asked');
    expect(posts(result)).toEqual([]);
    await creditctl('ledger add acme --amount 51 --sandbox --yes --idempotency-key again', { home });
  }
});

test('an undo that never arrived is not sent again once credits were used: what is left is taken back', async () => {
  const { home } = await creditctl('ledger add acme --amount 100 --sandbox --yes');
  const lost = await creditctl('undo last --sandbox --yes', {
    home,
    between: async (request, exchange) => {
      if (request.method === 'POST') throw new TransportFailure('the connection was lost', 'maybe');
      return exchange(request);
    },
  });
  expect(lost.code).toBe(11);
  await use('60', home);
  const [{ key = '' } = {}] = recordedIn(home);
  // For as long as the lost request may still arrive, nothing is sent.
  const early = await creditctl(`undo ${key} --sandbox --yes`, { home });
  expect(early.code, early.stderr).toBe(11);
  expect(posts(early)).toEqual([]);
  const later = await creditctl(`undo ${key} --sandbox --yes`, { home, now: noon + 200_000 });
  expect(later.code, later.stderr).toBe(0);
  expect(posts(later).map(sentBody)).toMatchObject([{ entry_type: 'void', amount: 40 }]);
});
