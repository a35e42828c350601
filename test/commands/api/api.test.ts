import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, errorOf, expectUsage, linesOf, notesOf, orb, yamlOf } from '../../support/command.ts';
import { customer, made, page, searched, unmarked } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome, type PlannedExchange, run } from '../../support/run.ts';

const ledgerEntry = 'customers/external_customer_id/acme/credits/ledger_entry';
const posted = (answer: PlannedExchange['answer'] = { status: 201, json: made() }): PlannedExchange => ({
  method: 'POST',
  path: `/${ledgerEntry}`,
  answer,
});
const get = (where: string, answer: PlannedExchange['answer'] = { json: {} }): PlannedExchange => ({
  method: 'GET',
  path: where,
  answer,
});
const grant = `api POST ${ledgerEntry} -F entry_type=increment -F amount=0.10`;

test('a document is printed as it came, its numbers digit for digit', async () => {
  const body = '{"b":0.10,"a":123456789012345678.5,"list":[1e2]}';
  const printed = (more: string) =>
    creditctl(`api GET /customers/x ${more}`, { exchanges: [get('/customers/x', { body })], env: orb });
  expect(await printed('')).toMatchObject({
    code: 0,
    stderr: '',
    stdout: '{\n  "b": 0.10,\n  "a": 123456789012345678.5,\n  "list": [\n    1e2\n  ]\n}\n',
  });
  expect((await printed('-o ndjson')).stdout).toBe(`${body}\n`);
  expect((await printed('-o yaml')).stdout).toBe('b: 0.10\na: 123456789012345678.5\nlist:\n  - 1.0e+2\n');
  expect((await printed('--json')).stdout).toBe((await printed('')).stdout);
});

test('fields of a GET and of a DELETE are its query, behind the one in the path', async () => {
  const line = "api get 'v1/customers?limit=3' -F created_at[gte]=2026-01-01T00:00:00+00:00 -f x=1";
  const asked = '/customers?limit=3&created_at[gte]=2026-01-01T00:00:00+00:00&x=1';
  const result = await creditctl(line, { exchanges: [get(asked)], env: orb });
  expect(result.code, result.stderr).toBe(0);
  const gone = { method: 'DELETE', path: '/alerts/a1?force=true', answer: { status: 204, body: '' } };
  const deletion = "api DELETE alerts/a1 -F force=true --yes --confirm 'DELETE /alerts/a1'";
  const deleted = await creditctl(deletion, {
    exchanges: [get('/alerts/a1', { json: {} }), gone],
    env: orb,
  });
  expect(deleted).toMatchObject({ code: 0, stdout: '' });
  expect(deleted.requests[1]?.body).toBeUndefined();
});

test('metadata that has no room for the mark of the entry is refused, and nothing in it is replaced', async () => {
  for (const metadata of ['metadata=gold', 'metadata[]=gold', 'metadata=7', 'metadata[creditctl_key]=mine'])
    expectUsage(await creditctl(`${grant} -F ${metadata} --yes`, { env: orb }), ['metadata']);
  const line = `${grant} -F metadata=null --yes`;
  expect((await creditctl(line, { exchanges: [posted()], env: orb })).code).toBe(0);
  const free = 'api POST customers -F name=A -F metadata=gold --dry-run --sandbox';
  expect((await creditctl(free)).code).toBe(0);
});

test('fields of a write are its body, exact, and it is recorded under a key', async () => {
  const line = `${grant} -F metadata[ref]=17 -f description=12 --yes`;
  const result = await creditctl(line, { exchanges: [posted()], env: orb });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ amount: 0.1, description: '12' });
  expect(result.requests[0]?.body).toBe(
    '{"entry_type":"increment","amount":0.10,"metadata":{"ref":17,"creditctl_key":"key-1"},"description":"12"}',
  );
  expect(result.requests[0]?.headers).toEqual({ 'idempotency-key': 'key-1' });
  expect(recordedIn(result.home).map(({ event }) => event)).toEqual(['noted', 'settled', 'acknowledged']);
  expect(notesOf(result)).toEqual([
    { connection: { profile: 'default', kind: 'live', host: 'orb.example' } },
    { done: expect.stringContaining('✓ Granted 0.1'), idempotency_key: 'key-1' },
  ]);
});

test('the same key twice is one write', async () => {
  const home = freshHome();
  const line = `${grant} --idempotency-key may --yes`;
  const exchanges = [searched('/customers/external_customer_id/acme', 'entry_type=increment'), posted()];
  const sent = await creditctl(line, { exchanges, env: orb, home });
  expect(sent.requests[1]?.headers).toEqual({ 'idempotency-key': 'may' });
  const other = await creditctl(`${grant}5 --idempotency-key may --yes`, { exchanges: [], env: orb, home });
  expect(errorOf(other).message).toContain('--idempotency-key was used for another write');
});

test('--input sends a body from a file or from stdin', async () => {
  const body = '{"entry_type":"increment","amount":12.50}';
  const file = path.join(freshHome(), 'body.json');
  writeFileSync(file, `\uFEFF${body}`);
  for (const [source, stdin] of [
    [file, ''],
    ['-', body],
  ] as const) {
    const words = ['api', 'POST', ledgerEntry, '--input', source, '--yes'];
    const result = await run(words, { exchanges: [posted()], env: orb, stdin });
    expect(result.code, result.stderr).toBe(0);
    expect(result.requests[0]?.body).toBe(
      '{"entry_type":"increment","amount":12.50,"metadata":{"creditctl_key":"key-1"}}',
    );
  }
});

test('@file and @- are the text of a field', async () => {
  const file = path.join(freshHome(), 'note.txt');
  writeFileSync(file, 'true\n');
  const words = [
    'api',
    'POST',
    ledgerEntry,
    '-F',
    `description=@${file}`,
    '-F',
    'note=@-',
    '-F',
    'amount=1',
    '-F',
    'entry_type=increment',
    '--yes',
  ];
  const result = await run(words, { exchanges: [posted()], env: orb, stdin: '5' });
  expect(result.requests[0]?.body).toBe(
    '{"description":"true\\n","note":"5","amount":1,"entry_type":"increment","metadata":{"creditctl_key":"key-1"}}',
  );
  const missing = await creditctl('api POST alerts -F a=@none.txt --yes', { exchanges: [], env: orb });
  expectUsage(missing, ['-F: the file none.txt does not exist']);
});

test('a write without a body has none', async () => {
  const enable = { method: 'POST', path: '/alerts/a1/enable', answer: { json: { id: 'a1', enabled: true } } };
  const result = await creditctl('api POST alerts/a1/enable --yes', {
    exchanges: [get('/alerts/a1', { status: 404 }), enable],
    env: orb,
  });
  expect(result.code).toBe(0);
  expect(result.requests[1]?.body).toBeUndefined();
});

test('the record names whose alert, invoice or block a raw write changes', async () => {
  const made = await creditctl('ledger add acme --amount 5 --sandbox --yes --json credit_block');
  const { home } = made;
  const block = (JSON.parse(made.stdout) as { credit_block: { id: string } }).credit_block.id;
  const alert = await creditctl('alerts create acme --type depleted --sandbox --yes --json id', { home });
  const { id } = JSON.parse(alert.stdout) as { id: string };
  const deletion = `DELETE /credit_blocks/${block} --confirm ${block}`;
  for (const words of [`POST /alerts/${id}/disable`, deletion]) {
    const line = `api ${words} --sandbox --yes`;
    const result = await creditctl(line, { home });
    expect(result.code, result.stderr).toBe(0);
  }
  const { stdout } = await creditctl('history list --customer acme --sandbox --json what', { home });
  expect(stdout).toContain(`disable alert ${id}`);
  expect(stdout).toContain(`delete block ${block}`);
});

test('--paginate merges the pages into one array, or prints one record a line', async () => {
  const pages = [
    get('/customers', { json: page([customer({ id: 'a' }), customer({ id: 'b' })], 'c1') }),
    get('/customers?limit=100&cursor=c1', { json: page([customer({ id: 'c' })]) }),
  ];
  const printed = async (more: string) =>
    (await creditctl(`api GET customers --paginate ${more}`, { exchanges: pages, env: orb })).stdout;
  const all = ['a', 'b', 'c'].map((id) => customer({ id }));
  expect(JSON.parse(await printed(''))).toEqual(all);
  expect(linesOf(await printed('-o ndjson'))).toEqual(all);
  expect(yamlOf(await printed('-o yaml'))).toEqual(all);
});

test('--paginate says of a document that is no page how to read it', async () => {
  const exchanges = [get('/customers/x', { json: customer() })];
  const result = await creditctl('api GET customers/x --paginate', { exchanges, env: orb });
  expect(result).toMatchObject({ code: 2, stdout: '' });
  expect(errorOf(result).message).toBe(
    '--paginate is only for lists, and GET /customers/x answers with one document. Leave it out',
  );
});

test('--dry-run prints the request and sends nothing, of reads and writes alike', async () => {
  const write = await creditctl(`${grant} --dry-run`, { exchanges: [], env: orb });
  expect(JSON.parse(write.stdout)).toEqual({
    dry_run: true,
    request: { method: 'POST', path: `/${ledgerEntry}`, body: { entry_type: 'increment', amount: 0.1 } },
    added_when_sent: ['metadata.creditctl_key'],
    effect: null,
  });
  expect(write.stdout).toContain('0.10');
  const read = await creditctl('api GET customers -F limit=1 -n -o yaml', { exchanges: [], env: orb });
  expect(yamlOf(read.stdout)).toMatchObject({
    request: { method: 'GET', path: '/customers?limit=1', body: null },
  });
  for (const { code, home } of [write, read]) {
    expect(code).toBe(0);
    expect(recordedIn(home)).toEqual([]);
  }
});

test('a write needs consent: --yes off a terminal, an answer on one', async () => {
  const alone = await creditctl(grant, { exchanges: [], env: orb });
  expect(alone).toMatchObject({ code: 10, stdout: '' });
  expect(errorOf(alone)).toMatchObject({ code: 'refused', applied: 'no' });
  const message = `Send POST /${ledgerEntry}?`;
  const no = await creditctl(grant, {
    exchanges: [],
    env: orb,
    terminal: 100,
    answers: [{ message, answer: false }],
  });
  expect(no).toMatchObject({ code: 10, stdout: '' });
  expect(no.stderr).toContain(`Send POST /${ledgerEntry}\n`);
  expect(no.stderr).toContain('"amount": 0.10');
  const yes = await creditctl(grant, {
    exchanges: [posted()],
    env: orb,
    terminal: 100,
    answers: [{ message, answer: true }],
  });
  expect(yes.code).toBe(0);
  const piped = await creditctl(`api POST ${ledgerEntry} --input -`, {
    exchanges: [],
    env: orb,
    terminal: 100,
    stdin: '{}',
  });
  expect(piped.code).toBe(10);
});

test('a write of which nobody knows the outcome exits 11, and the same line settles it', async () => {
  const home = freshHome();
  const cut = new TransportFailure('orb.example cut the connection', 'maybe');
  const lost = await creditctl(`${grant} --yes`, {
    exchanges: [{ method: 'POST', path: `/${ledgerEntry}`, fail: cut, again: true }],
    env: orb,
    home,
  });
  expect(lost.code).toBe(11);
  const again = await creditctl(`${grant} --yes`, { exchanges: [...unmarked(), posted()], env: orb, home });
  expect(again.code, again.stderr).toBe(0);
  expect(again.requests[2]?.headers).toEqual({ 'idempotency-key': 'key-1' });
  expect(notesOf(again)).toContainEqual({ write: { manner: 'resumed', idempotency_key: 'key-1' } });
});

for (const [status, code, type] of [
  [400, 5, '400-constraint-violation'],
  [404, 4, '404-resource-not-found'],
  [429, 6, '429-too-many-requests'],
  [500, 7, '500-internal-server-error'],
] as const) {
  test(`a ${status} exits ${code} with what the API said`, async () => {
    const json = {
      type: `https://docs.withorb.com/reference/error-responses#${type}`,
      status,
      title: 'A title',
      detail: 'In detail',
      validation_errors: status === 400 ? ['amount: too small', 'currency: unknown'] : [],
    };
    const exchanges = [{ ...get('/customers/x', { status, json }), again: true as const }];
    const result = await creditctl('api GET customers/x', { exchanges, env: orb });
    expect(result).toMatchObject({ code, stdout: '' });
    const said = status === 400 ? 'amount: too small; currency: unknown' : 'In detail';
    expect(errorOf(result)).toMatchObject({ status, message: expect.stringContaining(said) });
  });
}

for (const [line, parts] of [
  ['api', ['<METHOD> is missing: GET, POST, PUT, PATCH, DELETE', '<path> is missing']],
  ['api FETCH customers', ['<METHOD> must be one of GET, POST, PUT, PATCH, DELETE: "FETCH"']],
  ['api GET https://evil.example/v1/customers', ['is not below https://orb.example/v1']],
  ['api DELETE customers/../alerts --yes', ['must not hold "." or ".."']],
  ['api GET customers -o csv', ['--output must be json, ndjson or yaml here', 'its @csv']],
  ['api GET customers -o table', ['--output must be json, ndjson or yaml here']],
  ['api GET customers -o md', ['--output must be json, ndjson or yaml here']],
  ['api GET customers --json id', ['--json has no fields to choose from here: pipe the JSON into jq']],
  ['api GET customers --columns id', ['--columns']],
  ['api POST customers --paginate --yes', ['--paginate works only with GET, not with POST']],
  ['api GET customers --input x.json', ['--input sets a body, but GET has none']],
  ['api POST customers --input x.json -F a=1 --yes', ['--input is the whole body']],
  ['api POST customers --input - -F a=@- --yes', ['-F reads stdin a second time']],
  ['api GET customers --idempotency-key k', ['--idempotency-key is only for writes']],
  ['api POST customers --idempotency-key "a b" --yes', ['--idempotency-key must be 1 to 64']],
  [
    'api POST customers -F a -F b[=1 -f =c --yes',
    ['-F must be key=value: "a"', '-F b[ is not', '-f must be key=value'],
  ],
] as const) {
  test(`"${line}" is refused before anything is sent`, async () => {
    expectUsage(await creditctl(line, { exchanges: [], env: orb }), parts);
  });
}

test('a body that is no JSON object names its source', async () => {
  for (const [stdin, problem] of [
    ['', '--input stdin is empty'],
    ['{', '--input stdin is not JSON'],
    ['[1]', '--input stdin must contain one JSON object'],
  ] as const)
    expectUsage(await creditctl('api POST customers --input - --yes', { exchanges: [], env: orb, stdin }), [
      problem,
    ]);
});

test('the key goes to the API alone: a URL below the base is a path', async () => {
  const exchanges = [get('/customers/x?a=1')];
  const result = await creditctl('api GET https://orb.example/v1/customers/x?a=1', { exchanges, env: orb });
  expect(result.code, result.stderr).toBe(0);
});

const credit = 'customers/c1/balance_transactions';

for (const line of [
  `api POST ${credit} -F amount=1000000 -F type=increment`,
  `api POST customers/c1/credits/ledger_entry.json -F entry_type=increment -F amount=1`,
  `api POST customers/c1/credits/ledger_entry%00 -F entry_type=increment -F amount=1`,
  `api POST customers/c1/credits/ledger_entry;x=y -F entry_type=increment -F amount=1`,
  `api POST customers/c1/credits/LEDGER_ENTRY -F entry_type=increment -F amount=1`,
  `api POST 'customers/c1/credits/ledger_entry?x=1' -F entry_type=increment -F amount=1`,
  `api POST customers/c1%2Fcredits/ledger_entry -F entry_type=increment -F amount=1`,
  `api PUT customers/c1%2Fcredits%2Fledger_entry -F entry_type=increment -F amount=1`,
  `api PATCH customers/c1/credits/ledger_entry -F entry_type=increment -F amount=1`,
  `api POST customers/c1/credits/ledger_entry -F amount=1`,
  `api POST customers/c1/credits/ledger_entry -F entry_type=increment -F amount=-20000`,
  `api POST customers/c1/credits/top_ups -F amount=-20000`,
  'api DELETE customers/c1',
]) {
  test(`"${line}" is not known to be harmless: a yes is not enough, whatever the connection`, async () => {
    const home = freshHome();
    await creditctl('config set mode test --profile staging', { home });
    for (const profile of ['', '--profile staging']) {
      const alone = await creditctl(`${line} --yes ${profile}`, { exchanges: [], env: orb, home });
      expect(alone.code, alone.stderr).toBe(10);
      expect(errorOf(alone)).toMatchObject({ code: 'refused', applied: 'no' });
      const other = `${line} --yes --confirm 'POST /customers' ${profile}`;
      expect((await creditctl(other, { exchanges: [], env: orb, home })).code).toBe(10);
    }
    expect((await creditctl(`${line} --yes --sandbox`, { home, exchanges: [] })).code).toBe(10);
    expect(recordedIn(home)).toEqual([]);
  });
}

test('the request that is not known is given twice: in --confirm, or typed back', async () => {
  const line = `api POST ${credit} -F amount=5`;
  const exchanges: PlannedExchange[] = [
    { method: 'POST', path: `/${credit}`, answer: { status: 201, json: { id: 'b1', amount: '5' } } },
  ];
  for (const said of [`POST /${credit}`, `post ${credit}`, `POST /v1/${credit}`]) {
    const sent = await creditctl(`${line} --yes --confirm '${said}'`, { exchanges, env: orb });
    expect(sent.code, sent.stderr).toBe(0);
    expect(sent.requests[0]?.body).toBe('{"amount":5}');
  }
  const other = await creditctl(`${line} --yes --confirm 'DELETE /${credit}'`, { exchanges: [], env: orb });
  expect(other.code, other.stderr).toBe(10);
  const message = `What POST /${credit} does is not known`;
  const on = { env: orb, terminal: 100 };
  const typed = await creditctl(line, {
    ...on,
    exchanges,
    answers: [{ message, answer: `POST /${credit}` }],
  });
  expect(typed.code, typed.stderr).toBe(0);
  const wrong = await creditctl(`${line} --yes`, {
    ...on,
    exchanges: [],
    answers: [{ message, answer: 'no' }],
  });
  expect(wrong.code).toBe(10);
});

test('--confirm with the whole request does for every raw request below the limits', async () => {
  const known = ['DELETE /alerts/a1', 'DELETE /credit_blocks/b1'];
  for (const said of known) {
    const [method = '', path = ''] = said.split(' ');
    const deletion = { method, path, answer: { status: 204, body: '' } };
    const exchanges = path.startsWith('/alerts/') ? [get(path, { json: {} }), deletion] : [deletion];
    for (const confirmed of [said, path.split('/')[2] ?? '']) {
      const sent = await creditctl(`api ${said} --yes --confirm '${confirmed}'`, { exchanges, env: orb });
      expect(sent.code, sent.stderr).toBe(0);
    }
    const other = await creditctl(`api ${said} --yes --confirm '${said}2'`, { exchanges: [], env: orb });
    expect(other.code, other.stderr).toBe(10);
  }
  const entry = 'POST /customers/external_customer_id/acme/credits/ledger_entry';
  const line = `api ${entry} -F entry_type=increment --yes --confirm '${entry}' --sandbox -F`;
  const home = freshHome();
  await creditctl('config set policy.entry_confirm_above 10 --profile sandbox', { home });
  expect((await creditctl(`${line} amount=5`, { home })).code).toBe(0);
  expect((await creditctl(`${line} amount=11`, { home })).code).toBe(10);
});

test('a base URL that holds a part of the path leads around nothing', async () => {
  const exchanges: PlannedExchange[] = [];
  const through = (base: string, line: string) =>
    creditctl(line, { exchanges, env: { ...orb, ORB_BASE_URL: `https://orb.example/v1${base}` } });
  const entry = '-F entry_type=increment -F amount=1 --yes';
  expect((await through('/customers', `api POST c1/credits/ledger_entry ${entry}`)).code).toBe(10);
  expect((await through('/customers/c1', `api POST credits/ledger_entry ${entry}`)).code).toBe(10);
  for (const base of [
    '/customers/c1/credits/ledger_entry?',
    '/customers/c1/credits/ledger_entry#',
    '/%2e%2e/x',
    '/a;b',
  ])
    expectUsage(await through(base, `api POST customers ${entry}`), ['ORB_BASE_URL']);
});

for (const rule of [
  'entry_cap 5',
  'customer_day_cap 5',
  'allowed_types increment',
  'allowed_currencies credits',
  'description_required true',
]) {
  test(`a request that is not known breaks the rule ${rule}, whoever says it twice`, async () => {
    const home = freshHome();
    await creditctl('config set mode test --profile staging', { home });
    await creditctl(`config set policy.${rule} --profile staging`, { home });
    const line = `api POST ${credit} -F amount=1 --profile staging --yes --confirm 'POST /${credit}'`;
    const result = await creditctl(line, { exchanges: [], env: orb, home });
    expect(result.code, result.stderr).toBe(10);
    expect(errorOf(result).message).toContain(rule.split(' ')[0]);
    expect(recordedIn(home)).toEqual([]);
  });
}
