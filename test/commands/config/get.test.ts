import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage } from '../../support/command.ts';

test('a setting is printed alone, and one that is not set is exit 1 with nothing on stdout', async () => {
  const { home } = await creditctl('config set mode test');
  expect(await creditctl('config get mode', { home })).toMatchObject({
    code: 0,
    stdout: 'test\n',
    stderr: '',
  });
  const unset = await creditctl('config get base_url -o json', { home });
  expect({ code: unset.code, stdout: unset.stdout }).toEqual({ code: 1, stdout: '' });
  expect(errorOf(unset).message).toBe('base_url is not set in the profile default');
});

test('a missing or unknown setting is a usage error', async () => {
  expectUsage(await creditctl('config get'), ['<setting> is missing']);
  const { home } = await creditctl('config set mode test');
  expectUsage(await creditctl('config get colour', { home }), ['<setting> is not known: "colour"']);
});

test('an unknown setting is a usage error, also of a profile that does not exist', async () => {
  const { code, stderr } = await creditctl('config get colour --profile nowhere');
  expect(code).toBe(2);
  expect(stderr).toContain('<setting> is not known: "colour"');
});
