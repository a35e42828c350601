import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, linesOf, notesOf, orb, sentBody } from '../../support/command.ts';
import { customer, entry, made, searched } from '../../support/documents.ts';
import { granted } from '../../support/granted.ts';
import { recordedIn } from '../../support/recorded.ts';
import {
  freshHome,
  losingAnswers,
  noon,
  type PlannedExchange,
  type RunOptions,
  run,
} from '../../support/run.ts';

test('a grant on the embedded ledger prints the entry and nothing else on stdout', async () => {
  const { code, stdout, stderr } = await run([
    'ledger',
    'add',
    'acme',
    '--amount',
    '100',
    '--sandbox',
    '--yes',
    '-o',
    'json',
  ]);
  expect(stderr).toContain('connection');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    entry_type: 'increment',
    amount: 100,
    starting_balance: 0,
    ending_balance: 100,
  });
});

test('a grant of unknown outcome is not made again under the other name of the customer', async () => {
  const { home, stdout: made } = await creditctl('customers show acme --sandbox -o json');
  const { id } = JSON.parse(made) as { readonly id: string };
  const grant = (name: string) => `ledger add ${name} --amount 7 --sandbox --yes -o json`;
  await creditctl('sandbox faults set reset-after=1', { home });
  expect((await creditctl(grant('acme'), { home })).code).toBe(11);
  await creditctl('sandbox faults clear', { home });
  const again = await creditctl(grant(`id:${id}`), { home });
  expect(again.code).toBe(0);
  expect(again.stderr).toContain('"manner":"found"');
  const { stdout } = await creditctl('ledger list acme --sandbox -o json', { home });
  expect(JSON.parse(stdout)).toEqual([JSON.parse(again.stdout)]);
});

test('what is missing is asked for on a terminal, and the command line that says the same is shown', async () => {
  const { code, stdout, stderr } = await run(['ledger', 'add', '--sandbox'], {
    terminal: 100,
    answers: [
      { message: 'Which customer?', answer: 'acme' },
      { message: 'What do you want to do?', answer: 'Grant' },
      { message: 'How many credits?', answer: '12.50' },
      { message: 'When do the credits expire?', answer: 'in 30 days' },
      { message: 'Description', answer: 'Trial' },
      { message: 'Grant 12.5 credits to acme (Acme Corp)?', answer: true },
    ],
  });
  expect(code).toBe(0);
  expect(stdout).toContain('12.5');
  expect(stderr).toContain(
    'creditctl ledger add acme --type increment --amount 12.50 --expires +30d --description Trial --sandbox --yes',
  );
});

test('after answers, a grant of unknown outcome names the line that settles it and is no second grant', async () => {
  const home = freshHome();
  const { code, stderr } = await run(['ledger', 'add', 'acme', '--amount', '7', '--sandbox'], {
    home,
    terminal: 100,
    answers: [
      { message: 'When do the credits expire?', answer: 'in 30 days' },
      { message: 'Description', answer: 'Tiral' },
      { message: 'Grant 7 credits to acme (Acme Corp)?', answer: true },
    ],
    ...losingAnswers,
  });
  expect(code).toBe(11);
  const [, line = ''] = /To run this without questions:\n {2}creditctl (.*)\n/.exec(stderr) ?? [];
  expect(line).toContain('--description Tiral');
  expect((await creditctl(line, { home })).code).toBe(0);
  const { stdout } = await creditctl('ledger list acme --sandbox -o json', { home });
  expect(JSON.parse(stdout)).toHaveLength(1);
});

const acme = '/customers/external_customer_id/acme';
const who = (path = acme): PlannedExchange => ({ method: 'GET', path, answer: { json: customer() } });
const post = (path = acme, changes: object = {}): PlannedExchange => ({
  method: 'POST',
  path: `${path}/credits/ledger_entry`,
  answer: { status: 201, json: made(changes) },
});

/** The body that a line sends to an API whose customer lives in Los Angeles. */
async function bodyOf(line: string, options: Partial<RunOptions> = {}): Promise<unknown> {
  const dated = /--(expires|effective|target-expires|invoice-due|invoice-date)|--body/.test(line);
  const exchanges = options.exchanges ?? [...(dated ? [who()] : []), post()];
  const result = await creditctl(`${line} --yes -o json`, { ...options, exchanges, env: orb });
  expect(result.code, result.stderr).toBe(0);
  return sentBody(result.requests.at(-1));
}

test('an increment sends every flag in the words of the contract', async () => {
  const line =
    'ledger add acme --amount 100.50 --currency EUR --description "For the trial" --metadata team=a --metadata note=x=y ' +
    '--expires 2027-07-01 --effective 2026-12-01T09:00:00+01:00 --cost-basis 0.20 --item i1 --item i2 --exclude-item i3 ' +
    '--invoice-net-terms 30 --invoice-date 2026-12-02 --invoice-memo Thanks --invoice-item i9 --auto-collect --mark-paid --require-payment';
  expect(await bodyOf(line)).toEqual({
    entry_type: 'increment',
    amount: 100.5,
    currency: 'EUR',
    description: 'For the trial',
    metadata: { team: 'a', note: 'x=y' },
    effective_date: '2026-12-01T00:00:00-08:00',
    expiry_date: '2027-07-01T00:00:00-07:00',
    per_unit_cost_basis: '0.2',
    filters: [
      { field: 'item_id', operator: 'includes', values: ['i1', 'i2'] },
      { field: 'item_id', operator: 'excludes', values: ['i3'] },
    ],
    invoice_settings: {
      auto_collection: true,
      net_terms: 30,
      invoice_date: '2026-12-02',
      memo: 'Thanks',
      item_id: 'i9',
      mark_as_paid: true,
      require_successful_payment: true,
    },
  });
});

for (const [line, body] of [
  ['--amount 5', { entry_type: 'increment', amount: 5 }],
  ['--type decrement --amount 0.1', { entry_type: 'decrement', amount: 0.1 }],
  [
    '--type expiration_change --block b1 --amount 3 --target-expires eom',
    { entry_type: 'expiration_change', block_id: 'b1', amount: 3, target_expiry_date: '2026-11-30' },
  ],
  [
    '--type expiration_change --expires 2027-01-01 --target-expires +1y --amount 5',
    {
      entry_type: 'expiration_change',
      amount: 5,
      expiry_date: '2027-01-01T00:00:00-08:00',
      target_expiry_date: '2027-11-23',
    },
  ],
  [
    '--type void --block b1 --amount 3 --void-reason refund',
    { entry_type: 'void', block_id: 'b1', amount: 3, void_reason: 'refund' },
  ],
  ['--type amendment --block b1 --amount 3', { entry_type: 'amendment', block_id: 'b1', amount: 3 }],
  [
    '--amount 5 --cost-basis 1 --invoice-due 2026-12-24',
    {
      entry_type: 'increment',
      amount: 5,
      per_unit_cost_basis: '1',
      invoice_settings: { auto_collection: false, custom_due_date: '2026-12-24' },
    },
  ],
  ['--amount 5 --cost-basis 0', { entry_type: 'increment', amount: 5, per_unit_cost_basis: '0' }],
] as const) {
  test(`"ledger add acme ${line}" sends exactly that`, async () => {
    expect(await bodyOf(`ledger add acme ${line}`)).toEqual(body);
  });
}

for (const [who, path, external = 'acme'] of [
  ['acme', acme],
  ['id:4QYWy9UbDY8yXKKd', '/customers/4QYWy9UbDY8yXKKd'],
  ['--customer-id 4QYWy9UbDY8yXKKd', '/customers/4QYWy9UbDY8yXKKd'],
  ['--external-customer-id acme', acme],
  ['"a/b c?#%é"', '/customers/external_customer_id/a%2Fb%20c%3F%23%25%C3%A9', 'a/b c?#%é'],
] as const) {
  test(`"ledger add ${who}" writes below ${path}`, async () => {
    const customer = { id: '4QYWy9UbDY8yXKKd', external_customer_id: external };
    await bodyOf(`ledger add ${who} --amount 5`, { exchanges: [post(path, { customer })] });
  });
}

test('an amount of 18 digits reaches the wire and the output as it was typed', async () => {
  const digits = '123456789012345.678';
  const answered = JSON.stringify(entry({ metadata: { creditctl_key: 'key-1' } }));
  const body = answered.replace('"amount":100', `"amount":${digits}`);
  const exchanges = [{ ...post(), answer: { status: 201, body } }];
  const line = `ledger add acme --amount ${digits} --yes --confirm ${digits} --json amount`;
  const { requests, stdout } = await creditctl(line, { exchanges, env: orb });
  expect(requests[0]?.body).toMatch(`{"entry_type":"increment","amount":${digits},"metadata":`);
  expect(stdout).toBe(`{\n  "amount": ${digits}\n}\n`);
});

test('every write carries a fresh key or the one set by hand, and the record has it before it leaves', async () => {
  const fresh = await creditctl('ledger add acme --amount 5 --yes', { exchanges: [post()], env: orb });
  expect(fresh.requests[0]?.headers).toEqual({ 'idempotency-key': 'key-1' });
  expect(fresh.stderr).toBe(
    'LIVE · profile default · orb.example\n✓ Granted 5 credits to acme (balance 100)\n',
  );
  expect(recordedIn(fresh.home)).toMatchObject([
    { event: 'noted', key: 'key-1', who: 'tester', request: { method: 'POST', body: { amount: 5 } } },
    { event: 'settled', key: 'key-1', status: 201 },
    { event: 'acknowledged', key: 'key-1' },
  ]);
  expect(JSON.stringify(recordedIn(fresh.home))).not.toContain(orb.ORB_API_KEY);
  const line = 'ledger add acme --amount 5 --yes --idempotency-key monthly-2026-11';
  const set = await creditctl(line, {
    exchanges: [searched(acme, 'entry_type=increment'), post()],
    env: orb,
  });
  expect(set.requests[1]?.headers).toEqual({ 'idempotency-key': 'monthly-2026-11' });
});

test('the same key twice is one write, also after the API has forgotten it', async () => {
  const line = 'ledger add acme --amount 5 --yes --idempotency-key cron-7 --sandbox -o json';
  const first = await creditctl(line);
  const second = await creditctl(line, { home: first.home });
  expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout));
  const later = await creditctl(line, { home: first.home, now: noon + 72 * 3_600_000 });
  expect(JSON.parse(later.stdout)).toEqual(JSON.parse(first.stdout));
  expect(later.requests).toEqual([]);
  const list = await creditctl('ledger list acme --sandbox --json id', { home: first.home });
  expect(JSON.parse(list.stdout)).toHaveLength(1);
  const other = await creditctl(line.replace('5', '6'), { home: first.home });
  expect(other.code).toBe(2);
  expect(errorOf(other).message).toContain('--idempotency-key was used for another write: "cron-7"');
});

test('the same key and the same words are one write on every day, whatever the date is that they mean', async () => {
  const line = 'ledger add acme --amount 5 --yes --idempotency-key cron-8 --sandbox --expires +30d';
  const first = await creditctl(`${line} --json id`);
  const later = { home: first.home, now: noon + 25 * 3_600_000 };
  const second = await creditctl(`${line} --json id`, later);
  expect([second.code, second.stdout]).toEqual([0, first.stdout]);
  expect(notesOf(second).filter((note) => 'warning' in note)).toEqual([]);
  expect((await creditctl(line.replace('30d', '29d'), later)).code).toBe(0);
  expect((await creditctl(line.replace('30d', '31d'), later)).code).toBe(2);
  const usual = { ...later, now: noon };
  await creditctl('config set policy.default_expiry +90d --sandbox', usual);
  const bare = 'ledger add acme --amount 5 --yes --idempotency-key cron-9 --sandbox --json id';
  const made = await creditctl(bare, usual);
  expect((await creditctl(bare, later)).stdout).toBe(made.stdout);
});

test('a write of unknown outcome is settled by the same words, though the policy has another expiry by now', async () => {
  const line = 'ledger add acme --amount 5 --yes --sandbox';
  const { home } = await creditctl('config set policy.default_expiry +30d --sandbox');
  expect((await creditctl(line, { home, ...losingAnswers })).code).toBe(11);
  await creditctl('config set policy.default_expiry +60d --sandbox', { home });
  const settled = await creditctl(line, { home });
  expect([settled.code, settled.stderr]).toEqual([0, expect.stringContaining('expires 2026-12-23')]);
  const { stdout } = await creditctl('ledger list acme --sandbox -o csv --columns change', { home });
  expect(stdout).toBe('change\n+5\n');
  const next = await creditctl(line, { home });
  expect([next.code, next.stderr]).toEqual([0, expect.stringContaining('expires 2027-01-22')]);
});

for (const [how, key] of [
  ['without a key of its own', ''],
  ['under its key', ' --idempotency-key k1'],
])
  test(`a write of unknown outcome is settled by the same words ${how} after midnight, and not made twice`, async () => {
    const line = `ledger add acme --amount 5 --expires +30d --yes --sandbox${key}`;
    const { home } = await creditctl('sandbox status');
    await creditctl('sandbox faults set 409-in-flight=1', { home });
    const unknown = await creditctl(line, { home });
    expect(unknown.code).toBe(11);
    await creditctl('sandbox faults clear', { home });
    const tomorrow = { home, now: noon + 25 * 3_600_000 };
    const settled = await creditctl(line, tomorrow);
    expect([settled.code, settled.stderr]).toEqual([0, expect.stringContaining('expires 2026-12-23')]);
    const { stdout } = await creditctl('ledger list acme --sandbox -o csv --columns change', tomorrow);
    expect(stdout).toBe('change\n+5\n');
  });

test('a decrement below zero is made, as the API makes it, and warned of with the way back', async () => {
  const { home } = await granted('--amount 5');
  const line = 'ledger add acme --type decrement --sandbox --yes --quiet -o json --amount';
  const within = await creditctl(`${line} 5`, { home });
  expect(notesOf(within).filter((note) => 'warning' in note)).toEqual([]);
  const beyond = await creditctl(`${line} 2`, { home });
  expect(beyond.code).toBe(0);
  const [{ undo }] = notesOf(beyond).filter((note) => 'warning' in note) as [{ undo: string }];
  expect((await creditctl(`undo ${undo} --sandbox --yes`, { home })).stderr).toContain('(balance 0)');
});

test('a key is shown so that a shell reads it back', async () => {
  const line = 'ledger add acme --type decrement --amount 5 --sandbox --yes --idempotency-key a;b$c';
  expect((await creditctl(line)).stderr).toContain("creditctl undo 'a;b$c' --sandbox");
});

test('a decrement over several blocks shows every entry it made, and as JSON the last one', async () => {
  const { home } = await granted('--amount 3');
  await creditctl('ledger add acme --amount 4 --sandbox --yes', { home });
  const line = 'ledger add acme --type decrement --amount 5 --sandbox --yes';
  const lines = linesOf((await creditctl(`${line} -o ndjson`, { home })).stdout);
  expect(lines).toMatchObject([
    { amount: 3, starting_balance: 7, ending_balance: 4 },
    { amount: 2, starting_balance: 4, ending_balance: 2 },
  ]);
  const { stdout } = await creditctl(`${line.replace('5', '1')} --json amount`, { home });
  expect(JSON.parse(stdout)).toEqual({ amount: 1 });
});

test('a decrement over two blocks shows its own entries, and not one that came right after it', async () => {
  const { home } = await granted('--amount 3');
  await creditctl('ledger add acme --amount 4 --sandbox --yes', { home });
  const line = 'ledger add acme --type decrement --amount 5 --sandbox --yes -o ndjson';
  const { stdout } = await creditctl(line, {
    home,
    between: async (request, exchange) => {
      const answer = await exchange(request);
      if (request.method === 'POST')
        await creditctl('ledger add acme --type decrement --amount 1 --sandbox --yes', { home });
      return answer;
    },
  });
  expect(linesOf(stdout)).toMatchObject([{ amount: 3 }, { amount: 2 }]);
});

const body = { entry_type: 'void', amount: 2.5, block_id: 'b1', void_reason: 'refund', description: null };

test('a body from a file or from stdin is sent after the same checks', async () => {
  const home = freshHome();
  const file = path.join(home, 'body.json');
  writeFileSync(file, JSON.stringify(body));
  const { description: _null, ...sent } = body;
  const voided = post();
  expect(await bodyOf(`ledger add acme --body ${file}`, { exchanges: [voided] })).toEqual(sent);
  const piped = { stdin: JSON.stringify(body), exchanges: [voided] };
  expect(await bodyOf('ledger add acme --body -', piped)).toEqual(sent);
});

for (const [text, sentence] of [
  ['', '--body stdin is empty'],
  ['{"entry_type":', '--body stdin is not JSON'],
  ['[]', '--body stdin must contain one JSON object'],
  ['{"entry_type":"gift"}', 'body: entry_type must be one of increment'],
  ['{"entry_type":"increment"}', 'body: amount is missing'],
  ['{"entry_type":"increment","amount":"5"}', 'body: amount must be a JSON number'],
  ['{"entry_type":"increment","amount":-5}', 'body: amount must not be negative'],
  ['{"entry_type":"increment","amount":5,"colour":"red"}', 'body: colour is not a field of a ledger entry'],
  ['{"entry_type":"decrement","amount":5,"block_id":"b"}', 'body: block_id cannot be used with a decrement'],
  ['{"entry_type":"increment","amount":5,"metadata":{"a":1}}', 'body: metadata.a must be a string'],
  ['{"entry_type":"increment","amount":5,"filters":[{}]}', 'body: filters must be of the form'],
  ['{"entry_type":"increment","amount":5,"invoice_settings":3}', 'body: invoice_settings must be an object'],
] as const) {
  test(`a body of ${text === '' ? 'nothing' : text} is refused, and nothing is sent`, async () => {
    const line = 'ledger add acme --body - --yes';
    expectUsage(await creditctl(line, { stdin: text, exchanges: [], env: orb }), [sentence]);
  });
}

test('a body file that is missing, a folder, or joined by flags is refused', async () => {
  const missing = await creditctl('ledger add acme --body /nowhere/body.json --yes', {
    exchanges: [],
    env: orb,
  });
  expectUsage(missing, ['--body: the file /nowhere/body.json does not exist']);
  expectUsage(await creditctl('ledger add acme --body / --yes', { exchanges: [], env: orb }), [
    'is a folder',
  ]);
  const line = 'ledger add acme --body - --amount 5 --type void --yes';
  const both = await creditctl(line, { stdin: JSON.stringify(body), exchanges: [], env: orb });
  expectUsage(both, ['--type cannot be used with --body', '--amount cannot be used with --body']);
});

const digits40 = '1234567890123456789012345678901234567890';

for (const [flags, ...sentences] of [
  ['--amount 1e3', '--amount must be written out without an exponent: "1e3"'],
  ['--amount 1,000', '--amount must not have separators: "1,000"; write 1000'],
  ['--amount -5', '--amount must not be negative: "-5"'],
  ['--amount NaN', '--amount is not a decimal number: "NaN"'],
  ['--amount Infinity', '--amount is not a decimal number: "Infinity"'],
  ['--amount 0x10', '--amount is not a decimal number: "0x10"'],
  ['--amount .5', '--amount is not a decimal number: ".5"'],
  ['--amount ""', '--amount is empty'],
  ['--amount 0', '--amount must be above 0'],
  [`--amount ${digits40}`, '--amount has too many digits'],
  ['--amount 5 --expires 2026-02-30', '--expires is not a day of the calendar: "2026-02-30"'],
  ['--amount 5 --expires soon', '--expires is not a date: "soon"'],
  ['--amount 5 --expires 2026-12-01T25:00:00Z', '--expires is not a date'],
  ['--amount 5 --effective 31.12.2026', '--effective is not a date: "31.12.2026"'],
  ['--type gift --amount 5', '--type must be one of increment, decrement'],
  ['--amount 5 --cost-basis 0.2', '--cost-basis above 0 creates an invoice'],
  ['--amount 5 --cost-basis x', '--cost-basis is not a decimal number: "x"'],
  ['--amount 5 --invoice-net-terms 30', '--cost-basis is missing: an invoice needs the price of one credit'],
  [
    '--amount 5 --cost-basis 1 --mark-paid',
    '--invoice-net-terms is missing: an invoice needs it or --invoice-due',
  ],
  [
    '--amount 5 --cost-basis 1 --invoice-net-terms 30 --invoice-due 2027-01-01',
    '--invoice-net-terms cannot be used with --invoice-due',
  ],
  [
    '--amount 5 --cost-basis 1 --invoice-net-terms x',
    '--invoice-net-terms must be a whole number of days: "x"',
  ],
  ['--amount 5 --cost-basis 1 --invoice-due 2026-02-30', '--invoice-due is not a day of the calendar'],
  ['--amount 5 --cost-basis 1 --invoice-net-terms 3 --invoice-date never', '--invoice-date is not a date'],
  ['--amount 5 --cost-basis 1 --invoice-net-terms 3 --invoice-memo ""', '--invoice-memo is empty'],
  ['--amount 5 --cost-basis 1 --invoice-net-terms 3 --invoice-item ""', '--invoice-item is empty'],
  ['--amount 5 --metadata team', '--metadata must be key=value: "team"'],
  ['--amount 5 --metadata =a', '--metadata must be key=value: "=a"'],
  ['--amount 5 --metadata a=1 --metadata a=2', '--metadata sets the key "a" twice'],
  ['--amount 5 --item i --exclude-item i', '--item includes "i", which --exclude-item excludes'],
  ['--amount 5 --item ""', '--item is empty'],
  ['--amount 5 --currency ""', '--currency is empty'],
  ['--amount 5 --description ""', '--description is empty'],
  ['--amount 5 --block b', '--block cannot be used with an increment'],
  ['--amount 5 --void-reason refund', '--void-reason cannot be used with an increment, only with void'],
  ['--amount 5 --target-expires eom', '--target-expires cannot be used with an increment'],
  ['--type void --block b --amount 5 --void-reason theft', '--void-reason must be refund: "theft"'],
  ['--type decrement --amount 5 --expires eom', '--expires cannot be used with a decrement'],
  ['--type decrement --amount 5 --auto-collect', '--auto-collect cannot be used with a decrement'],
  ['--type decrement --amount 5 --require-payment', '--require-payment cannot be used with a decrement'],
  ['--type void --amount 5', '--block is missing: a void needs it'],
  ['--type expiration_change --block b', '--target-expires is missing: an expiry change needs it'],
  [
    '--type expiration_change --block b --target-expires 2026-12-01T00:00:00Z',
    '--target-expires must be a date without a time',
  ],
  ['--type amendment', '--block is missing', '--amount is missing'],
  ['--amount x --expires y --metadata z', '--amount is not', '--expires is not', '--metadata must be'],
  [`--amount 5 --idempotency-key ${'k'.repeat(65)}`, '--idempotency-key must be 1 to 64 ASCII characters'],
] as const) {
  test(`"ledger add acme ${flags}" is refused, and nothing is sent`, async () => {
    expectUsage(await creditctl(`ledger add acme ${flags} --yes`, { exchanges: [], env: orb }), sentences);
  });
}

test('off a terminal all that is missing is named at once, the customer included', async () => {
  const result = await creditctl('ledger add --yes', { exchanges: [], env: orb });
  expectUsage(result, ['<customer> is missing', '--amount is missing: an increment needs it']);
});

test('--no-input on a terminal never asks, and names what is missing', async () => {
  const result = await creditctl('ledger add --no-input --yes', { exchanges: [], env: orb, terminal: 80 });
  expectUsage(result, ['<customer> is missing', '--amount is missing']);
});

test('an expiry that has passed in the zone of the customer is refused before anything is written', async () => {
  const line = 'ledger add acme --amount 5 --expires today --yes';
  const result = await creditctl(line, { exchanges: [who()], env: orb });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('--expires is in the past');
  expect(recordedIn(result.home)).toEqual([]);
});

test('a person is asked nothing once an expiry has passed in the zone of the customer', async () => {
  const said = { exchanges: [who()], env: orb, terminal: 80, answers: [] };
  const result = await creditctl('ledger add acme --amount 5 --expires today', said);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('--expires is in the past');
  expect(recordedIn(result.home)).toEqual([]);
});

test('a profile says whether its key is live or test, and a write says it on stderr', async () => {
  const { home } = await creditctl('config set mode test --profile staging');
  const line = 'ledger add acme --amount 5 --yes --profile staging';
  const { stderr } = await creditctl(line, { home, exchanges: [post()], env: orb });
  expect(stderr).toMatch(/^TEST · profile staging · orb.example\n/);
});

test('a dry run on a terminal breaks what it says between words, and the body nowhere', async () => {
  const reason = 'credits for the trial of the new plan in the first quarter of the year';
  const line = `ledger add acme --amount 10 --expires 2099-12-31 --description "${reason}" --sandbox --dry-run`;
  const { stdout } = await creditctl(line, { terminal: 60 });
  expect(stdout).toContain(
    '\n  new block  10, expires at the start of 2099-12-31\n             (America/Los_Angeles)\n',
  );
  expect(stdout).toContain(`"description": "${reason}"`);
  const piped = await creditctl(line);
  expect(piped.stdout).toContain('10, expires at the start of 2099-12-31 (America/Los_Angeles)\n');
});

test('a dry run shows balance, new block, revenue and invoice', async () => {
  const { home } = await granted('--amount 3');
  const line = 'ledger add acme --amount 10 --cost-basis 0.5 --invoice-net-terms 30 --sandbox --dry-run';
  const { stdout } = await creditctl(line, { home });
  for (const part of [
    'Grant 10 credits to acme',
    'balance    3 → 13 credits',
    'new block  10, never expires',
    'revenue    none recognised',
    'invoice    5 USD',
    'request    POST /customers/external_customer_id/acme/credits/ledger_entry',
  ])
    expect(stdout).toContain(part);
  const document = await creditctl(`${line} -o json`, { home });
  expect(JSON.parse(document.stdout)).toMatchObject({
    request: { body: { amount: 10, invoice_settings: { net_terms: 30 } } },
    effect: { balance_before: 3, balance_after: 13, invoice_total: '5', revenue_recognised: null },
  });
});

test('a void is shown with the entry that takes the credits out', async () => {
  const { home } = await granted('--amount 30');
  const listed = await creditctl('blocks list acme --sandbox --json id', { home });
  const [{ id } = { id: '' }] = JSON.parse(listed.stdout) as { id: string }[];
  const line = `ledger add acme --type void --block ${id} --amount 10 --sandbox --yes`;
  const shown = await creditctl(`${line} -o csv --columns entry_type,change`, { home });
  expect(shown.stdout).toBe('entry_type,change\nvoid_initiated,0\nvoid,-10\n');
});

test('on a terminal a complete grant is offered an expiry and a description; a script is asked nothing', async () => {
  const result = await creditctl('ledger add acme --amount 5 --sandbox', {
    terminal: 200,
    answers: [
      { message: 'When do the credits expire?', answer: 'in 30 days' },
      { message: 'Description (optional)', answer: 'Trial' },
      { message: 'Grant 5 credits to acme (Acme Corp)?', answer: true },
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain(
    'creditctl ledger add acme --type increment --amount 5 --expires +30d --description Trial --sandbox --yes',
  );
  for (const more of ['--yes', '--dry-run', '--yes --no-input'])
    expect((await creditctl(`ledger add acme --amount 5 --sandbox ${more}`, { terminal: 200 })).code).toBe(0);
});

test('the line that says the same has the key, so that it is no second grant', async () => {
  const { home, stderr } = await creditctl(
    'ledger add acme --idempotency-key nov --description x --sandbox',
    {
      terminal: 200,
      answers: [
        { message: 'What do you want to do?', answer: 'Grant' },
        { message: 'How many credits?', answer: '5' },
        { message: 'When do the credits expire?', answer: 'never' },
        { message: 'Grant 5 credits to acme (Acme Corp)?', answer: true },
      ],
    },
  );
  const [, line = ''] = /To run this without questions:\n {2}creditctl (.*)\n/.exec(stderr) ?? [];
  expect((await creditctl(line, { home })).code, stderr).toBe(0);
  const { stdout } = await creditctl('ledger list acme --sandbox --jq length', { home });
  expect(stdout).toBe('1\n');
});
