import { expect, test } from 'vitest';
import { creditctl, expectUsage } from '../../support/command.ts';

test('unset removes a setting', async () => {
  const { home } = await creditctl('config set mode test');
  expect(await creditctl('config unset mode', { home })).toMatchObject({ code: 0, stdout: '' });
  expect((await creditctl('config get mode', { home })).code).toBe(1);
  expectUsage(await creditctl('config unset', { home }), ['<setting> is missing']);
});
