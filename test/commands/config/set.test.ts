import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { creditctl, expectUsage } from '../../support/command.ts';
import { run } from '../../support/run.ts';

test('a setting is kept in a file of its owner alone, and --unset removes it', async () => {
  const { home, code, stdout, stderr } = await creditctl('config set mode test');
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: '',
    stderr: 'Set mode of profile default to test\n',
  });
  const file = (await creditctl('config path', { home })).stdout.trim();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    $schema: expect.any(String),
    profiles: { default: { mode: 'test' } },
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await creditctl('config set base_url http://127.0.0.1:4010/v1', { home });
  const unset = await creditctl('config set mode --unset', { home });
  expect(unset.stderr).toBe('Removed mode from profile default\n');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    $schema: expect.any(String),
    profiles: { default: { base_url: 'http://127.0.0.1:4010/v1' } },
  });
});

for (const [line, sentence] of [
  ['config set', '<setting> is missing'],
  ['config set mode', '<value> is missing'],
  ['config set mode test --unset', '<value> cannot be used with --unset'],
  ['config set colour red', '<setting> is not known: "colour"'],
  ['config set api_key live1234567890abcdefghijkl', 'Keys have commands of their own: creditctl auth --help'],
  ['config set mode prod', 'mode must be live or test: "prod"'],
  ['config set kind other', 'kind must be orb or sandbox: "other"'],
  ['config set base_url nonsense', 'base_url is not a URL'],
  ['config set base_url http://orb.example/v1', 'base_url must be https'],
  ['config set base_url https://user:pass@orb.example', 'base_url must not hold a user name or password'],
  ['config set db x.db', 'db is only for profiles of kind sandbox'],
  ['config set mode test --profile a/b', '--profile must be 1 to 64 letters'],
] as const) {
  test(`"${line}" is refused, and nothing is kept`, async () => {
    const result = await creditctl(line);
    expectUsage(result, [sentence]);
    expect((await creditctl('config list -o csv --columns name', { home: result.home })).stdout).toBe(
      'name\ndefault\n',
    );
  });
}

test('a command for the key is kept as it was typed, for profiles that need a key', async () => {
  const { code, home } = await run(['config', 'set', 'api_key_command', `op read 'x y' | head -n 1`]);
  expect(code).toBe(0);
  expect((await run(['config', 'get', 'api_key_command'], { home })).stdout).toBe(
    `op read 'x y' | head -n 1\n`,
  );
  await creditctl('config set kind sandbox --profile demo', { home });
  const refused = await creditctl('config set api_key_command x --profile demo', { home });
  expect(refused.stderr).toContain('is only for profiles of kind orb; this one is of kind sandbox');
});

test('the profile of --sandbox leads to no other ledger', async () => {
  const kind = await creditctl('config set kind orb --profile sandbox');
  expect([kind.code, kind.stderr]).toEqual([
    2,
    expect.stringContaining('kind cannot be orb: --sandbox uses'),
  ]);
  const url = await creditctl('config set base_url http://127.0.0.1:4010/v1 --profile sandbox');
  expect([url.code, url.stderr]).toEqual([2, expect.stringContaining('only for profiles of kind orb')]);
  expect(url.stderr).not.toContain('→');
});

test('--sandbox changes and reads the profile of that connection, and leaves the profile for Orb as it is', async () => {
  const { home } = await creditctl('config set policy.entry_cap 100');
  const at = async (line: string) => (await creditctl(line, { home })).stdout.trim();
  const changed = await creditctl('config set policy.entry_cap 7 --sandbox', { home });
  expect(changed.stderr).toBe('Set policy.entry_cap of profile sandbox to 7\n');
  expect(await at('config get policy.entry_cap --sandbox')).toBe('7');
  await creditctl('config unset policy.entry_cap --sandbox', { home });
  expect(await at('config get policy.entry_cap')).toBe('100');
  await creditctl('config set kind sandbox --profile demo', { home });
  await creditctl('config set policy.entry_cap 8 --sandbox --profile demo', { home });
  expect(await at('config get policy.entry_cap --profile demo')).toBe('8');
});

for (const setting of ['prompts plain', 'record postgres://db.example.com/creditctl'])
  test(`"${setting}" counts for an embedded ledger, too`, async () => {
    const { code, home } = await creditctl(`config set ${setting} --sandbox`);
    expect(code).toBe(0);
    const { stdout } = await creditctl('config show --sandbox -o csv --columns setting,value,from', { home });
    expect(stdout).toContain(`${setting.replace(' ', ',')},sandbox\n`);
  });

test('a key is not put into the configuration, whichever setting it is typed for', async () => {
  const key = 'orb-live-key-0123456789';
  const env = { ORB_API_KEY: key };
  const result = await creditctl(`config set api_key_command 'echo ${key}'`, { env });
  expectUsage(result, ['<value> holds a key', 'auth login']);
  expect((await creditctl('config get api_key_command', { home: result.home })).stdout).toBe('');
});

for (const [setting, variable, value] of [
  ['base_url https://a.example/v1', 'ORB_BASE_URL', 'https://b.example/v1'],
  ['record postgres://a.example/x', 'CREDITCTL_RECORD', 'postgres://b.example/x'],
  ['api_key_command true', 'ORB_API_KEY', 'orb-live-key-0123456789'],
] as const)
  test(`that ${variable} overrides what was set is said, and not without it`, async () => {
    const said = await creditctl(`config set ${setting}`, { env: { [variable]: value } });
    expect(said.stderr).toContain(`, but ${variable} is set and overrides the profile\n`);
    expect((await creditctl(`config set ${setting}`)).stderr).not.toContain('overrides');
    const removed = await creditctl(`config unset ${setting.split(' ')[0]}`, {
      home: said.home,
      env: { [variable]: value },
    });
    expect(removed.stderr).toContain(`, but ${variable} is set`);
  });
