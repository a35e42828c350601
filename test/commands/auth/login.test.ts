import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, expectUsage } from '../../support/command.ts';
import { freshHome } from '../../support/run.ts';

const fileOf = (home: string) => path.join(home, '.config', 'creditctl', 'credentials.json');

test('a key on stdin is kept for its owner alone, and shown nowhere', async () => {
  const { code, stdout, stderr, home } = await creditctl('auth login', { stdin: 'secret_key_1\n' });
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain(`The key of default is kept in ${fileOf(home)}`);
  expect(stderr).not.toContain('secret');
  expect(JSON.parse(readFileSync(fileOf(home), 'utf8'))).toEqual({ default: 'secret_key_1' });
  expect(statSync(fileOf(home)).mode & 0o777).toBe(0o600);
});

test('each profile has a key of its own', async () => {
  const { home } = await creditctl('config set mode test --profile staging');
  await creditctl('auth login', { home, stdin: 'one' });
  await creditctl('auth login --profile staging', { home, stdin: 'two' });
  expect(JSON.parse(readFileSync(fileOf(home), 'utf8'))).toEqual({ default: 'one', staging: 'two' });
});

test('on a terminal the key is typed unseen', async () => {
  const answers = [
    { message: 'API key for the profile default (live, api.withorb.com)', answer: ' typed_key ' },
  ];
  const { home, stderr } = await creditctl('auth login', { terminal: 100, answers });
  expect(JSON.parse(readFileSync(fileOf(home), 'utf8'))).toEqual({ default: 'typed_key' });
  expect(stderr).not.toContain('typed_key');
});

test('with --no-input on a terminal no key is read, because it would be seen', async () => {
  const result = await creditctl('auth login --no-input', { terminal: 100, stdin: 'seen_key' });
  expectUsage(result, ['stdin is missing: a key typed here would be seen']);
  expect(existsSync(fileOf(result.home))).toBe(false);
});

for (const [what, stdin] of [
  ['nothing', ''],
  ['two words', 'two words'],
  ['a control character', 'a\u0007b'],
] as const) {
  test(`${what} on stdin is no key: exit 3, and an earlier one stays`, async () => {
    const home = freshHome();
    await creditctl('auth login', { home, stdin: 'good' });
    const result = await creditctl('auth login', { home, stdin });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('nothing was kept');
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
  expectUsage(result, ['names a profile of kind sandbox, which needs no key: "demo"']);
});
