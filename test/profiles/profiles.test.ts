import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { configPath, credentialsPath, readConfig } from '../../src/profiles/config-file.ts';
import { type Profiles, profilesIn } from '../../src/profiles/profiles.ts';
import { folderWith, freshFolder } from './files.ts';

/** Without a keychain, so that keys go into the file. */
const profiles = (config: string) =>
  profilesIn({ config, state: '/nowhere' }, {}, async () => ({ problem: 'none here' }));

const kept = (profile: string, secret: string) => ({ profile, secret, inFile: true });
const modeOf = (file: string): number => statSync(file).mode & 0o777;

test('settings are kept in a file that only its owner can read, each profile its own', async () => {
  const folder = path.join(freshFolder(), 'not', 'there', 'yet');
  const kept = profiles(folder);
  await kept.set('default', 'mode', 'test');
  await kept.set('default', 'base_url', 'https://h/v1');
  await kept.set('box', 'kind', 'sandbox');
  await kept.set('box', 'db', '/x.db');
  await kept.use('box');
  expect(readConfig(folder)).toEqual({
    current: 'box',
    profiles: { default: { mode: 'test', base_url: 'https://h/v1' }, box: { kind: 'sandbox', db: '/x.db' } },
  });
  expect([kept.get('box', 'db'), kept.get('nobody', 'db'), kept.nameInUse({})]).toEqual([
    '/x.db',
    undefined,
    'box',
  ]);
  expect(modeOf(kept.path)).toBe(0o600);
  await kept.set('default', 'mode', undefined);
  expect(kept.get('default', 'mode')).toBeUndefined();
  expect(kept.get('default', 'base_url')).toBe('https://h/v1');
});

test('a file that others could read is closed to them by the next write', async () => {
  const folder = folderWith('config.json', '{}');
  chmodSync(configPath(folder), 0o644);
  await profiles(folder).set('default', 'mode', 'test');
  expect(modeOf(configPath(folder))).toBe(0o600);
});

test('keys are kept in a file of their own that only its owner can read', async () => {
  const folder = freshFolder();
  const place = profiles(folder);
  expect(await place.keepKey(kept('a.b', 'key-1'))).toEqual({
    place: 'key file',
    file: credentialsPath(folder),
  });
  await place.keepKey(kept('c', 'key-2'));
  expect(modeOf(credentialsPath(folder))).toBe(0o600);
  expect(JSON.parse(readFileSync(credentialsPath(folder), 'utf8'))).toEqual({ 'a.b': 'key-1', c: 'key-2' });
  expect(await place.forgetKey('a.b')).toBe('key file');
  expect(await place.forgetKey('nobody')).toBeUndefined();
  expect(JSON.parse(readFileSync(credentialsPath(folder), 'utf8'))).toEqual({ c: 'key-2' });
});

test('forgetting a key that is not there makes no file', async () => {
  const folder = freshFolder();
  await profiles(folder).forgetKey('a');
  expect(() => statSync(credentialsPath(folder))).toThrow('ENOENT');
});

test('a key that cannot be one is not kept, nor shown', async () => {
  const folder = freshFolder();
  const error = await profiles(folder)
    .keepKey(kept('a', 'sk secret'))
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'credentials', message: expect.stringMatching(/nothing was stored$/) });
  expect(inspect(error)).not.toContain('sk secret');
  expect(() => statSync(credentialsPath(folder))).toThrow('ENOENT');
});

test.each([
  ['keepKey', (place: Profiles) => place.keepKey(kept('a', 'new'))],
  ['forgetKey', (place: Profiles) => place.forgetKey('a')],
] as const)('%s leaves a broken key file as it is, and shows nothing of it', async (_name, act) => {
  const folder = folderWith('credentials.json', '{"a":"sk_secret"');
  const error = await act(profiles(folder)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'credentials' });
  expect(inspect(error, { depth: 9 })).not.toContain('sk_secret');
  expect(readFileSync(credentialsPath(folder), 'utf8')).toBe('{"a":"sk_secret"');
});

test('a broken configuration is not replaced by a setting', async () => {
  const folder = folderWith('config.json', '{"profiles":');
  await expect(profiles(folder).set('a', 'mode', 'test')).rejects.toMatchObject({ kind: 'usage' });
  expect(readFileSync(configPath(folder), 'utf8')).toBe('{"profiles":');
});

test.each([
  ['colour', 'x', '<setting> is not known: "colour"'],
  ['mode', 'prod', 'mode must be live or test: "prod"'],
  ['base_url', 'http://x', /^base_url must be https/],
  ['api_key_command', ' ', 'api_key_command is empty; name a command that prints the key'],
  ['db', '/x', 'db is only for profiles of kind sandbox; this one is of kind orb'],
])('the setting %s cannot be %s', async (setting, value, message) => {
  const error = profiles(freshFolder()).set('default', setting, value);
  await expect(error).rejects.toThrow(message);
  await expect(error).rejects.toMatchObject({ kind: 'usage' });
});

test('a sandbox has no mode', async () => {
  const kept = profiles(freshFolder());
  await kept.set('default', 'kind', 'sandbox');
  await expect(kept.set('default', 'mode', 'live')).rejects.toThrow('is only for profiles of kind orb');
});

test('only a profile that exists, or default, can be used', async () => {
  const kept = profiles(freshFolder());
  await kept.use('default');
  await expect(kept.use('nobody')).rejects.toThrow('<profile> names no profile: "nobody"');
  await expect(kept.use('constructor')).rejects.toThrow('<profile> names no profile: "constructor"');
  await expect(kept.use('a/b')).rejects.toThrow('<profile> must be 1 to 64 letters');
});

test('a folder that cannot be written is named', async () => {
  const file = path.join(freshFolder(), 'file');
  writeFileSync(file, '');
  const inFile = path.join(file, 'folder');
  await expect(profiles(inFile).set('default', 'mode', 'test')).rejects.toMatchObject({
    kind: 'failure',
    message: expect.stringMatching(`${inFile} cannot be written: .* \\(ENOTDIR\\)$`),
    facts: { applied: 'no', next: ['Check the name'] },
  });
  const folder = freshFolder();
  mkdirSync(credentialsPath(folder));
  await expect(profiles(folder).keepKey(kept('a', 'k'))).rejects.toMatchObject({ kind: 'credentials' });
});

test('a path is kept from the root, and settings that an editor of Windows saved are read and written', async () => {
  const home = freshFolder();
  const folder = folderWith('config.json', '\uFEFF{"profiles":{"box":{"kind":"sandbox"}}}\r\n');
  const kept = profilesIn({ config: folder, state: '/nowhere', home }, {}, async () => ({
    problem: 'none here',
  }));
  expect(await kept.set('box', 'db', '~/x.db')).toBe(path.join(home, 'x.db'));
  expect(await kept.set('box', 'db', 'x.db')).toBe(path.resolve('x.db'));
  expect(readConfig(folder).profiles.box).toEqual({ kind: 'sandbox', db: path.resolve('x.db') });
});
