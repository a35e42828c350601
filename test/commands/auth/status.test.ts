import { expect, test } from 'vitest';
import { creditctl, errorOf, orb } from '../../support/command.ts';

const ping = { method: 'GET', path: '/ping', answer: { json: { response: 'pong' } } };

test('the connection, the source of its key and whether it is accepted are shown, never the key', async () => {
  const result = await creditctl('auth status -o json', { exchanges: [ping], env: orb });
  expect(result.code).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual({
    profile: 'default',
    mode: 'live',
    host: 'orb.example',
    key_source: 'ORB_API_KEY',
    key_accepted: true,
  });
  expect(result.stdout + result.stderr).not.toContain(orb.ORB_API_KEY);
});

test('a kept key is named by its file, and the environment comes before it', async () => {
  const { home } = await creditctl('auth login --no-check', { stdin: 'kept' });
  const kept = await creditctl('auth status --json key_source', { home, exchanges: [ping] });
  expect(JSON.parse(kept.stdout)).toEqual({ key_source: 'key file' });
  const both = await creditctl('auth status --json key_source', { home, exchanges: [ping], env: orb });
  expect(JSON.parse(both.stdout)).toEqual({ key_source: 'ORB_API_KEY' });
});

test('a key that is not accepted is exit 3, with nothing on stdout', async () => {
  const exchanges = [
    { ...ping, answer: { status: 401, json: { code: 'unauthorized', description: 'bad key' } } },
  ];
  const result = await creditctl('auth status -o json', { exchanges, env: orb });
  expect(result.code).toBe(3);
  expect(result.stdout).toBe('');
  expect(errorOf(result)).toMatchObject({ code: 'credentials', status: 401, retry_safe: true });
});

test('a success that is not the API answering a ping accepts no key', async () => {
  const exchanges = [{ ...ping, answer: { json: [] } }];
  const result = await creditctl('auth status -o json', { exchanges, env: orb });
  expect([result.code, result.stdout]).toEqual([7, '']);
});

test('a refused key is shown with its source', async () => {
  const exchanges = [{ ...ping, answer: { status: 401, json: { detail: 'bad key' } } }];
  const { home } = await creditctl('auth login --no-check', { stdin: 'kept' });
  const result = await creditctl('auth status', { home, exchanges });
  expect(result.stderr).toContain('The key comes from: key file');
  expect(result.stderr).toMatch(/\n {2}→ creditctl auth login\n$/);
  const set = await creditctl('auth status -o json', { home, exchanges, env: { ORB_API_KEY: 'other' } });
  expect(errorOf(set).next).toEqual([
    'Set ORB_API_KEY to another key, or unset it and run: creditctl auth login',
  ]);
});

test('the embedded ledger needs no key', async () => {
  const { stdout } = await creditctl('auth status --sandbox --json mode,key_source');
  expect(JSON.parse(stdout)).toEqual({ mode: 'sandbox', key_source: 'none needed' });
});

test('plain http is allowed only to this machine, and a key with blanks is none', async () => {
  const remote = { ...orb, ORB_BASE_URL: 'http://orb.example/v1' };
  const plain = await creditctl('auth status', { exchanges: [], env: remote });
  expect(plain.code).toBe(2);
  expect(plain.stderr).toContain('ORB_BASE_URL must be https');
  const blank = await creditctl('auth status', { exchanges: [], env: { ...orb, ORB_API_KEY: 'a b' } });
  expect(blank.code).toBe(3);
  expect(blank.stderr).not.toContain('a b');
});
