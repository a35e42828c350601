import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { CommandEnd } from '../../../src/profiles/shell-command.ts';
import type { PostgresAddress } from '../../../src/record/postgres/address.ts';
import { passwordIn, passwordOf } from '../../../src/record/postgres/password.ts';
import { freshHome } from '../../support/run.ts';

const address: PostgresAddress & { readonly user: string } = {
  ...{ host: 'db', port: 5432, database: 'credits', user: 'ana', password: undefined },
  ...{ tls: 'verified', rootCertificates: undefined },
};

for (const [text, password] of [
  ['db:5432:credits:ana:secret', 'secret'],
  ['# db:5432:credits:ana:no\r\n*:*:*:ana:any\r\n', 'any'],
  ['db:5433:credits:ana:no\ndb:5432:other:ana:no\ndb:*:credits:ana:yes', 'yes'],
  ['db:5432:credits:ana:with\\:colon and \\\\', 'with:colon and \\'],
  ['db:5432:credits:bob:secret', undefined],
  ['db:5432:credits:ana', undefined],
  ['', undefined],
] as const)
  test(`of ${JSON.stringify(text)} the password is ${password}`, () => {
    expect(passwordIn(text, address)).toBe(password);
  });

test('a unix socket is localhost', () => {
  expect(passwordIn('localhost:5432:credits:ana:x', { ...address, host: '/run/postgresql' })).toBe('x');
});

const noCommand = () => Promise.reject(new Error('no command was to be run'));
const prints =
  (stdout: string, how: CommandEnd['how'] = 0) =>
  () =>
    Promise.resolve({ how, stdout });

const nothing = () => Promise.resolve(undefined);

test('URL, variable, command, what is kept and file come in this order, and each is masked from then on', async () => {
  const home = freshHome();
  writeFileSync(path.join(home, '.pgpass'), 'db:*:*:*:from the file', { mode: 0o600 });
  const learned: string[] = [];
  const learn = (secret: string) => void learned.push(secret);
  const opening = { env: {}, home, learn, runCommand: noCommand, keptPassword: nothing };
  expect(await passwordOf(address, opening, {})).toBe('from the file');
  const asked: string[] = [];
  const keptPassword = (profile: string) => {
    asked.push(profile);
    return Promise.resolve('kept');
  };
  // Only the profile's own record has a password of the profile.
  expect(await passwordOf(address, { ...opening, keptPassword }, {})).toBe('from the file');
  expect(await passwordOf(address, { ...opening, keptPassword }, { profile: 'p' })).toBe('kept');
  expect(asked).toEqual(['p']);
  const printing = { ...opening, runCommand: prints(' from the command\n') };
  const ofProfile = { passwordCommand: 'op read', profile: 'p' };
  expect(await passwordOf(address, printing, ofProfile)).toBe(' from the command');
  const variable = { ...opening, env: { PGPASSWORD: 'from the variable' } };
  expect(await passwordOf(address, variable, ofProfile)).toBe('from the variable');
  expect(await passwordOf({ ...address, password: 'from the URL' }, variable, {})).toBe('from the URL');
  expect(learned).toEqual([
    'from the file',
    'from the file',
    'kept',
    ' from the command',
    'from the variable',
    'from the URL',
  ]);
});

for (const [stdout, how, said] of [
  ['secret\n', 1, 'failed with exit code 1'],
  ['\n', 0, 'printed nothing'],
  ['secret\nmore\n', 0, 'printed more than one line'],
  ['', 'too slow', 'took too long'],
] as const)
  test(`a command that ${said} is an error that repeats nothing of it`, async () => {
    const given = { env: {}, home: undefined, learn: () => {}, keptPassword: nothing };
    const opening = { ...given, runCommand: prints(stdout, how) };
    const ofProfile = { passwordCommand: 'op read' };
    const error: unknown = await passwordOf(address, opening, ofProfile).catch((fault: unknown) => fault);
    expect(error).toMatchObject({ kind: 'credentials', message: expect.stringContaining(said) });
    expect(String(error)).not.toContain('secret');
  });

test('a file that others can read is refused, and PGPASSFILE names another one', async () => {
  const file = path.join(freshHome(), 'passwords');
  const given = { home: undefined, learn: () => {}, runCommand: noCommand, keptPassword: nothing };
  const opening = { ...given, env: { PGPASSFILE: file } };
  expect(await passwordOf(address, opening, {})).toBeUndefined();
  writeFileSync(file, 'db:*:*:*:secret', { mode: 0o644 });
  await expect(passwordOf(address, opening, {})).rejects.toMatchObject({ kind: 'credentials' });
});
