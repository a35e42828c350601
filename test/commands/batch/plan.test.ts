import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { PlanRow } from '../../../src/batch/plan/plan-lines.ts';
import { openPlan } from '../../../src/batch/plan/plan-reader.ts';
import { CreditctlError } from '../../../src/errors.ts';
import { creditctl, csvOf, errorOf, expectUsage, linesOf, notesOf, orb } from '../../support/command.ts';
import { block, customer, entry, page } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome, type PlannedExchange, type RunOptions } from '../../support/run.ts';

/** A home with files in it. */
function homeWith(files: Readonly<Record<string, string | Buffer>>): string {
  const home = freshHome();
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(home, name), text);
  return home;
}

const planOf = (home: string, line: string, options: RunOptions = {}) =>
  creditctl(line.replace('batch plan ', `batch plan ${home}/`).replace('--out ', `--out ${home}/`), {
    home,
    ...options,
  });

async function rowsOf(file: string): Promise<PlanRow[]> {
  const plan = await openPlan(file);
  const rows: PlanRow[] = [];
  for await (const row of plan.rows()) rows.push(row);
  await plan.close();
  return rows;
}

const grants = [
  'external_customer_id,amount,expires,description,metadata.ticket,type',
  'acme,100.50,+30d,Trial,T-1,',
  'globex,20,2027-01-31,"Two',
  'lines",,',
  'acme,100.50,+30d,Trial,T-1,',
  '',
  'acme,1,,,,decrement',
  '',
].join('\n');

test('a plan holds every row as it will be sent, and nothing is written to any ledger', async () => {
  const home = homeWith({ 'grants.csv': grants });
  const result = await planOf(home, 'batch plan grants.csv --out p.plan --sandbox');
  expect(result.code, result.stderr).toBe(0);
  expect(result.requests.every(({ method }) => method === 'GET')).toBe(true);
  expect(recordedIn(home)).toEqual([]);
  const rows = await rowsOf(path.join(home, 'p.plan'));
  expect(rows.map(({ row, line }) => [row, line])).toEqual([
    [1, 2],
    [2, 3],
    [3, 5],
    [4, 7],
  ]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(4);
  const [first, second, third, fourth] = rows;
  const path_ = `/customers/${first?.customer.id}/credits/ledger_entry`;
  expect(first).toMatchObject({
    customer: { external_customer_id: 'acme' },
    request: { method: 'POST', path: path_ },
    source: ['acme', '100.50', '+30d', 'Trial', 'T-1', ''],
  });
  // The days are those of Los Angeles and London.
  expect(JSON.stringify(first?.request.body)).toBe(JSON.stringify(third?.request.body));
  expect(first?.request.body).toMatchObject({
    entry_type: 'increment',
    expiry_date: '2026-12-23T00:00:00-08:00',
    metadata: { ticket: 'T-1' },
  });
  expect(second?.request.body).toMatchObject({
    description: 'Two\nlines',
    expiry_date: '2027-01-31T00:00:00+00:00',
  });
  expect(fourth?.request.body).toMatchObject({ entry_type: 'decrement' });
  expect(result.stdout).toContain('4 for 2 customers: 3 increment, 1 decrement');
  expect(result.stdout).toContain('granted 221, used 1 credit');
  expect(result.stderr).toContain('SANDBOX · ');
  expect(result.stderr).toContain(`Apply it with: creditctl batch apply ${home}/p.plan`);
});

test('every customer is asked for once, their credits once a currency, first the number and then the balance', async () => {
  const home = homeWith({
    'x.csv':
      'external_customer_id,customer_id,amount,currency\nacme,,1,\n,4QYWy9UbDY8yXKKd,2,\nacme,,3,tokens\n',
  });
  const by = '/customers/4QYWy9UbDY8yXKKd/credits';
  const exchanges = [
    { method: 'GET', path: '/customers/external_customer_id/acme', answer: { json: customer() } },
    { method: 'GET', path: '/customers/4QYWy9UbDY8yXKKd', answer: { json: customer() } },
    {
      method: 'GET',
      path: `${by}/ledger?currency=credits&limit=1`,
      answer: { json: page([entry({ ledger_sequence_number: 17 })]) },
    },
    { method: 'GET', path: `${by}/ledger?currency=tokens&limit=1`, answer: { json: page([]) } },
    { method: 'GET', path: `${by}?currency=credits&limit=100`, answer: { json: page([block()]) } },
    { method: 'GET', path: `${by}?currency=tokens&limit=100`, answer: { json: page([]) } },
  ];
  const result = await planOf(home, 'batch plan x.csv --out p.plan --json', { exchanges, env: orb });
  expect(result.code, result.stderr).toBe(0);
  const document = JSON.parse(result.stdout) as { accounts: object[]; totals: object };
  expect(document.accounts).toMatchObject([
    { currency: 'credits', ledger_sequence_number: 17, balance_before: 40, balance_after: 43, rows: 2 },
    { currency: 'tokens', ledger_sequence_number: null, balance_before: 0, balance_after: 3, rows: 1 },
  ]);
  expect(document.totals).toMatchObject({ rows: 3, customers: 1, rows_by_type: { increment: 3 } });
  expect(notesOf(result)[0]).toEqual({
    connection: { profile: 'default', kind: 'live', host: 'orb.example' },
  });
});

test('NDJSON from stdin is recognised by its first byte; nothing of it is kept', async () => {
  const home = freshHome();
  const stdin =
    '{"external_customer_id":"acme","entry_type":"increment","amount":0.1}\n' +
    '{"external_customer_id":"acme","amount":0.2,"per_unit_cost_basis":"0.50","invoice_settings":{"auto_collection":true,"net_terms":14}}\n';
  const result = await creditctl(`batch plan - --out ${home}/p.plan --sandbox --json`, { home, stdin });
  expect(result.code, result.stderr).toBe(0);
  const document = JSON.parse(result.stdout) as { totals: object };
  expect(document.totals).toMatchObject({
    rows: 2,
    credits: [{ granted: 0.3, largest_row: 0.2 }],
    money: [{ currency: 'USD', invoices: 1, invoiced: '0.1' }],
  });
  const rows = await rowsOf(path.join(home, 'p.plan'));
  expect(rows.map(({ source }) => source)).toEqual(stdin.trimEnd().split('\n'));
  expect(readdirSync(path.join(home, '.local/state/creditctl/input'))).toEqual([]);
});

test('the same rows have the same keys in CSV and NDJSON, and on another day', async () => {
  const home = homeWith({
    'a.csv': 'external_customer_id,amount,expires\nacme,1.50,2027-01-31\nacme,2,2027-02-28\n',
    'b.ndjson':
      '{"external_customer_id":"acme","amount":1.5,"expiry_date":"2027-01-31"}\n{"external_customer_id":"acme","amount":2,"expiry_date":"2027-02-28"}\n',
  });
  await planOf(home, 'batch plan a.csv --out a.plan --sandbox');
  await planOf(home, 'batch plan b.ndjson --out b.plan --sandbox', { now: Date.UTC(2026, 11, 1) });
  const keys = async (name: string) => (await rowsOf(path.join(home, name))).map(({ key }) => key);
  expect(await keys('a.plan')).toEqual(await keys('b.plan'));
});

test('every problem of every row is named at once, before anything is asked', async () => {
  const home = homeWith({
    'bad.csv':
      'external_customer_id,amount,expires,type,block\nacme,1e3,soon,,\n,5,,,\nacme,5,,void,\nacme,5,,,b1\nacme,5\n',
  });
  const result = await planOf(home, 'batch plan bad.csv --out p.plan', { exchanges: [], env: orb });
  expectUsage(result, [
    'row 1 (line 2): amount must be written out without an exponent: "1e3"',
    'row 1 (line 2): expires is not a date: "soon"',
    'row 2 (line 3): external_customer_id is missing',
    'row 3 (line 4): block is missing: a void needs it',
    'row 4 (line 5): block cannot be used with an increment',
    'row 5 (line 6) has 2 cells where the header has 5 columns',
    '6 problems in 5 rows: nothing was written',
  ]);
  expect(readdirSync(home)).toEqual(['bad.csv']);
});

test('problems of the header and of the rows are named together, but not what a misspelt column makes of rows', async () => {
  const rows = 'acme,1e3,soon\nacme,5,+30d\n,5,+30d\n';
  const home = homeWith({
    'bad.csv': `customr,amount,expires\n${rows}`,
    'b.csv': `customer_id,amout,expires\n${rows}`,
  });
  expectUsage(await planOf(home, 'batch plan bad.csv --out p.plan', { exchanges: [], env: orb }), [
    'line 1: column 1 "customr" is not known',
    'row 1 (line 2): amount must be written out without an exponent: "1e3"',
    'row 1 (line 2): expires is not a date: "soon"',
    '4 problems in 1 row: nothing was written',
  ]);
  expectUsage(await planOf(home, 'batch plan b.csv --out p.plan', { exchanges: [], env: orb }), [
    'column 2 "amout" is not known; did you mean amount?',
    'row 1 (line 2): expires is not a date: "soon"',
    '2 problems in 1 row',
  ]);
});

test('a file from a spreadsheet: its separator, its column names in words, and blank columns and rows', async () => {
  const home = homeWith({
    'x.csv': 'sep=;\r\nExternal Customer ID;Amount;;\r\nacme;10,5;;\r\n;;;\r\nglobex;7;;\r\n',
    'y.csv': 'external_customer_id|amount\nacme|5\n',
  });
  const decimalComma = await planOf(home, 'batch plan x.csv --out p.plan --sandbox');
  expectUsage(decimalComma, ['row 1 (line 3): amount is not a decimal number']);
  expect(decimalComma.stderr.match(/is read as/g)).toHaveLength(1);
  writeFileSync(`${home}/x.csv`, readFileSync(`${home}/x.csv`, 'utf8').replace('10,5', '10.5'));
  const planned = await planOf(home, 'batch plan x.csv --out p.plan --sandbox -o json');
  expect(planned.code, planned.stderr).toBe(0);
  expect(notesOf(planned)).toContainEqual({
    read_as: { column: 'External Customer ID', name: 'external_customer_id' },
  });
  const rows = await rowsOf(path.join(home, 'p.plan'));
  expect(rows.map(({ line, request }) => [line, request])).toMatchObject([
    [3, { body: { amount: expect.anything() } }],
    [5, { body: { amount: expect.anything() } }],
  ]);
  const piped = await planOf(home, 'batch plan y.csv --delimiter | --out q.plan --sandbox');
  expect(piped.code, piped.stderr).toBe(0);
  for (const [line, problem] of [
    ['x.csv --delimiter x', '--delimiter must be one of'],
    ['x.csv --format ndjson --delimiter ;', '--delimiter is for CSV'],
    // Without its separator no row can be read, so nothing is said of rows.
    ['y.csv', "add --delimiter '|'\n           1 problem: nothing"],
  ] as const)
    expectUsage(await planOf(home, `batch plan ${line} --out r.plan --sandbox`), [problem]);
});

test('what only the customers show is named at once too, and leaves no plan', async () => {
  const rows = 'acme,5,2026-11-23\nhooli,5,\nacme,5,2027-01-01\npied,6,\n';
  const home = homeWith({ 'bad.csv': `external_customer_id,amount,expires\n${rows}` });
  const result = await planOf(home, 'batch plan bad.csv --out p.plan --sandbox');
  expect(result.code).toBe(2);
  for (const part of [
    'row 1 (line 2): expires is in the past: it is already 2026-11-23 in America/Los_Angeles',
    'row 2 (line 3): external_customer_id is not the id of a customer: "hooli"',
    'row 4 (line 5): external_customer_id is not the id of a customer: "pied"',
    '3 problems in 3 rows',
  ])
    expect(result.stderr).toContain(part);
  expect(result.stderr.match(/→ .*/g)).toEqual(['→ Search: creditctl customers search hooli --sandbox']);
  expect(readdirSync(home).sort()).toEqual(['.local', 'bad.csv']);
});

test('of many problems the first hundred are named; a file or a script gets all', async () => {
  const lines = Array.from({ length: 1250 }, (_, at) => `acme,${at % 2 === 0 ? 'x' : '0'}`);
  const home = homeWith({ 'bad.csv': `external_customer_id,amount\n${lines.join('\n')}\n` });
  const result = await planOf(home, 'batch plan bad.csv --out p.plan');
  expect(result.stderr.match(/row \d+ /g)).toHaveLength(100);
  expect(result.stderr).toContain('and 1,150 more; 1,250 problems in 1,250 rows');
  expect(result.stderr).toContain('→ --problems <file> writes all of them');

  const csv = await planOf(home, `batch plan bad.csv --out p.plan --problems ${home}/all.csv`);
  expect(csv.stderr).toContain(`→ All of them are in ${home}/all.csv`);
  const problems = csvOf(readFileSync(path.join(home, 'all.csv'), 'utf8'));
  expect(problems).toHaveLength(1250);
  expect(problems.at(-1)).toEqual({
    row: '1250',
    line: '1251',
    field: 'amount',
    problem: 'must be above 0',
  });
  await planOf(home, `batch plan bad.csv --out p.plan --problems ${home}/all.ndjson`);
  expect(linesOf(readFileSync(path.join(home, 'all.ndjson'), 'utf8'))).toHaveLength(1250);

  const machine = await planOf(home, 'batch plan bad.csv --out p.plan -o json');
  const notes = notesOf(machine);
  expect(notes).toHaveLength(1251);
  expect(notes[1]).toEqual({ problem: { row: 2, line: 3, field: 'amount', problem: 'must be above 0' } });
  expect(errorOf(machine)).toMatchObject({ code: 'usage', exit_code: 2, applied: 'no', retry_safe: true });
});

for (const [file, sentence] of [
  ['external_customer_id,amout\n', 'line 1: column 2 "amout" is not known; did you mean amount?'],
  ['amount\n5\n', 'line 1: customer is missing'],
  ['external_customer_id,amount\n', 'has no rows'],
  ['', 'has no rows'],
  ['external_customer_id,amount\nacme,"5\n', 'line 2 begins a quote (") that is never closed'],
  [Buffer.from('\ufeffexternal_customer_id', 'utf16le'), 'line 1 is not UTF-8 text'],
] as const) {
  test(`a file is refused because it ${sentence}`, async () => {
    const home = homeWith({ 'x.csv': file });
    const result = await planOf(home, 'batch plan x.csv --out p.plan', { exchanges: [], env: orb });
    expectUsage(result, [sentence]);
    expect(readdirSync(home)).toEqual(['x.csv']);
  });
}

test('what is missing or wrong on the command line is named before the file is read', async () => {
  const home = homeWith({ 'x.csv': 'customer_id\n', there: 'x' });
  expectUsage(await creditctl('batch plan --batch-id ../x'), [
    '<file> is missing',
    '--out is missing',
    '--batch-id must be 1 to 64 letters',
  ]);
  expectUsage(await planOf(home, 'batch plan x.csv --out there'), ['names a file that exists', '--force']);
  expectUsage(await planOf(home, 'batch plan nowhere.csv --out p'), ['nowhere.csv does not exist']);
  expectUsage(await planOf(home, 'batch plan  --out p'), ['is a folder']);
  expectUsage(await planOf(home, 'batch plan x.csv --out p --format xls'), [
    '--format must be one of csv, ndjson: "xls"',
  ]);
  expectUsage(await planOf(home, `batch plan x.csv --out p --problems ${home}/no/x.csv`), [
    '--problems names a file that is in a folder that does not exist',
  ]);
});

test('--force replaces a plan, and only by a whole one', async () => {
  const home = homeWith({
    'x.csv': 'external_customer_id,amount\nacme,1\n',
    'bad.csv': 'external_customer_id,amount\nhooli,1\n',
    'p.plan': 'old',
  });
  expect((await planOf(home, 'batch plan bad.csv --out p.plan --force --sandbox')).code).toBe(2);
  expect(readFileSync(path.join(home, 'p.plan'), 'utf8')).toBe('old');
  expect((await planOf(home, 'batch plan x.csv --out p.plan --force --sandbox')).code).toBe(0);
  expect(await rowsOf(path.join(home, 'p.plan'))).toHaveLength(1);
  expect(statSync(path.join(home, 'p.plan')).mode & 0o777).toBe(0o600);
});

test('a block of nobody is a problem of its row; a row that will be refused is warned of', async () => {
  const home = freshHome();
  const added = await creditctl('ledger add acme --amount 30 --sandbox --yes --json', { home });
  const { credit_block } = JSON.parse(added.stdout) as { credit_block: { id: string } };
  const header = 'external_customer_id,type,block,amount,target-expires\n';
  writeFileSync(
    path.join(home, 'x.csv'),
    `${header}acme,void,nobody,1,\nglobex,void,${credit_block.id},1,\n`,
  );
  const wrong = await planOf(home, 'batch plan x.csv --out p.plan --sandbox');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('row 1 (line 2): block is not a block of acme in credits: "nobody"');
  expect(wrong.stderr).toContain('row 2 (line 3): block is not a block of globex in credits');
  const rows = ['20', '20', '10', '1'].map(
    (credits) => `acme,expiration_change,${credit_block.id},${credits},+7d\n`,
  );
  writeFileSync(path.join(home, 'x.csv'), header + rows.join(''));
  const warned = await planOf(home, 'batch plan x.csv --out p.plan --sandbox');
  expect(warned.code, warned.stderr).toBe(0);
  expect(warned.stderr).toContain('row 2 (line 3): The API will refuse this: the block has 10 left.');
  expect(warned.stderr).toContain('row 4 (line 5): The API will refuse this: the block has 0 left.');
  expect(warned.stdout).toContain('2 of them may be refused');
});

test('a row in real money other than that of the invoices is warned of', async () => {
  const rows = 'external_customer_id,amount,currency\ninitech,9,USD\ninitech,9,JPY\ninitech,1,\n';
  const warned = await planOf(homeWith({ 'x.csv': rows }), 'batch plan x.csv --out p.plan --sandbox');
  expect(warned.code, warned.stderr).toBe(0);
  expect(warned.stderr).toContain(
    'row 1 (line 2): The API will refuse this: the customer is invoiced in JPY, not in USD.',
  );
  expect(warned.stdout).toContain('1 of them may be refused');
});

test('interrupted in the middle of its questions, no plan is left', async () => {
  const home = homeWith({ 'x.csv': 'external_customer_id,amount\nacme,1\n' });
  const interruption = new AbortController();
  const acme = { method: 'GET', path: '/customers/external_customer_id/acme' };
  const exchanges = [
    { ...acme, answer: { json: customer() } },
    {
      method: 'GET',
      path: '/customers/4QYWy9UbDY8yXKKd/credits/ledger?currency=credits&limit=1',
      get answer() {
        interruption.abort(new CreditctlError('interrupted', 'Interrupted'));
        return { json: page([]) };
      },
    },
    {
      method: 'GET',
      path: '/customers/4QYWy9UbDY8yXKKd/credits?currency=credits&limit=100',
      answer: { json: page([]) },
    },
  ];
  const result = await planOf(home, 'batch plan x.csv --out p.plan', {
    exchanges,
    env: orb,
    signal: interruption.signal,
  });
  expect(result.code).toBe(130);
  expect(readdirSync(home)).toEqual(['x.csv']);
});

test('without a key and without the sandbox there is no plan', async () => {
  const home = homeWith({ 'x.csv': 'external_customer_id,amount\nacme,1\n' });
  const result = await planOf(home, 'batch plan x.csv --out p.plan');
  expect(result.code).toBe(3);
  expect(existsSync(path.join(home, 'p.plan'))).toBe(false);
});

test('a table of many customers is folded, unless --full says otherwise; machines get all of them', async () => {
  const home = homeWith({});
  const seeded = await creditctl('sandbox seed --customers 22 --entries 22', { home });
  expect(seeded.code, seeded.stderr).toBe(0);
  const listed = await creditctl('customers list --all --sandbox --json external_customer_id', { home });
  const ids = (JSON.parse(listed.stdout) as { external_customer_id: string }[]).map(
    (each) => each.external_customer_id,
  );
  const rows = ids.map((id, at) => `${id},${at === 15 ? 999 : 5}`);
  writeFileSync(`${home}/g.csv`, `external_customer_id,amount\n${rows.join('\n')}\n`);
  const planned = (more: string) => planOf(home, `batch plan g.csv --out p --force --sandbox ${more}`);
  const folded = await planned('');
  const named = (text: string) => ids.filter((id) => text.includes(`${id} `));
  expect(named(folded.stdout)).toHaveLength(10);
  expect(named(folded.stdout)).toContain(ids[15]);
  expect(folded.stderr).toContain(`${ids.length - 10} more customers: add --full to see all`);
  expect(named((await planned('--full')).stdout)).toEqual(ids);
  expect((JSON.parse((await planned('-o json')).stdout) as { accounts: unknown[] }).accounts).toHaveLength(
    ids.length,
  );
});

test('customers whom a plan takes below zero are named', async () => {
  const home = homeWith({
    'x.csv': 'external_customer_id,type,amount\nacme,decrement,5\nglobex,increment,5\n',
  });
  const planned = await planOf(home, 'batch plan x.csv --out p.plan --sandbox -o json');
  expect(planned.code, planned.stderr).toBe(0);
  expect(notesOf(planned)).toContainEqual({ warning: { below_zero: ['acme'], customers: 1 } });
});

test('rows that repeat an earlier one are planned, and counted in a warning', async () => {
  const home = homeWith({
    'x.csv': 'external_customer_id,amount\nacme,5\nglobex,5\n\nacme,5.0\nacme,6\nacme,5\n',
    'one.csv': 'external_customer_id,amount\nacme,5\nglobex,5\nacme,6\n',
  });
  const planned = await planOf(home, 'batch plan x.csv --out p.plan --sandbox -q');
  expect(planned.code, planned.stderr).toBe(0);
  expect(planned.stderr).toContain(
    'Warning: 2 rows are equal to an earlier row, and will be written as well; the first is row 3 (line 5)',
  );
  const script = await planOf(home, 'batch plan x.csv --out q.plan --sandbox -o json');
  expect(notesOf(script)).toContainEqual({ warning: { repeated_rows: 2, row: 3, line: 5 } });
  const none = await planOf(home, 'batch plan one.csv --out r.plan --sandbox');
  expect(none.stderr).not.toContain('Warning');
});

test('a run that wrote nothing is no reason to warn', async () => {
  const { home, stdout } = await creditctl('ledger add acme --amount 5 --sandbox --yes --json credit_block');
  const { credit_block: block } = JSON.parse(stdout) as { credit_block: { id: string } };
  const row = `acme,expiration_change,99,${block.id},2027-12-01\n`;
  writeFileSync(
    path.join(home, 'x.csv'),
    `external_customer_id,type,amount,block,target-expires\n${row}${row}`,
  );
  const plan = `batch plan ${home}/x.csv --out ${home}/x.plan --force --sandbox`;
  await creditctl(plan, { home });
  const failed = await creditctl(`batch apply ${home}/x.plan --sandbox --yes --json failed`, { home });
  expect([failed.code, JSON.parse(failed.stdout)]).toEqual([9, { failed: 2 }]);
  const { stderr } = await creditctl(plan, { home });
  expect(stderr).not.toContain('run before');
  expect(stderr).toContain('1 row is equal to an earlier row');
});

test('a batch that was run before is named, because its rows are not written again', async () => {
  const home = freshHome();
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\n');
  const plan = `batch plan ${home}/x.csv --out ${home}/x.plan --batch-id b --force --sandbox`;
  expect((await creditctl(plan, { home })).stderr).not.toContain('run before');
  await creditctl(`batch apply ${home}/x.plan --sandbox --yes`, { home });
  const again = await creditctl(plan, { home });
  expect([again.code, again.stderr]).toEqual([
    0,
    expect.stringContaining(
      'Warning: Batch b was run before. Rows that it has written are not written again',
    ),
  ]);
});

test('a rule of the policy refuses rows before there is a plan, and the default expiry is theirs too', async () => {
  const home = homeWith({ 'x.csv': 'external_customer_id,amount\nacme,50\nglobex,7\n' });
  await creditctl('config set kind sandbox --profile p', { home });
  await creditctl('config set policy.entry_cap 10 --profile p', { home });
  await creditctl('config set policy.default_expiry +1y --profile p', { home });
  const plan = (flags: string) =>
    creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --profile p ${flags}`, { home });
  const refused = await plan('');
  expect(refused.code).toBe(10);
  expect(refused.stderr).toContain('row 1 (line 2): 50 credits');
  expect(existsSync(`${home}/x.plan`)).toBe(false);
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\n');
  expect((await plan('')).code).toBe(0);
  expect(readFileSync(`${home}/x.plan`, 'utf8')).toContain('"expiry_date":"2027-11-23');
});

test('a row without dates and one with an exact time need no time zone that this Node knows', async () => {
  const file = path.join(freshHome(), 'g.csv');
  const planOf = (rows: string) => {
    writeFileSync(file, `external_customer_id,amount,expires\n${rows}`);
    const who = { method: 'GET', path: '/customers/external_customer_id/acme' } as const;
    const exchanges: PlannedExchange[] = [
      { ...who, answer: { json: customer({ timezone: 'America/Newly_Made' }) } },
      {
        method: 'GET',
        path: `/customers/${customer().id}/credits/ledger?currency=credits&limit=1`,
        answer: { json: page([]) },
      },
      {
        method: 'GET',
        path: `/customers/${customer().id}/credits?currency=credits&limit=100`,
        answer: { json: page([]) },
      },
    ];
    return creditctl(`batch plan ${file} --out ${file}.plan --force -o json`, { exchanges, env: orb });
  };
  const good = await planOf('acme,5,\nacme,5,2099-04-30T00:00:00Z\n');
  expect(good.code, good.stderr).toBe(0);
  const dated = await planOf('acme,5,2099-04-30\n');
  expect(dated.code).toBe(2);
  expect(dated.stderr).toContain('row 1 (line 2): expires needs the time zone America/Newly_Made');
});
