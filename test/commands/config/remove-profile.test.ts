import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, expectUsage } from '../../support/command.ts';

const configIn = async (home: string): Promise<unknown> =>
  JSON.parse(readFileSync((await creditctl('config path', { home })).stdout.trim(), 'utf8'));

test('a profile is removed with its stored key and password, and that it was in use is said', async () => {
  const { home } = await creditctl('config set mode test --profile staging');
  await creditctl('config set mode test --profile other', { home });
  await creditctl('config set record postgres://ana@127.0.0.1:1/credits --profile staging', { home });
  for (const secret of ['', '--record'])
    await creditctl(`auth login ${secret} --profile staging --no-check --file`, { home, stdin: 'secret' });
  const secrets = path.join(home, '.config', 'creditctl', 'credentials.json');
  const kept = () => Object.keys(JSON.parse(readFileSync(secrets, 'utf8')) as object);
  expect(kept()).toEqual(['staging', 'record of staging']);
  await creditctl('config use staging', { home });
  expect((await creditctl('config remove-profile staging', { home })).code).toBe(10);
  const declined = await creditctl('config remove-profile staging', {
    home,
    terminal: 100,
    answers: [{ message: 'Remove the profile staging, which is in use', answer: false }],
  });
  expect(declined.code).toBe(10);
  expect(await configIn(home)).toMatchObject({ current: 'staging' });
  const { code, stderr } = await creditctl('config remove-profile staging --yes --quiet', { home });
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('It was in use; the profile default is in use now');
  expect(await configIn(home)).toEqual({
    $schema: expect.any(String),
    profiles: { other: { mode: 'test' } },
  });
  expect(kept()).toEqual([]);
  const asDefault = await creditctl('config remove-profile default --yes', { home });
  expect(asDefault.stderr).toContain('stored key. It stays in use, without settings\n');
  await creditctl('config set mode test --profile named', { home });
  const env = { CREDITCTL_PROFILE: 'named' };
  const named = await creditctl('config remove-profile named --yes', { home, env });
  expect(named.stderr).toContain('stored key. CREDITCTL_PROFILE still names it\n');
  const unused = await creditctl('config remove-profile other --yes', { home });
  expect(unused.stderr).not.toContain('in use');
  expectUsage(await creditctl('config remove-profile other --yes', { home }), ['names no profile: "other"']);
});
