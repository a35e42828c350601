import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf, notesOf } from '../../support/command.ts';

const fileOf = (home: string) => path.join(home, '.config', 'creditctl', 'credentials.json');

test('a kept key is forgotten, and the next command has none', async () => {
  const { home } = await creditctl('auth login --no-check', { stdin: 'secret_key' });
  const { code, stdout, stderr } = await creditctl('auth logout', { home });
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: '',
    stderr: 'Deleted the key of profile default (it was in the key file)\n',
  });
  expect((await creditctl('customers list', { home })).code).toBe(3);
});

test('a key in the keychain is taken out of it', async () => {
  const keychain = new Map<string, string>();
  const { home } = await creditctl('auth login --no-check', { stdin: 'secret_key', keychain });
  const result = await creditctl('auth logout -o json', { home, keychain });
  expect(notesOf(result)).toEqual([{ profile: 'default', forgotten: true, was_in: 'keychain' }]);
  expect([keychain.size, result.keychainActs]).toEqual([0, ['forget']]);
  expect(JSON.parse(readFileSync(fileOf(home), 'utf8'))).toEqual({});
  expect((await creditctl('customers list', { home })).code).toBe(3);
});

test('a key that the keychain does not let go is named, and stays known', async () => {
  const keychain = new Map<string, string>();
  const { home } = await creditctl('auth login --no-check', { stdin: 'secret_key', keychain });
  const result = await creditctl('auth logout -o json', { home });
  expect(errorOf(result)).toMatchObject({
    exit_code: 1,
    message:
      'The key of default is still in the OS keychain, which could not be reached: this machine has none',
  });
  expect(readFileSync(fileOf(home), 'utf8')).toContain('keychain');
});

test('no key is no failure and makes no file, and what is still used is named', async () => {
  const result = await creditctl('auth logout -o json', { env: { ORB_API_KEY: 'k' } });
  expect(result.code).toBe(0);
  expect(notesOf(result)).toEqual([
    { profile: 'default', forgotten: false },
    { note: 'ORB_API_KEY is still set' },
  ]);
  const nothing = await creditctl('auth logout');
  expect(nothing.stderr).toBe('No key was stored for profile default\n');
  expect([nothing.keychainActs, existsSync(fileOf(nothing.home))]).toEqual([[], false]);
  await creditctl(`config set api_key_command 'pass orb'`, { home: nothing.home });
  const command = await creditctl('auth logout', { home: nothing.home });
  expect(command.stderr).toContain('api_key_command is still set and is used\n');
});

test('a key file that is no use is not written over', async () => {
  const { home } = await creditctl('auth login --no-check', { stdin: 'k' });
  writeFileSync(fileOf(home), 'broken');
  expect((await creditctl('auth logout', { home })).code).toBe(3);
  expect(readFileSync(fileOf(home), 'utf8')).toBe('broken');
});

test('--sandbox leaves the key of the profile for Orb', async () => {
  const { home } = await creditctl('auth login --no-check', { stdin: 'secret_key' });
  const { stderr } = await creditctl('auth logout --sandbox', { home });
  expect(stderr).toBe('No key was stored for profile sandbox\n');
  expect(JSON.parse(readFileSync(fileOf(home), 'utf8'))).not.toEqual({});
});
