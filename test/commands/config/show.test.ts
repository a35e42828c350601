import { expect, test } from 'vitest';
import { creditctl, orb } from '../../support/command.ts';

interface Line {
  readonly setting: string;
  readonly value: string | null;
  readonly source: string;
  readonly from: string | null;
}

const shown = async (line: string, options: Parameters<typeof creditctl>[1]) => {
  const { code, stdout, stderr } = await creditctl(`config show -o json ${line}`, options);
  expect(code, stderr).toBe(0);
  const lines = JSON.parse(stdout) as readonly Line[];
  return (setting: string) => {
    const { value, source, from } = lines.find((each) => each.setting === setting) as Line;
    return [value, source, from];
  };
};

test('every setting says its value and where it comes from, and secrets are masked', async () => {
  const { home } = await creditctl('config set mode test --profile team');
  await creditctl('config set policy.entry_cap 500 --profile team', { home });
  const env = {
    ...orb,
    CREDITCTL_PROFILE: 'team',
    CREDITCTL_RECORD: 'postgres://ada:hush@db.example/credits',
  };
  const of = await shown('', { home, env });
  expect(of('profile')).toEqual(['team', 'environment', 'CREDITCTL_PROFILE']);
  expect(of('kind')).toEqual(['orb', 'default', null]);
  expect(of('mode')).toEqual(['test', 'profile', 'team']);
  expect(of('base_url')).toEqual(['https://orb.example/v1', 'environment', 'ORB_BASE_URL']);
  expect(of('policy.entry_cap')).toEqual(['500', 'profile', 'team']);
  expect(of('rate')).toEqual(['5', 'default', null]);
  expect((await shown('', {}))('rate')).toEqual(['50', 'default', null]);
  expect((await shown('--sandbox', {}))('rate')).toEqual(['none', 'default', null]);
  expect(of('policy.batch_rows_cap')).toEqual([null, 'default', null]);
  expect(of('api_key')).toEqual(['********', 'environment', 'ORB_API_KEY']);
  expect(of('record')).toEqual([
    'postgres://ada:********@db.example/credits',
    'environment',
    'CREDITCTL_RECORD',
  ]);
});

test('the rules that hold for a live key by default are shown, unless a policy file may replace them', async () => {
  const { home } = await creditctl('config set policy.entry_confirm_above 500 --profile team');
  const of = await shown('--profile team', { home });
  expect(of('policy.entry_confirm_above')).toEqual(['500', 'profile', 'team']);
  const unless = 'unless the record has a policy';
  expect(of('policy.batch_confirm_above')).toEqual(['100000', 'default', unless]);
  expect(of('policy.entry_cap')).toEqual([null, 'default', null]);
  expect((await shown('--sandbox', { home }))('policy.batch_confirm_rows')[0]).toBeNull();
  await creditctl('config set policy.file /etc/rules.json --profile team', { home });
  expect((await shown('--profile team', { home }))('policy.batch_confirm_rows')[0]).toBeNull();
  await creditctl('config set mode test --profile other', { home });
  expect((await shown('--profile other', { home }))('policy.batch_confirm_rows')[0]).toBeNull();
});

test('without a flag or a variable, it is the profile of config use, else the default one', async () => {
  expect((await shown('', {}))('profile')).toEqual(['default', 'default', null]);
  const { home } = await creditctl('config set mode test --profile team');
  await creditctl('config use team', { home });
  expect((await shown('', { home }))('profile')).toEqual(['team', 'profile', 'config use']);
});

test('a flag comes before the environment', async () => {
  const { home } = await creditctl('config set kind sandbox --profile demo');
  const env = { CREDITCTL_PROFILE: 'nobody', CREDITCTL_SANDBOX_DB: '/tmp/env.db' };
  const of = await shown('--profile demo --db /tmp/flag.db', { home, env });
  expect(of('profile')).toEqual(['demo', 'flag', '--profile']);
  expect(of('kind')).toEqual(['sandbox', 'profile', 'demo']);
  expect(of('db')).toEqual(['/tmp/flag.db', 'flag', '--db']);
  expect((await shown('--sandbox', { home, env: { CREDITCTL_SANDBOX_DB: '/tmp/env.db' } }))('db')).toEqual([
    '/tmp/env.db',
    'environment',
    'CREDITCTL_SANDBOX_DB',
  ]);
});

test('on a terminal of 80 columns the values are shown, because they are what was asked for', async () => {
  const { stdout, stderr } = await creditctl('config show', { terminal: 80 });
  expect(stdout).toContain('https://api.withorb.com/v1');
  expect(stderr).not.toContain('value');
});

test('beside a profile for Orb, --sandbox has the settings of the profile "sandbox", and they are in force', async () => {
  const { home } = await creditctl('config set policy.entry_cap 500');
  expect((await shown('--sandbox', { home }).then((of) => of('policy.entry_cap')))[0]).toBeNull();
  const db = `${home}/own.db`;
  for (const setting of ['policy.entry_cap 10', `db ${db}`])
    expect((await creditctl(`config set ${setting} --profile sandbox`, { home })).code).toBe(0);
  await creditctl('config set prompts plain', { home });
  const of = await shown('--sandbox', { home });
  expect(of('profile')).toEqual(['sandbox', 'flag', '--sandbox']);
  expect(of('prompts')).toEqual(['plain', 'profile', 'default']);
  expect(of('policy.entry_cap')).toEqual(['10', 'profile', 'sandbox']);
  expect(of('db')).toEqual([db, 'profile', 'sandbox']);
  for (const place of ['--sandbox', '--profile sandbox']) {
    const { code, stderr } = await creditctl(`ledger add acme --amount 50 ${place} --yes`, { home });
    expect([code, stderr]).toEqual([10, expect.stringContaining('entry_cap, the profile "sandbox"')]);
    expect(stderr).toContain(`SANDBOX · ${db}`);
  }
  expect((await creditctl('config list', { home })).stdout).toContain(db);
});
