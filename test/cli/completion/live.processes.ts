// Live values: read-only, silent whatever happens, in good time, and kept for a moment.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { apiServer, deadHost, type PlannedReply } from '../../support/api-server.ts';
import { built, cleanEnvironment } from '../../support/built-program.ts';
import { block, customer, page } from '../../support/documents.ts';
import { freshHome } from '../../support/run.ts';

/** What Tab finds, as fish gets it. The line's last word, perhaps empty, is being typed. */
async function tab(home: string, line: string, env: Record<string, string> = {}): Promise<readonly string[]> {
  const words = ['__complete', 'fish', '--', ...line.split(' ')];
  const { code, stdout, stderr } = await built(words, cleanEnvironment(home, env));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trimEnd().split('\n').slice(1);
}

const creditctl = (home: string, line: string) => built(line.split(' '), cleanEnvironment(home));
const stateOf = (home: string): string => path.join(home, '.local', 'state', 'creditctl');

/** A Tab gives up after 0.8 seconds, which a busy machine needs to start a process. */
const timed = (name: string, run: () => Promise<void>) => test(name, { retry: 2 }, run);

async function serving(plan: readonly PlannedReply[]) {
  const server = await apiServer(plan);
  onTestFinished(() => server.close());
  return { server, env: { ORB_BASE_URL: server.baseUrl, ORB_API_KEY: 'key_of_a_test' } };
}

timed('customers and blocks of an HTTP API are read with plain GETs, and then kept', async () => {
  const home = freshHome();
  const { server, env } = await serving([
    {
      request: 'GET /v1/customers?limit=100',
      json: page([customer(), customer({ id: 'B', external_customer_id: 'beta', name: 'Beta' })], 'next'),
    },
    {
      request: 'GET /v1/customers?limit=100&cursor=next',
      json: page([customer({ id: 'C', external_customer_id: null, name: 'C' })]),
    },
    {
      request: 'GET /v1/customers/external_customer_id/acme/credits?limit=100',
      body: JSON.stringify(page([block()])).replace('"balance":40', '"balance":0.123456789012345678'),
    },
    { request: 'GET /v1/customers/external_customer_id/acme', json: customer() },
  ]);
  const customers = ['acme\tAcme Corp', 'beta\tBeta', 'id:C\tC'];
  expect(await tab(home, 'balance ', env)).toEqual(customers);
  expect(await tab(home, 'balance ', env)).toEqual(customers);
  expect(await tab(home, 'balance b', env)).toEqual(['beta\tBeta']);
  expect(await tab(home, 'balance id:', env)).toEqual([
    'id:4QYWy9UbDY8yXKKd\tAcme Corp',
    'id:B\tBeta',
    'id:C\tC',
  ]);
  expect(await tab(home, 'blocks expire acme ', env)).toEqual([
    'block1\t0.123456789012345678 left, expires 2027-01-31',
  ]);
  for (const { method, body, headers } of server.arrived) {
    expect([method, body, headers['idempotency-key']]).toEqual(['GET', '', undefined]);
    expect(headers.authorization).toBe('Bearer key_of_a_test');
  }
});

timed('what is kept is for its owner only, does not show the key, and is not for another key', async () => {
  const home = freshHome();
  const withKey = [
    customer({ id: 'K1', external_customer_id: 'key_of_a_test' }),
    customer({ id: 'K2', name: 'key_of_a_test' }),
  ];
  const { env } = await serving([
    { json: page([customer(), ...withKey]) },
    { json: page([]) },
    { json: page([customer(), customer({ external_customer_id: 'beta' })]) },
  ]);
  expect(await tab(home, 'balance ', env)).toHaveLength(1);
  const folder = path.join(stateOf(home), 'completion');
  const [file = ''] = readdirSync(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(folder, file)).mode & 0o777).toBe(0o600);
  expect(file + readFileSync(path.join(folder, file), 'utf8')).not.toContain('key_of_a_test');
  expect(await tab(home, 'balance ', { ...env, ORB_API_KEY: 'another' })).toEqual([]);
  // Half a file is no file.
  writeFileSync(path.join(folder, file), '{"at":');
  expect(await tab(home, 'balance ', env)).toHaveLength(2);
});

const failures: Readonly<Record<string, readonly PlannedReply[]>> = {
  'a refusal': [{ status: 401, json: { detail: 'no' } }],
  'a server error': [{ status: 500, body: 'oops' }],
  'a web page': [{ status: 200, body: '<!doctype html>' }],
  'a document that is no list': [{ json: { data: 3 } }],
  'a cut connection': [{ does: 'cut-after' }],
  'half an answer': [{ does: 'half', json: page([customer()]) }],
};

for (const [what, plan] of Object.entries(failures)) {
  timed(`${what} is nothing to complete, said without a word and not asked for again at once`, async () => {
    const home = freshHome();
    const { env } = await serving(plan);
    expect(await tab(home, 'balance ', env)).toEqual([]);
    expect(await tab(home, 'balance ', env)).toEqual([]);
  });
}

test('nobody there, no key, no such profile, a broken configuration: nothing, without a word', async () => {
  const home = freshHome();
  const env = { ORB_API_KEY: 'k', ORB_BASE_URL: `http://${await deadHost()}/v1` };
  expect(await tab(home, 'balance ', env)).toEqual([]);
  expect(await tab(home, 'balance ')).toEqual([]);
  expect(await tab(home, 'balance --profile nobody ')).toEqual([]);
  expect(await tab(home, 'balance ', { ORB_API_KEY: 'k', ORB_BASE_URL: 'http://api.example.com' })).toEqual(
    [],
  );
  const folder = path.join(home, '.config', 'creditctl');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.json'), '{');
  expect(await tab(home, 'balance --sandbox ')).toEqual([]);
  expect(await tab(home, 'config use ')).toEqual([]);
  expect(await tab(home, 'ledger a')).toHaveLength(1);
});

test('a record that is broken, or nowhere to be reached, hides no customer and is not touched', async () => {
  const home = freshHome();
  expect((await creditctl(home, 'customers list --sandbox')).code).toBe(0);
  const file = path.join(stateOf(home), 'record.db');
  writeFileSync(file, 'this is no database');
  const [first] = await tab(home, 'balance --sandbox ac');
  expect(first).toMatch(/^acme\t/);
  expect(readFileSync(file, 'utf8')).toBe('this is no database');
  for (const url of [`postgres://ana@${await deadHost()}/creditctl`, 'no URL at all'])
    expect(await tab(home, 'balance --sandbox ac', { CREDITCTL_RECORD: url })).toEqual([first]);
  // Names of a record are not guessed from one that cannot be read.
  expect(await tab(home, 'history show ')).toEqual(await tab(freshHome(), 'history show '));
});

for (const does of ['hang', 'stall'] as const) {
  test(`an API that ${does}s is waited for less than a second and a half, all in all`, async () => {
    const home = freshHome();
    const { env } = await serving([{ does, json: page([customer()]) }]);
    // The start of the program itself, which is slow on a busy machine, is measured and not counted.
    const start = Date.now();
    await tab(home, 'ledg');
    const alone = Date.now() - start;
    expect(await tab(home, 'balance ', env)).toEqual([]);
    expect(Date.now() - start - 2 * alone).toBeLessThan(1500);
  });
}

test('no database is made, and no folder either', async () => {
  const home = freshHome();
  expect(await tab(home, 'balance --sandbox ')).toEqual([]);
  expect(await tab(home, 'blocks expire --sandbox acme ')).toEqual([]);
  expect(await tab(home, `balance --sandbox --db ${home}/none.db `)).toEqual([]);
  expect(readdirSync(home)).toEqual([]);
  const empty = path.join(home, 'empty.db');
  writeFileSync(empty, '');
  expect(await tab(home, `balance --sandbox --db ${empty} `)).toEqual([]);
  expect(statSync(empty).size).toBe(0);
  writeFileSync(empty, 'this is no database '.repeat(300));
  expect(await tab(home, `balance --sandbox --db ${empty} `)).toEqual([]);
});

timed(
  'the embedded ledger is only looked at: not a byte of it changes, also where something has fallen due',
  async () => {
    const home = freshHome();
    for (const line of [
      'ledger add acme --amount 10 --expires +1d --sandbox --yes',
      'ledger add acme --amount 20 --sandbox --yes',
      'sandbox clock advance 3d',
      'sandbox faults set 500=1',
    ])
      expect((await creditctl(home, line)).code).toBe(0);
    const db = path.join(stateOf(home), 'sandbox.db');
    const digest = (): string => createHash('sha256').update(readFileSync(db)).digest('hex');
    const before = digest();
    expect(await tab(home, 'balance --sandbox ')).toHaveLength(3);
    const blocks = await tab(home, 'blocks expire --sandbox acme ');
    expect(blocks.map((each) => each.split('\t')[1])).toEqual([
      '20 left, never expires',
      expect.stringMatching(/^10 left, expires \d{4}-\d\d-\d\d$/),
    ]);
    expect(digest()).toBe(before);
    const log = `${db}-wal`;
    expect(existsSync(log) ? statSync(log).size : 0).toBe(0);
  },
);

timed('a database that has changed is looked at again at once', async () => {
  const home = freshHome();
  await creditctl(home, 'ledger add acme --amount 10 --sandbox --yes');
  expect(await tab(home, 'blocks expire --sandbox acme ')).toHaveLength(1);
  await creditctl(home, 'ledger add acme --amount 20 --sandbox --yes');
  expect(await tab(home, 'blocks expire --sandbox acme ')).toHaveLength(2);
});

test('a call that no script would make prints next to nothing', async () => {
  const env = cleanEnvironment(freshHome());
  for (const words of [[], ['tcsh', '--', 'x'], ['zsh'], ['fish', '--'], ['bash', '--']]) {
    const { code, stdout, stderr } = await built(['__complete', ...words], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toMatch(/defect|Error/);
  }
});

test('PowerShell sends what is typed behind a plus sign, and reads values with their descriptions', async () => {
  const env = cleanEnvironment(freshHome());
  const ofWord = await built(['__complete', 'powershell', '--', 'ledger', '+ad'], env);
  expect(ofWord.stdout).toMatch(/^\nadd\t\S.*\n$/);
  const ofNone = await built(['__complete', 'powershell', '--', '+'], env);
  expect(ofNone.stdout).toContain('\nbalance\t');
});
