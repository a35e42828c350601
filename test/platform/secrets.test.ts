import { expect, test } from 'vitest';
import { withoutMistypedKeys } from '../../src/cli/mistyped-key.ts';
import { usageErrorAt } from '../../src/errors.ts';
import { makeSecrets } from '../../src/platform/secrets.ts';
import { knownSecrets } from '../../src/profiles/config-file.ts';

const secrets = (keys: readonly string[], passwords: readonly string[] = []) =>
  makeSecrets(() => ({ keys, passwords }));

test('a key is masked as it is, in JSON, in a URL and in the header of a login', () => {
  const key = 'sk"live/+0123';
  const { mask, isIn } = secrets([key]);
  const forms = [
    key,
    JSON.stringify(key),
    encodeURIComponent(key),
    encodeURIComponent(key).toLowerCase(),
    `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
  ];
  for (const form of forms) {
    expect(isIn(`a ${form} z`), form).toBe(true);
    const clean = mask(`a ${form} z ${form}`);
    expect(clean).toContain('***');
    expect(clean).not.toContain('0123');
    expect(isIn(clean)).toBe(false);
  }
  expect(JSON.parse(mask(JSON.stringify({ detail: `no ${key}!` })))).toEqual({ detail: 'no ***!' });
});

test('a key that holds another one is masked whole, and one that is fetched later counts too', () => {
  const found = secrets(['key_12345']);
  expect(found.mask('key_12345')).toBe('***');
  found.learn('key_12345_and_more');
  expect(found.mask('key_12345_and_more, key_12345')).toBe('***, ***');
});

test('what is too short, or a password, refuses no write', () => {
  const found = secrets(['short'], ['password-1']);
  expect([found.isIn('short password-1'), found.mask('short password-1')]).toEqual([false, 'short ***']);
});

test('every secret of the environment is known, also within a URL', () => {
  const env = {
    ORB_API_KEY: 'orb-key\r\n',
    CREDITCTL_SANDBOX_KEY: 'sandbox-key',
    ORB_WEBHOOK_SECRET: 'webhook-secret',
    ORB_BASE_URL: 'https://key-as-user@orb.example/v1?api_key=key-in-query',
    HTTPS_PROXY: 'http://user:pass%2Fword@proxy.example:3128',
    http_proxy: 'user:other-pass@proxy.example:3128',
    ALL_PROXY: ':::',
  };
  const found = knownSecrets(env, { config: '/nowhere', state: '/nowhere' });
  expect(found.keys).toEqual(['orb-key', 'sandbox-key', 'webhook-secret']);
  for (const secret of ['key-as-user', 'key-in-query', 'pass%2Fword', 'pass/word', 'other-pass'])
    expect(found.passwords).toContain(secret);
});

test('a word that was refused and looks like a key is not repeated, an id to be copied is', () => {
  const key = 'f3a9c1d27be04465a0e1';
  const id = '5f0c2d9a1b3e4f5a6b7c8d9e';
  const shown = (problem: string, next: readonly string[] = []) =>
    withoutMistypedKeys(usageErrorAt('--amount', problem, next), ['balance', id, `--amount=sk_${key}`]);
  const error = shown(`is not an amount: "sk_${key}"`, [`creditctl x sk_${key}`]);
  expect([error.message, error.facts.next]).toEqual([
    '--amount is not an amount: "***"',
    ['creditctl x ***'],
  ]);
  expect(shown('is missing', [`creditctl balance ${id}`]).facts.next).toEqual([`creditctl balance ${id}`]);
});
