import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { schemaVersion } from '../../../src/sandbox/store/schema.ts';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, csvOf, errorOf, expectUsage, linesOf, orb } from '../../support/command.ts';
import { forget, running } from '../../support/forgotten.ts';
import { granted } from '../../support/granted.ts';
import { freshDatabase, hasPostgres } from '../../support/postgres.ts';
import { freshHome, noon, type PlannedExchange, type RunOptions } from '../../support/run.ts';

interface Found {
  readonly check: string;
  readonly status: string;
  readonly found: string;
  readonly remedy: readonly string[];
}

const config = (home: string, name = '') => path.join(home, '.config', 'creditctl', name);
const state = (home: string, name = '') => path.join(home, '.local', 'state', 'creditctl', name);
const ping = (answer: PlannedExchange['answer']): PlannedExchange => ({
  method: 'GET',
  path: '/ping',
  answer: { json: { response: 'pong' }, ...answer },
});
const dated = (ms: number) => ping({ headers: { date: new Date(noon + ms).toUTCString() } });

async function doctor(line: string, options: RunOptions) {
  const result = await creditctl(`doctor ${line} -o json`, options);
  const found = JSON.parse(result.stdout) as Found[];
  const of = (check: string) => found.find((each) => each.check === check);
  return { ...result, found, of };
}

const checks = [
  ...[
    'version',
    'installation',
    'node',
    'code cache',
    'configuration',
    'credentials',
    'state folder',
    'disk space',
  ],
  ...['connection', 'clock', 'key', 'record', 'sandbox', 'terminal'],
];

test('on the embedded ledger all is well, before it was ever used and after; nothing is made', async () => {
  const home = freshHome();
  const fresh = await doctor('--sandbox', { home });
  expect(fresh.code, fresh.stdout).toBe(0);
  expect(fresh.found.map(({ check }) => check)).toEqual(checks);
  expect(fresh.found.filter(({ status, remedy }) => status !== 'ok' || remedy.length > 0)).toEqual([]);
  expect(fresh.of('sandbox')?.found).toBe(
    `no file ${state(home, 'sandbox.db')} yet; the first use creates it`,
  );
  expect(readdirSync(home)).toEqual([]);
  await creditctl('ledger add acme --amount 5 --sandbox --yes', { home });
  const used = await doctor('--sandbox', { home });
  expect(used.code, used.stdout).toBe(0);
  expect(used.of('sandbox')?.found).toMatch(/sandbox\.db, \d+\.\d MB, version \d+$/);
  expect(used.of('record')?.found).toBe(`SQLite ${state(home, 'record.db')}: 1 write in 1 account`);
});

test('a key that works, a host that answers and a clock that agrees', async () => {
  const { code, of, stdout, stderr } = await doctor('', { env: orb, exchanges: [dated(-700)] });
  expect(code, stdout).toBe(0);
  expect(of('connection')).toMatchObject({
    status: 'ok',
    found: 'live, profile default, orb.example answers',
  });
  expect(of('clock')).toMatchObject({ status: 'ok', found: 'agrees with the server' });
  expect(of('key')).toMatchObject({ status: 'ok', found: 'from ORB_API_KEY; the API accepts it' });
  expect(stdout + stderr).not.toContain(orb.ORB_API_KEY);
});

for (const [ms, status, found, code] of [
  [29_000, 'ok', '29 s behind the server', 0],
  [32_000, 'warning', '32 s behind the server', 0],
  [-290_000, 'warning', '290 s ahead of the server', 0],
  [-302_000, 'failed', '302 s ahead of the server', 1],
  [86_400_000, 'failed', '86400 s behind the server', 1],
] as const) {
  test(`a clock that is ${found} is ${status}`, async () => {
    // The header has whole seconds, of which the half that it may lack is added.
    const result = await doctor('', { env: orb, exchanges: [dated(ms)], now: noon + 500 });
    expect(result.of('clock')).toMatchObject({ status, found });
    expect(result.code).toBe(code);
  });
}

test('an API that does not send the time is no warning', async () => {
  const { of } = await doctor('', { env: orb, exchanges: [ping({ headers: {} })] });
  expect(of('clock')).toMatchObject({ status: 'ok', found: 'not compared: the answer has no date' });
});

test('without a key that is the finding, with both ways on, and the host is still looked at', async () => {
  const result = await doctor('', {
    exchanges: [ping({ status: 401, headers: { date: new Date(noon).toUTCString() } })],
  });
  expect(result.code).toBe(1);
  expect(result.keys).toEqual([undefined]);
  expect(result.of('connection')).toMatchObject({ status: 'ok' });
  expect(result.of('key')).toMatchObject({
    status: 'failed',
    found: 'no API key for the profile "default"',
    remedy: [
      'Set ORB_API_KEY, or run: creditctl auth login',
      'Or add --sandbox to use the embedded ledger, which needs no account',
    ],
  });
  expect(errorOf(result)).toMatchObject({
    code: 'check-failed',
    exit_code: 1,
    message: '1 of 14 checks failed\nkey: no API key for the profile "default"',
    next: result.of('key')?.remedy,
  });
});

test('a remedy names the profile that was examined, also in the data', async () => {
  const home = freshHome();
  mkdirSync(config(home), { recursive: true });
  writeFileSync(config(home, 'config.json'), '{"profiles":{"team":{"kind":"orb"}}}');
  const result = await doctor('--profile team', { home, exchanges: [ping({ status: 401 })] });
  const login = 'Set ORB_API_KEY, or run: creditctl auth login --profile team';
  expect(result.of('key')?.remedy).toContain(login);
  expect(errorOf(result).next).toContain(login);
});

const answers = [
  [{ status: 401 }, 'ok', 'failed', 'from ORB_API_KEY; the API does not accept it (401)'],
  [{ status: 403 }, 'ok', 'failed', 'does not accept it (403)'],
  [{ status: 429 }, 'warning', 'warning', 'unknown: the answer was 429 (see connection)'],
  [{ status: 503 }, 'warning', 'warning', 'unknown: the answer was 503 (see connection)'],
  [{ status: 404 }, 'failed', 'warning', 'unknown: the answer was 404 (see connection)'],
  [{ status: 302 }, 'failed', 'warning', 'unknown: the answer was 302 (see connection)'],
  [{ status: 200, json: undefined, body: '<html>' }, 'failed', 'warning', 'the answer was 200'],
  [{ status: 201, json: { status: 500 } }, 'failed', 'warning', 'the answer was 201'],
] as const;
for (const [answer, connection, key, found] of answers) {
  test(`an answer ${answer.status}${'body' in answer ? ' of a web page' : ''}: connection ${connection}, key ${key}`, async () => {
    const { of } = await doctor('', { env: orb, exchanges: [ping(answer)] });
    expect(of('connection')?.status).toBe(connection);
    expect(of('key')?.status).toBe(key);
    expect(of('key')?.found).toContain(found);
  });
}

test('a host that cannot be reached is named in words, once, and what hangs on it is a warning', async () => {
  const fail = new TransportFailure('orb.example has a certificate that expired', 'no');
  const result = await doctor('', { env: orb, exchanges: [{ method: 'GET', path: '/ping', fail }] });
  expect(result.code).toBe(1);
  expect(result.requests).toHaveLength(1);
  expect(result.of('connection')).toMatchObject({
    status: 'failed',
    found: 'live, profile default: orb.example has a certificate that expired',
    remedy: ['Check the network, base_url and ORB_BASE_URL'],
  });
  expect([result.of('clock')?.status, result.of('key')?.status]).toEqual(['warning', 'warning']);
});

test('a key command that fails is the finding on the key, and the host is looked at without one', async () => {
  const { home } = await creditctl('config set api_key_command vault');
  const commands = [{ command: 'vault', how: 2, stdout: 'secret' } as const];
  const result = await doctor('', { home, commands, exchanges: [ping({ status: 401 })] });
  expect(result.keys).toEqual([undefined]);
  expect(result.of('connection')?.status).toBe('ok');
  expect(result.of('key')).toMatchObject({
    status: 'failed',
    found: 'The api_key_command of the profile "default" failed with exit code 2',
  });
  expect(result.stdout + result.stderr).not.toContain('secret');
});

test('a Node that is too old fails, and one without kept machine code is a warning', async () => {
  const old = await doctor('--sandbox', { node: '20.19.9' });
  expect([old.code, old.of('node')]).toMatchObject([1, { status: 'failed', found: '20.19.9 is too old' }]);
  for (const node of ['20.20.0', '22.1.0', '26.0.0'])
    expect((await doctor('--sandbox', { node })).of('node')?.status).toBe('ok');
  const slow = await doctor('--sandbox', { canKeepCode: false });
  expect([slow.code, slow.of('code cache')]).toMatchObject([0, { status: 'warning' }]);
});

test('certificates that Node passed over are named', async () => {
  const env = { NODE_EXTRA_CA_CERTS: '/nowhere/company.pem' };
  const { of } = await doctor('--sandbox', { env, node: '22.1.0' });
  expect(of('node')).toEqual({
    check: 'node',
    status: 'warning',
    found: '22.1.0, without the certificates of /nowhere/company.pem, which cannot be read (ENOENT)',
    remedy: ['Set NODE_EXTRA_CA_CERTS to a PEM file that you can read, or unset it'],
  });
  const home = freshHome();
  writeFileSync(path.join(home, 'key.pem'), 'no certificate');
  for (const [file, why] of [
    [home, 'cannot be read (EISDIR)'],
    [path.join(home, 'key.pem'), 'has no certificate'],
  ] as const) {
    const passedOver = await doctor('--sandbox', { env: { NODE_EXTRA_CA_CERTS: file } });
    expect(passedOver.of('node')?.found).toContain(`without the certificates of ${file}, which ${why}`);
  }
  const none = await doctor('--sandbox', { env: { NODE_EXTRA_CA_CERTS: '' } });
  expect(none.of('node')?.status).toBe('ok');
});

for (const [text, why] of [
  ['{', 'is not JSON'],
  ['{"profiles":{"a":{"colour":"red"}}}', 'has an unknown setting profiles.a.colour'],
] as const) {
  test(`a configuration that ${why} is named, and the rest is checked all the same`, async () => {
    const home = freshHome();
    mkdirSync(config(home), { recursive: true });
    writeFileSync(config(home, 'config.json'), text);
    const result = await doctor('', { home });
    expect(result.code).toBe(1);
    expect(result.found.map(({ check }) => check)).toEqual(checks);
    const failed = result.found.filter(({ status }) => status === 'failed');
    expect(failed.map(({ check }) => check)).toEqual(['configuration', 'connection', 'record']);
    for (const { found } of failed) expect(found).toContain(why);
    // Both have the same ways out, which are named once.
    expect(errorOf(result).next).toEqual(failed[0]?.remedy);
  });
}

test('a profile that does not exist is the finding on the connection', async () => {
  const result = await doctor('--profile nobody', {});
  expect(result.code).toBe(1);
  expect(result.of('connection')?.found).toContain('--profile names no profile: "nobody"');
});

test.skipIf(process.platform === 'win32')(
  'files that others can read or write are named with the command that closes them',
  async () => {
    const { home } = await creditctl('auth login --no-check', { stdin: 'secret_key' });
    await creditctl('config set mode test', { home });
    const files = { config: config(home, 'config.json'), keys: config(home, 'credentials.json') };
    const good = await doctor('--sandbox', { home });
    expect(good.of('credentials')).toMatchObject({ status: 'ok', found: `${files.keys}, mode 0600` });
    expect(good.of('configuration')).toMatchObject({ status: 'ok', found: `${files.config}, 1 profile` });
    chmodSync(files.keys, 0o640);
    chmodSync(files.config, 0o664);
    const open = await doctor('--sandbox', { home });
    expect(open.of('credentials')).toMatchObject({ status: 'failed', remedy: [`chmod 600 ${files.keys}`] });
    expect(open.of('configuration')).toMatchObject({
      status: 'failed',
      found: expect.stringContaining(`${files.config} can be written by others`),
      remedy: [expect.stringContaining(`chmod go-w ${files.config}`)],
    });
    chmodSync(files.config, 0o600);
    const policy = path.join(home, 'team.json');
    writeFileSync(policy, '{}', { mode: 0o664 });
    await creditctl(`config set policy.file ${policy}`, { home });
    expect((await doctor('--sandbox', { home })).of('configuration')?.status).toBe('ok');
    chmodSync(policy, 0o666);
    expect((await doctor('--sandbox', { home })).of('configuration')?.status).toBe('ok');
    chmodSync(home, 0o755);
    expect((await doctor('--sandbox', { home })).of('configuration')?.found).toContain(
      `${policy} can be written by others`,
    );
  },
);

test.skipIf(process.platform === 'win32')(
  'a folder that everybody can write is named, also while it is empty',
  async () => {
    const home = freshHome();
    for (const [folder, check] of [
      [config(home), 'configuration'],
      [state(home), 'state folder'],
    ] as const) {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o777);
      const { code, of } = await doctor('--sandbox', { home });
      expect([code, of(check)?.status]).toEqual([1, 'failed']);
      expect(of(check)?.remedy).toEqual([expect.stringContaining(`chmod go-w ${folder}`)]);
      chmodSync(folder, 0o700);
      expect((await doctor('--sandbox', { home })).of(check)?.status).toBe('ok');
    }
  },
);

test('a key file that is no use is named, and nothing of what it holds', async () => {
  const { home } = await creditctl('auth login --no-check', { stdin: 'k' });
  for (const text of ['{"a":"secret"', '{"nobody":["secret"]}']) {
    writeFileSync(config(home, 'credentials.json'), text);
    const { of, stdout } = await doctor('--sandbox', { home });
    expect(of('credentials')?.status).toBe('failed');
    expect(stdout).not.toContain('secret');
  }
});

test('a state folder that is a file is named', async () => {
  const home = freshHome();
  mkdirSync(path.dirname(state(home)), { recursive: true });
  writeFileSync(path.join(home, '.local', 'state', 'creditctl'), '');
  const { code, of } = await doctor('--sandbox', { home });
  expect(code).toBe(1);
  expect(of('state folder')).toMatchObject({
    status: 'failed',
    found: expect.stringContaining('is not a folder'),
  });
  expect(of('sandbox')?.found).toContain('sandbox.db cannot be made, because a part of it is a file');
});

test('a state folder on a disk that does not last, as in a container, is a warning with the way out', async () => {
  const { code, of } = await doctor('--sandbox', { shortLivedDisk: 'overlay' });
  expect(code).toBe(0);
  expect(of('state folder')).toMatchObject({
    status: 'warning',
    found: expect.stringContaining('overlay'),
    remedy: [expect.stringContaining('CREDITCTL_STATE_DIR')],
  });
});

test('rows of a batch without a known outcome are a warning, unless a run is at work on them', async () => {
  const home = freshHome();
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\nglobex,7\n');
  await creditctl(`ledger import ${home}/x.csv --batch-id trials --sandbox --yes`, { home });
  forget(home, { outcomes: 'row = 2' });
  const { code, of } = await doctor('--sandbox', { home });
  expect(code).toBe(0);
  expect(of('record')).toMatchObject({
    status: 'warning',
    found: expect.stringContaining(
      '2 writes in 1 account; the outcome of 1 row of batch trials is not known',
    ),
    remedy: ['creditctl batch resume trials --sandbox'],
  });
  running(home, { machine: 'elsewhere', pid: 77 });
  expect((await doctor('--sandbox', { home })).of('record')?.status).toBe('ok');
});

test('the disk of a state folder does not matter to a record on a server', async () => {
  const env = { CREDITCTL_RECORD: 'postgres://127.0.0.1:1/credits' };
  const { of } = await doctor('--sandbox', { shortLivedDisk: 'overlay', env });
  expect(of('state folder')).toMatchObject({
    status: 'ok',
    found: expect.stringContaining('the record is on a server'),
  });
});

test('a write of unknown outcome is a warning with the command that settles it', async () => {
  const path = '/customers/external_customer_id/acme/credits/ledger_entry';
  const exchanges = [{ method: 'POST', path, answer: { status: 500 }, again: true as const }];
  const { home } = await creditctl('ledger add acme --amount 5 --yes', { env: orb, exchanges });
  const { code, of } = await doctor('', { home, env: orb, exchanges: [dated(0)] });
  expect(code).toBe(0);
  expect(of('record')).toMatchObject({
    status: 'warning',
    found: expect.stringMatching(
      /1 write in 1 account; the outcome of 1 is not known, the oldest from 2026-11-23T12:00.* by tester$/,
    ),
    remedy: ['Find out how it ended: creditctl history settle key-1'],
  });
});

test.skipIf(!hasPostgres)('a record whose server has another time is a warning', async () => {
  const env = { CREDITCTL_RECORD: (await freshDatabase()).url('ana') };
  const { home } = await creditctl('ledger add acme --amount 5 --sandbox --yes', { env });
  const off = await doctor('--sandbox', { home, env });
  expect([off.code, off.of('record')]).toMatchObject([
    0,
    {
      status: 'warning',
      found: expect.stringMatching(
        /1 write in 1 account; its clock is \d+ s (ahead of|behind) this machine's/,
      ),
      remedy: [expect.stringContaining('NTP')],
    },
  ]);
  const agreed = await doctor('--sandbox', { home, env, now: Date.now() });
  expect(agreed.of('record')).toMatchObject({ status: 'ok', remedy: [] });
});

test.skipIf(!hasPostgres)('a record that takes no writes fails', async () => {
  const database = await freshDatabase();
  const env = { CREDITCTL_RECORD: database.url('ana') };
  const { home } = await creditctl('ledger add acme --amount 5 --sandbox --yes', { env });
  await database.sql('revoke execute on all functions in schema creditctl from ana');
  const { code, of } = await doctor('--sandbox', { home, env });
  expect([code, of('record')]).toMatchObject([
    1,
    { status: 'failed', remedy: expect.arrayContaining([expect.stringContaining('record init --grant')]) },
  ]);
  await database.sql('grant execute on all functions in schema creditctl to ana');
  await database.sql(`alter database ${database.name} set default_transaction_read_only = on`);
  const readOnly = await doctor('--sandbox', { home, env });
  expect(readOnly.of('record')).toMatchObject({
    status: 'failed',
    found: expect.stringContaining('takes no writes'),
  });
});

test('a record that is no database fails, with its file', async () => {
  const { home } = await granted('--amount 5');
  writeFileSync(state(home, 'record.db'), 'This is no database. '.repeat(500));
  const broken = await doctor('--sandbox', { home });
  expect(broken.of('record')).toMatchObject({
    status: 'failed',
    found: expect.stringContaining(state(home, 'record.db')),
  });
});

test('a broken sandbox fails where it is in use, and is a warning where it is not', async () => {
  const home = freshHome();
  const db = path.join(home, 'x.db');
  writeFileSync(db, 'This is no database. '.repeat(500));
  const env = { CREDITCTL_SANDBOX_DB: db };
  const used = await doctor('--sandbox', { home, env });
  expect([used.code, used.of('sandbox')]).toMatchObject([1, { status: 'failed' }]);
  expect(used.of('sandbox')?.found).toContain('damaged or not a database');
  const unused = await doctor('', { home, env: { ...env, ...orb }, exchanges: [dated(0)] });
  expect([unused.code, unused.of('sandbox')]).toMatchObject([0, { status: 'warning' }]);
});

test('an empty file where the database should be is named as such and left empty', async () => {
  const home = freshHome();
  const db = path.join(home, 'x.db');
  writeFileSync(db, '');
  const { of } = await doctor('--sandbox', { home, env: { CREDITCTL_SANDBOX_DB: db } });
  expect(of('sandbox')).toMatchObject({
    status: 'ok',
    found: `${db}, 0.0 MB, version 0; the next use upgrades it to ${schemaVersion}`,
  });
});

test('off a terminal the table is plain; failures and warnings are shown with what to do', async () => {
  const exchanges = [ping({ status: 401 })];
  const { code, stdout, stderr } = await creditctl('doctor', { env: orb, exchanges, canKeepCode: false });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^check +status +found\n/);
  expect(stdout).toMatch(/\nkey +failed +from ORB_API_KEY; the API does not accept it \(401\)\n/);
  expect(stdout).toContain('stdout is not a terminal');
  expect(stderr.split('\n')).toEqual([
    'Warning: code cache: cannot be kept, so every start is slower',
    expect.stringContaining('XDG_CACHE_HOME'),
    'creditctl: 1 of 14 checks failed',
    '           key: from ORB_API_KEY; the API does not accept it (401)',
    '  → Check that the key is complete and for this host, then run: creditctl auth login',
    '',
  ]);
});

test('on a terminal the word of a status is coloured, and readable without colour', async () => {
  const env = { LANG: 'en_US.UTF-8', TERM: 'xterm' };
  const coloured = await creditctl('doctor --sandbox', { terminal: 100, env });
  expect(coloured.stdout).toContain('\u001b[32mok\u001b[39m');
  expect(coloured.stdout).toContain('100 columns, colours, UTF-8');
  const plain = await creditctl('doctor --sandbox', { terminal: 100, env: { ...env, NO_COLOR: '1' } });
  expect(plain.stdout).not.toContain('\u001b');
  expect(plain.stdout).toMatch(/terminal +ok +100 columns, no colours, UTF-8/);
  const latin = await creditctl('doctor --sandbox', { terminal: 100, env: { LANG: 'de_DE.ISO-8859-1' } });
  expect(latin.stderr).toContain('locale de_DE.ISO-8859-1: lines and arrows may look wrong');
});

test('every format has the findings as one list, and formats are checked before anything else', async () => {
  const ndjson = await creditctl('doctor --sandbox -o ndjson');
  expect(linesOf(ndjson.stdout)).toHaveLength(checks.length);
  const csv = await creditctl('doctor --sandbox -o csv');
  expect(csvOf(csv.stdout).map(({ check }) => check)).toEqual(checks);
  const picked = await creditctl('doctor --sandbox --json check,status');
  expect((JSON.parse(picked.stdout) as object[])[0]).toEqual({ check: 'version', status: 'ok' });
  expectUsage(await creditctl('doctor --json nonsense', { exchanges: [] }), ['choose from check, status']);
});

test('an interruption ends it as one', async () => {
  const interruption = new AbortController();
  interruption.abort(new CreditctlError('interrupted', 'Interrupted'));
  const fail = new TransportFailure('cut', 'maybe');
  const exchanges = [{ method: 'GET', path: '/ping', fail }];
  const result = await creditctl('doctor', { env: orb, exchanges, signal: interruption.signal });
  expect(result.code).toBe(130);
});

test('how it was installed is shown, with how it is updated and where the manual is', async () => {
  const home = freshHome();
  const file = (root: string, beside = ''): string => {
    const bin = path.join(home, root, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, 'creditctl.cjs'), '');
    if (beside !== '') mkdirSync(path.join(home, beside), { recursive: true });
    return path.join(bin, 'creditctl.cjs');
  };
  const link = path.join(home, 'creditctl');
  symlinkSync(file('lib/node_modules/creditctl'), link);
  for (const [started, by, update] of [
    [link, 'npm, global', 'Update: npm install --global creditctl@latest. Manual: man creditctl'],
    [file('_npx/4f/node_modules/creditctl', '_npx/4f/package.json'), 'npx', 'npx creditctl@latest'],
    [
      file('shop/node_modules/creditctl', 'shop/package.json'),
      'npm, for one project',
      '/shop creditctl@latest',
    ],
    [
      file('clone', 'clone/.git'),
      'clone',
      `git pull && npm install. Manual: man ${home}/clone/man/creditctl.1`,
    ],
    [file('copied'), 'folder', 'put the files of a newer release in its place'],
    [undefined, 'single executable', 'put the file of a newer release in its place. Manual: creditctl help'],
  ] as const) {
    const { of } = await doctor('--sandbox', started === undefined ? { home } : { home, started });
    expect(of('installation')).toMatchObject({ status: 'ok', remedy: [] });
    expect(of('installation')?.found).toMatch(new RegExp(`^${by}: /`));
    expect(of('installation')?.found).toContain(update);
  }
  const { of } = await doctor('--sandbox', { home, started: path.join(home, 'gone') });
  expect(of('installation')?.status).toBe('failed');
});

test('on a narrow terminal what was found goes on in further lines, and is not cut', async () => {
  const home = freshHome();
  const { stdout } = await creditctl('doctor --sandbox', { home, terminal: 60 });
  const words = stdout.replaceAll(/\n {2,}/g, ' ');
  expect(words).toContain('Update: put the file of a newer release in its place. Manual: creditctl help');
  expect(stdout).not.toContain('…');
});
