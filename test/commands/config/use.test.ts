import { expect, test } from 'vitest';
import { creditctl, expectUsage } from '../../support/command.ts';

test('the profile in use is the one that commands then take, unless flag or environment say otherwise', async () => {
  const { home } = await creditctl('config set kind sandbox --profile demo');
  const used = await creditctl('config use demo', { home });
  expect(used).toMatchObject({ code: 0, stdout: '', stderr: 'Now using profile demo\n' });
  expect((await creditctl('config get kind', { home })).stdout).toBe('sandbox\n');
  expect((await creditctl('config get kind --profile default', { home })).code).toBe(1);
  expect((await creditctl('config get kind', { home, env: { CREDITCTL_PROFILE: 'default' } })).code).toBe(1);
});

test('where the environment names another profile, it says which one is in use', async () => {
  const { home } = await creditctl('config set kind sandbox --profile demo');
  const used = await creditctl('config use demo --quiet', { home, env: { CREDITCTL_PROFILE: 'default' } });
  expect(used.stderr).toBe(
    'Chose profile demo, but CREDITCTL_PROFILE is set and overrides it: still using profile default\n',
  );
  const same = await creditctl('config use demo', { home, env: { CREDITCTL_PROFILE: 'demo' } });
  expect(same.stderr).toBe('Now using profile demo\n');
});

test('a profile that is missing or does not exist is refused, and the old one stays', async () => {
  expectUsage(await creditctl('config use'), ['<profile> is missing', '→ creditctl config list']);
  expectUsage(await creditctl('config use nobody'), ['<profile> names no profile: "nobody"']);
});

test('the ways to create a profile fit its name: only an embedded ledger may be called sandbox', async () => {
  const orb = '→ Create it for Orb: creditctl config set kind orb --profile nobody';
  const embedded = 'creditctl config set kind sandbox --profile';
  expectUsage(await creditctl('config use nobody'), [orb, `${embedded} nobody`]);
  const reserved = await creditctl('config use sandbox');
  expectUsage(reserved, [`${embedded} sandbox`]);
  expect(reserved.stderr).not.toContain('kind orb');
  expect((await creditctl('balance acme --profile nobody')).stderr).toContain(orb);
});
