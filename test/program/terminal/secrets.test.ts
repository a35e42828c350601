// A key that is put where none belongs, or that an API sends back, leaves the program nowhere: no stream and no file.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, expectUsage, notesOf } from '../../support/command.ts';
import { customer, page } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome, type PlannedExchange, type RunOptions, run } from '../../support/run.ts';

const key = 'sk_live_key_of_a_test';
const env = { ORB_API_KEY: `${key}\r\n`, ORB_BASE_URL: 'https://orb.example/v1' };

/** Every file below a folder that holds the key. */
const holders = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const file = path.join(folder, name);
    return statSync(file).isFile() && readFileSync(file).includes(key);
  });

const refusal = {
  status: 400,
  headers: { 'x-request-id': `id-${key}` },
  json: {
    type: 'https://docs.withorb.com/reference/error-responses#400-constraint-violation',
    title: 'Refused',
    status: 400,
    detail: `you sent Bearer ${key}`,
    validation_errors: [`authorization: ${key}`],
  },
};

for (const format of ['', ' -o json'])
  test(`a refusal that repeats the key is shown and noted without it${format}`, async () => {
    const post: PlannedExchange = {
      method: 'POST',
      path: '/customers/external_customer_id/acme/credits/ledger_entry',
      answer: refusal,
    };
    const result = await creditctl(`ledger add acme --amount 5 --yes${format}`, { env, exchanges: [post] });
    expect(result.code).toBe(5);
    expect(result.stderr).toContain('authorization: ***');
    expect(result.stderr + result.stdout).not.toContain(key);
    expect(holders(result.home)).toEqual([]);
    expect(recordedIn(result.home).length).toBeGreaterThan(0);
  });

for (const format of ['table', 'json', 'ndjson', 'csv', 'yaml', 'md'])
  test(`a list that holds the key is shown without it as ${format}`, async () => {
    const named = customer({ id: 'C1', external_customer_id: 'acme', name: `Acme ${key}` });
    const list: PlannedExchange = {
      method: 'GET',
      path: '/customers?limit=20',
      answer: { json: page([named]) },
    };
    for (const terminal of [undefined, 40, 60, 200]) {
      const seat = terminal === undefined ? {} : { terminal };
      const result = await creditctl(`customers list -o ${format}`, { env, exchanges: [list], ...seat });
      expect(result.code, result.stderr).toBe(0);
      // Neither is its beginning, which a narrow table would leave.
      expect(result.stdout).not.toContain('sk_live');
      if (terminal !== 40) expect(result.stdout).toContain('***');
    }
  });

test('results of a batch hold no key that the API repeats', async () => {
  const home = freshHome();
  writeFileSync(`${home}/x.csv`, 'external_customer_id,amount\nacme,5\n');
  const options: RunOptions = {
    home,
    env,
    served: `${home}/served.db`,
    between: async (request, exchange) =>
      request.method === 'POST' ? { ...refusal, body: JSON.stringify(refusal.json) } : exchange(request),
  };
  const result = await creditctl(`ledger import ${home}/x.csv --yes -o json`, options);
  expect(result.code).toBe(9);
  expect(readFileSync(`${home}/x.failed.csv`, 'utf8')).toContain('***');
  expect(result.stderr + result.stdout).not.toContain(key);
  expect(holders(home)).toEqual([]);
});

test('a key in place of the name of who acts is not in the record', async () => {
  const home = freshHome();
  writeFileSync(`${home}/x.csv`, 'external_customer_id,amount\nacme,5\n');
  const options = { home, env: { ...env, CREDITCTL_ACTOR: `job ${key}` } };
  for (const line of ['ledger add acme --amount 5', `ledger import ${home}/x.csv`]) {
    const result = await creditctl(`${line} --sandbox --yes`, options);
    expect(result.code, result.stderr).toBe(0);
  }
  const { stdout } = await creditctl('history list --sandbox --json actor', { home });
  expect(JSON.parse(stdout)).toEqual([{ actor: 'job ***' }, { actor: 'job ***' }]);
  expect(holders(home)).toEqual([]);
});

for (const [name, rows, where] of [
  [
    'x.csv',
    `external_customer_id,amount,description\nacme,5,ok\nacme,5,my ${key}\n`,
    'row 2 (line 3): description',
  ],
  ['x.csv', `external_customer_id,amount\nacme,${key}\n`, 'row 1 (line 2): amount'],
  [
    'x.ndjson',
    `{"external_customer_id":"acme","amount":5,"metadata":{"a":"${key}"}}\n`,
    'row 1 (line 1): metadata',
  ],
  ['x.ndjson', `{"external_customer_id":"acme","amount":${key}\n`, 'row 1 (line 1): the line'],
] as const)
  test(`a row of ${name} with the key in it is refused by name: ${where}`, async () => {
    const home = freshHome();
    writeFileSync(`${home}/${name}`, rows);
    const line = `batch plan ${home}/${name} --out ${home}/plan --problems ${home}/problems.csv --force`;
    // Also a key that this run does not use.
    for (const options of [{ env }, { env: { ORB_API_KEY: key } }]) {
      const sandbox = options.env === env ? '' : ' --sandbox';
      const result = await creditctl(`${line}${sandbox}`, { home, exchanges: [], ...options });
      expectUsage(result, [`${where} holds an API key`]);
      expect(result.stderr).not.toContain('sk_live');
      expect(holders(home)).toEqual([name]);
    }
  });

test('a plan whose rows hold a key that is known by now is refused before anything is sent', async () => {
  const home = freshHome();
  writeFileSync(`${home}/x.csv`, `external_customer_id,amount,description\nglobex,1,ok\nacme,5,${key}\n`);
  await creditctl(`batch plan ${home}/x.csv --out ${home}/plan --sandbox`, { home });
  const result = await creditctl(`batch apply ${home}/plan --sandbox --yes`, {
    home,
    env: { ORB_API_KEY: key },
  });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('row 2 (line 3) holds an API key');
  expect(result.requests.filter(({ method }) => method === 'POST')).toEqual([]);
});

test('a key that a command prints is known before what it says on stderr is passed on', async () => {
  const home = freshHome();
  await creditctl('config set api_key_command vault', { home });
  const commands = [{ command: 'vault', stdout: `${key}\n`, says: [`+ echo ${key}`] }];
  const ping: PlannedExchange = { method: 'GET', path: '/ping', answer: { json: { response: key } } };
  const result = await creditctl('auth status -o json', { home, commands, exchanges: [ping] });
  expect(result.code, result.stderr).toBe(0);
  expect(notesOf(result)).toContainEqual({ api_key_command: '+ echo ***' });
  expect(result.stdout + result.stderr).not.toContain(key);
});

test('a key in the key file is masked also where another one is used', async () => {
  const home = freshHome();
  await creditctl('auth login --no-check --file', { home, stdin: key });
  const result = await creditctl(`balance ${key} --sandbox`, { home });
  // An address is logged, so it is not even asked for.
  expectUsage(result, ['The request holds the API key itself; nothing was sent']);
  expect(result.stderr).not.toContain(key);
});

test.each([
  ['--api-key=f3a9c1d27be04465a0e1', "unknown option '--api-key=…'"],
  ['f3a9c1d27be04465a0e1', "unknown command '***'"],
  ['balance acme --profile sk_f3a9c1d27be04465a0e1', '--profile names no profile: "***"'],
  [
    'ledger add acme --amount sk_f3a9c1d27be04465a0e1 --sandbox --yes',
    '--amount is not a decimal number: "***"',
  ],
])('a key that no setting knows is not repeated either: %s', async (line, sentence) => {
  const result = await creditctl(line);
  expectUsage(result, [sentence]);
  expect(result.stderr).not.toContain('f3a9c1d2');
});

test('a key of several lines is not repeated either', async () => {
  const result = await run(['balance', 'acme', '--signing-key=-----BEGIN\nc2VjcmV0\n-----END']);
  expectUsage(result, ["unknown option '--signing-key=…'\n"]);
  expect(result.stderr).not.toContain('c2VjcmV0');
});
