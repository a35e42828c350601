import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, errorOf, expectUsage, notesOf } from '../../support/command.ts';
import { freshHome } from '../../support/run.ts';
import { silentServer } from '../../support/silent-server.ts';

const fileOf = (home: string) => path.join(home, '.config', 'creditctl', 'credentials.json');

const pong = { method: 'GET', path: '/ping', answer: { json: { response: 'pong' } } };
const keptIn = (home: string) => JSON.parse(readFileSync(fileOf(home), 'utf8')) as unknown;

test('a key on stdin is tried, kept for its owner alone, and shown nowhere', async () => {
  const options = { stdin: 'secret_key_1\n', exchanges: [pong] };
  const { code, stdout, stderr, home, keys } = await creditctl('auth login', options);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(keys).toEqual(['secret_key_1']);
  expect(stderr).toBe(
    `Stored the key of profile default in ${fileOf(home)}, which only you can read. The OS keychain was not used: this machine has none\n`,
  );
  expect(keptIn(home)).toEqual({ default: 'secret_key_1' });
  expect(statSync(fileOf(home)).mode & 0o777).toBe(0o600);
});

test('where there is a keychain the key is kept there, and the file only says so', async () => {
  const keychain = new Map<string, string>();
  const options = { stdin: 'secret_key_1', exchanges: [pong], keychain };
  const result = await creditctl('auth login -o json', options);
  const folder = path.dirname(fileOf(result.home));
  expect(notesOf(result)).toEqual([{ profile: 'default', kept_in: 'keychain' }]);
  expect([...keychain]).toEqual([[`default in ${folder}`, 'secret_key_1']]);
  expect(keptIn(result.home)).toEqual({ default: { keychain: `default in ${folder}` } });
  const used = await creditctl('auth status', { home: result.home, exchanges: [pong], keychain });
  expect([used.keys, used.keychainActs]).toEqual([['secret_key_1'], ['read']]);
});

test('--file keeps the key in the file also where there is a keychain, and takes an older one out of it', async () => {
  const keychain = new Map<string, string>();
  const { home } = await creditctl('auth login --no-check', { stdin: 'old', keychain });
  const again = await creditctl('auth login --no-check --file', { home, stdin: 'new', keychain });
  expect(again.keychainActs).toEqual(['forget']);
  expect(again.stderr).toBe(
    `Stored the key of profile default in ${fileOf(home)}, which only you can read\n`,
  );
  expect([keptIn(home), keychain.size]).toEqual([{ default: 'new' }, 0]);
  const only = await creditctl('auth login --no-check --file', { stdin: 'new', keychain });
  expect(only.keychainActs).toEqual([]);
});

test('a key is not stored if its profile leads to another host since it was entered', async () => {
  const home = freshHome();
  // Another process changes the profile while the key is tried.
  const answer = {
    get json() {
      const profiles = { default: { base_url: 'https://orb.example/v1' } };
      mkdirSync(path.dirname(fileOf(home)), { recursive: true });
      writeFileSync(`${path.dirname(fileOf(home))}/config.json`, JSON.stringify({ profiles }));
      return pong.answer.json;
    },
  };
  const result = await creditctl('auth login -o json', {
    home,
    stdin: 'secret_key_1',
    exchanges: [{ ...pong, answer }],
  });
  expect(errorOf(result)).toMatchObject({
    code: 'refused',
    message: expect.stringContaining('The profile default leads to another host or mode than when'),
  });
  expect(existsSync(fileOf(home))).toBe(false);
});

const cases = [
  ['is refused', { status: 401 }, 3, 'api.withorb.com does not accept this key (401); it was not stored'],
  ['is forbidden', { status: 403 }, 3, 'does not accept this key (403)'],
  [
    'meets a broken API',
    { status: 500 },
    7,
    'could not be tried and was not stored: api.withorb.com answered 500',
  ],
  ['meets another host', { status: 404 }, 7, 'api.withorb.com answered 404\n  → creditctl config show'],
  ['is tried too often', { status: 429 }, 6, 'api.withorb.com answered 429\n  → Store it'],
  [
    'meets a portal',
    { status: 200, body: '<html>' },
    7,
    'api.withorb.com answered 200, and not as the API does',
  ],
  ['meets another API', { json: [] }, 7, 'api.withorb.com answered 200, and not as the API does'],
] as const;
for (const [what, answer, code, sentence] of cases) {
  test(`a key that ${what} is not kept, and an earlier one stays`, async () => {
    const { home } = await creditctl('auth login --no-check', { stdin: 'good' });
    const exchanges = [{ ...pong, answer }];
    const result = await creditctl('auth login', { home, stdin: 'secret_2', exchanges });
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(sentence);
    expect(result.stderr).toContain('→ Store it without trying it: creditctl auth login --no-check');
    expect(result.stderr).not.toContain('secret_2');
    expect([keptIn(home), result.keychainActs]).toEqual([{ default: 'good' }, []]);
  });
}

test('without a network the key is not kept, unless --no-check says so', async () => {
  const fail = new TransportFailure('api.withorb.com has no address (DNS)', 'no');
  const exchanges = [{ method: 'GET', path: '/ping', fail }];
  const result = await creditctl('auth login -o json', { stdin: 'k', exchanges });
  expect(errorOf(result)).toMatchObject({
    exit_code: 8,
    message: 'The key could not be tried and was not stored: api.withorb.com has no address (DNS)',
    applied: 'no',
    retry_safe: true,
  });
  expect(existsSync(fileOf(result.home))).toBe(false);
  const untried = await creditctl('auth login --no-check', { stdin: 'k', exchanges: [] });
  expect([untried.code, untried.keys, keptIn(untried.home)]).toEqual([0, [], { default: 'k' }]);
});

test('what comes before a kept key is named', async () => {
  const env = { ORB_API_KEY: 'k' };
  const set = await creditctl('auth login --no-check', { stdin: 'x', env });
  expect(set.stderr).toContain('ORB_API_KEY is still set and overrides');
  const { home } = await creditctl(`config set api_key_command 'pass orb'`);
  const command = await creditctl('auth login --no-check', { home, stdin: 'x' });
  expect(command.stderr).toContain('api_key_command is still set and overrides');
});

test('each profile has a key of its own', async () => {
  const { home } = await creditctl('config set mode test --profile staging');
  await creditctl('auth login --no-check', { home, stdin: 'one' });
  await creditctl('auth login --no-check --profile staging', { home, stdin: 'two' });
  expect(keptIn(home)).toEqual({ default: 'one', staging: 'two' });
});

test('on a terminal the key is typed unseen', async () => {
  const answers = [
    { message: 'API key for the profile default (live, api.withorb.com)', answer: ' typed_key ' },
  ];
  const { home, stderr, keys } = await creditctl('auth login', { terminal: 100, answers, exchanges: [pong] });
  expect([keptIn(home), keys]).toEqual([{ default: 'typed_key' }, ['typed_key']]);
  expect(stderr).not.toContain('typed_key');
});

test('with --no-input on a terminal no key is read, because it would be seen', async () => {
  const result = await creditctl('auth login --no-input', { terminal: 100, stdin: 'seen_key' });
  expectUsage(result, ['stdin has nothing to store']);
  expect(existsSync(fileOf(result.home))).toBe(false);
});

for (const [what, stdin] of [
  ['nothing', ''],
  ['two words', 'two words'],
  ['a control character', 'a\u0007b'],
] as const) {
  test(`${what} on stdin is no key: exit 3, and an earlier one stays`, async () => {
    const home = freshHome();
    await creditctl('auth login --no-check', { home, stdin: 'good' });
    const result = await creditctl('auth login', { home, stdin });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('nothing was stored');
    if (stdin !== '') expect(result.stderr).not.toContain(stdin);
    expect(JSON.parse(readFileSync(fileOf(home), 'utf8'))).toEqual({ default: 'good' });
  });
}

test('a key is never taken from the command line', async () => {
  expectUsage(await creditctl('auth login secret_key'), ['too many arguments']);
});

test('a profile of the embedded ledger needs no key', async () => {
  const { home } = await creditctl('config set kind sandbox --profile demo');
  const result = await creditctl('auth login --profile demo', { home, stdin: 'k' });
  expectUsage(result, ['The profile "demo" is of kind sandbox, which needs no key']);
});

const recordUrl = 'postgres://ana@127.0.0.1:1/credits';

test('--record keeps the password of the record under a name of its own, to the letter, and shows it nowhere', async () => {
  const { home } = await creditctl('auth login --no-check', { stdin: 'secret_key' });
  await creditctl(`config set record ${recordUrl}`, { home });
  const line = 'auth login --record --no-check';
  const { code, stdout, stderr } = await creditctl(line, { home, stdin: ' pass word \r\n' });
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain(`Stored the record password of profile default in ${fileOf(home)}`);
  expect(stderr).not.toContain('pass word');
  expect(keptIn(home)).toEqual({ default: 'secret_key', 'record of default': ' pass word ' });
  const gone = await creditctl('auth logout --record', { home });
  expect(gone.stderr).toBe('Deleted the record password of profile default (it was in the key file)\n');
  expect(keptIn(home)).toEqual({ default: 'secret_key' });
});

test('a password is kept in the keychain where there is one, unless --file says otherwise', async () => {
  const keychain = new Map<string, string>();
  const { home } = await creditctl(`config set record ${recordUrl}`);
  const line = 'auth login --record --no-check';
  await creditctl(line, { home, stdin: 'word', keychain });
  expect([[...keychain.values()], keptIn(home)]).toEqual([
    ['word'],
    { 'record of default': { keychain: expect.any(String) } },
  ]);
  await creditctl(`${line} --file`, { home, stdin: 'other', keychain });
  expect([keychain.size, keptIn(home)]).toEqual([0, { 'record of default': 'other' }]);
});

test('an interruption ends the wait for a record that never answers, and nothing is stored', async () => {
  const { url, signal } = await silentServer();
  const { home } = await creditctl(`config set record ${url}`);
  const begun = performance.now();
  const { code, stderr } = await creditctl('auth login --record', { home, stdin: 'word', signal });
  expect([code, performance.now() - begun < 4000]).toEqual([130, true]);
  expect(stderr).toContain('the password was not stored');
});

test('--record is refused where the profile has no record, and for what is no password', async () => {
  expectUsage(await creditctl('auth login --record', { stdin: 'x' }), ['--record needs a profile']);
  const { home } = await creditctl(`config set record ${recordUrl}`);
  for (const stdin of ['\n', 'one\ntwo\n']) {
    const result = await creditctl('auth login --record --no-check', { home, stdin });
    expect(result.code, result.stderr).toBe(3);
  }
  expect(existsSync(fileOf(home))).toBe(false);
});

test('what comes before a stored password is named', async () => {
  const { home } = await creditctl(`config set record ${recordUrl}`);
  const line = 'auth login --record --no-check';
  const result = await creditctl(line, { home, stdin: 'x', env: { PGPASSWORD: 'y' } });
  expect(result.stderr).toContain('PGPASSWORD is still set and overrides the stored record password');
});

test('a record that cannot be reached keeps a password from being stored: exit 8', async () => {
  const { home } = await creditctl(`config set record ${recordUrl}`);
  const result = await creditctl('auth login --record -o json', { home, stdin: 'pass%20word' });
  expect(result.code, result.stderr).toBe(8);
  expect(errorOf(result).message).toContain('the password was not stored');
  expect(existsSync(fileOf(home))).toBe(false);
});
