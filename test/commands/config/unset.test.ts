import { expect, test } from 'vitest';
import { creditctl, expectUsage } from '../../support/command.ts';

test('unset removes a setting', async () => {
  const { home } = await creditctl('config set mode test');
  expect(await creditctl('config unset mode', { home })).toMatchObject({ code: 0, stdout: '' });
  expect((await creditctl('config get mode', { home })).code).toBe(1);
  expectUsage(await creditctl('config unset', { home }), ['<setting> is missing']);
});

test('a setting that is not set is not removed, and no profile is created for it', async () => {
  const { home, code, stderr } = await creditctl('config unset rate --profile other');
  expect([code, stderr]).toEqual([0, 'rate is not set in the profile other: nothing was removed\n']);
  expect((await creditctl('config list --columns name', { home })).stdout).not.toContain('other');
});
