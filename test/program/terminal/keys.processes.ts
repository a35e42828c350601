// Keys in real processes: the keychain of this machine, the real shell, and no key in any output or file but its own.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { apiServer } from '../../support/api-server.ts';
import { cleanEnvironment, type Ended, program, start } from '../../support/built-program.ts';
import { customer, made, page } from '../../support/documents.ts';
import { freshHome } from '../../support/run.ts';
import { hasScript, keys, seat } from '../../support/terminal.ts';

const key = 'sk_live_0123456789abcdef';
/** By its customers an account is recognised, before the first write with a key. */
const recognised = { request: 'GET /v1/customers?limit=3', json: page([customer()]) };
const pong = { request: 'GET /v1/ping', json: { response: 'pong' } };
const keyFile = (home: string) => path.join(home, '.config', 'creditctl', 'credentials.json');

async function typed(line: string, stdin: string, env: Record<string, string>): Promise<Ended> {
  const started = start(process.execPath, [program, ...line.split(' ')], env);
  started.child.stdin.end(stdin);
  return started.ended;
}

/** Every file below a folder that holds a text. */
const holding = (folder: string, text: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => path.join(file.parentPath, file.name))
    .filter((file) => readFileSync(file).includes(text));

/** Without a session bus there is no keychain to ask (Linux). */
const headless = (home: string, more: Record<string, string> = {}) =>
  cleanEnvironment(home, { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus', ...more });

test.skipIf(process.platform !== 'linux')(
  'without a keychain the key goes into the file, and works from there',
  async () => {
    const home = freshHome();
    const server = await apiServer([pong, pong]);
    const env = headless(home, { ORB_BASE_URL: server.baseUrl });
    const login = await typed('auth login', key, env);
    expect(login).toMatchObject({ code: 0, stdout: '' });
    expect(login.stderr).toContain('The OS keychain was not used: ');
    expect(statSync(keyFile(home)).mode & 0o777).toBe(0o600);
    const status = await typed('auth status -o json', '', env);
    expect(JSON.parse(status.stdout)).toMatchObject({ key_source: 'key file', key_accepted: true });
    expect(server.arrived.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${key}`,
      `Bearer ${key}`,
    ]);
    await server.close();
  },
);

test.skipIf(process.platform !== 'linux')(
  'a keychain that never answers delays a login by two seconds, and no other command',
  async () => {
    const home = freshHome();
    const folder = path.join(home, 'run');
    mkdirSync(folder);
    let asked = 0;
    const silent = createServer(() => {
      asked += 1;
    });
    await new Promise<void>((resolve) => silent.listen(path.join(folder, 'bus'), resolve));
    onTestFinished(() => void silent.close());
    const env = cleanEnvironment(home, { DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder}/bus` });
    const login = await typed('auth login --no-check', key, env);
    expect(login).toMatchObject({ code: 0 });
    expect(login.stderr).toContain('The OS keychain was not used: it did not answer within 2 s');
    const after = asked;
    expect(after).toBeGreaterThan(0);
    expect((await typed('config list', '', env)).code).toBe(0);
    expect((await typed('balance acme', '', { ...env, ORB_BASE_URL: 'http://127.0.0.1:9/v1' })).code).toBe(8);
    expect(asked).toBe(after);
  },
);

test.skipIf(process.platform === 'win32')(
  'a key that a command prints reaches the API, and no stream, record or other file',
  async () => {
    const home = freshHome();
    const server = await apiServer([
      recognised,
      {
        request: 'POST /v1/customers/external_customer_id/acme/credits/ledger_entry',
        status: 201,
        json: made(),
      },
      { status: 401, json: { detail: 'no such key' } },
    ]);
    const env = cleanEnvironment(home, { ORB_BASE_URL: server.baseUrl, WHERE: key });
    const set = start(
      process.execPath,
      [program, 'config', 'set', 'api_key_command', 'echo "to the vault" >&2; printf %s "$WHERE"'],
      env,
    );
    const written = async (line: string) => typed(line, '', env);
    const ended = [
      await set.ended,
      await written('ledger add acme --amount 5 --yes'),
      await written('ledger list acme -o json'),
    ];
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 3]);
    expect(ended[1]?.stderr).toContain('to the vault\n');
    expect(server.arrived.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${key}`,
      `Bearer ${key}`,
      `Bearer ${key}`,
    ]);
    expect(JSON.stringify(ended)).not.toContain(key);
    expect(holding(home, key)).toEqual([]);
    await server.close();
    rmSync(home, { recursive: true });
  },
);

test('a key in the environment or in the file is in no stream and no other file', async () => {
  const home = freshHome();
  const server = await apiServer([
    recognised,
    {
      request: 'POST /v1/customers/external_customer_id/acme/credits/ledger_entry',
      status: 201,
      json: made(),
    },
    { request: 'POST /v1/customers/external_customer_id/acme/credits/ledger_entry', status: 400, body: 'no' },
  ]);
  const env = headless(home, { ORB_BASE_URL: server.baseUrl });
  const ended = [
    await typed('auth login --no-check --file', key, env),
    await typed('ledger add acme --amount 5 --yes', '', env),
    await typed('ledger add acme --amount 6 --yes -o json', '', { ...env, ORB_API_KEY: key }),
    await typed('auth login --no-check', `${key} and more`, env),
  ];
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 11, 3]);
  expect(JSON.stringify(ended)).not.toContain(key);
  expect(holding(home, key)).toEqual([keyFile(home)]);
  await server.close();
});

(hasScript ? test : test.skip)('a key that cannot be one is asked for again, and is not shown', async () => {
  const home = freshHome();
  const at = seat(['auth', 'login', '--no-check', '--file'], { home });
  await at.see('? API key for the profile default (live, api.withorb.com) (not shown)');
  at.type(keys.enter);
  await at.see('What you typed is empty');
  at.type(`two words${keys.enter}`);
  await at.see('contains spaces');
  at.type(`${key}${keys.enter}`);
  expect(await at.ended).toBe(0);
  expect(readFileSync(keyFile(home), 'utf8')).toContain(`"${key}"`);
  expect(at.raw()).not.toMatch(/two words|sk_live/);
});
