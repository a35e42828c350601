import { expect, test } from 'vitest';
import { creditctl, notesOf } from '../../support/command.ts';

test('a kept key is forgotten, and the next command has none', async () => {
  const { home } = await creditctl('auth login', { stdin: 'secret_key' });
  const { code, stdout, stderr } = await creditctl('auth logout', { home });
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: '',
    stderr: 'The key of default is forgotten\n',
  });
  expect((await creditctl('customers list', { home })).code).toBe(3);
});

test('no key is no failure, and a key in the environment is told of', async () => {
  const result = await creditctl('auth logout -o json', { env: { ORB_API_KEY: 'k' } });
  expect(result.code).toBe(0);
  expect(notesOf(result)).toEqual([
    { profile: 'default', forgotten: false },
    { note: 'ORB_API_KEY is still set' },
  ]);
  expect((await creditctl('auth logout')).stderr).toBe('No key of default was kept\n');
});
