import { expect, test } from 'vitest';
import { expandHome, folders, homeFolder, isBuildServer, variable } from '../../src/profiles/environment.ts';

test.each([
  [undefined, undefined],
  ['', undefined],
  [' \r\n', undefined],
  ['key\r\n', 'key'],
  ['\uFEFFkey ', 'key'],
])('the value %j is read as %j', (value, meant) => expect(variable({ NAME: value }, 'NAME')).toBe(meant));

test.each([
  ['/home/u', '/home/u'],
  ['', '/listed'],
  ['relative', '/listed'],
  [undefined, '/listed'],
])('HOME=%j means the home folder %s', (HOME, home) =>
  expect(homeFolder({ HOME }, () => '/listed')).toBe(home));

test('a user who is not in the list of users, or has no folder there, has no home folder', () => {
  const unlisted = (): string => {
    throw new Error('no such user');
  };
  expect(homeFolder({ HOME: '' }, unlisted)).toBeUndefined();
  expect(homeFolder({}, () => '')).toBeUndefined();
  expect(homeFolder({ HOME: '/home/u' }, unlisted)).toBe('/home/u');
});

test('only a tilde that stands alone before the path means the home folder', () => {
  expect(expandHome('~/a.db', '/home/u')).toBe('/home/u/a.db');
  expect(expandHome('~', '/home/u')).toBe('/home/u');
  expect(expandHome('~other/a', '/home/u')).toBe('~other/a');
  expect(expandHome('~/a', undefined)).toBe('~/a');
});

test.each<[Record<string, string>, string, string]>([
  [{}, '/home/u/.config/creditctl', '/home/u/.local/state/creditctl'],
  [{ XDG_CONFIG_HOME: '/xc', XDG_STATE_HOME: '/xs' }, '/xc/creditctl', '/xs/creditctl'],
  [
    { XDG_CONFIG_HOME: 'relative', XDG_STATE_HOME: '' },
    '/home/u/.config/creditctl',
    '/home/u/.local/state/creditctl',
  ],
  [{ CREDITCTL_CONFIG_DIR: '/c', CREDITCTL_STATE_DIR: '/s', XDG_CONFIG_HOME: '/xc' }, '/c', '/s'],
  [{ CREDITCTL_CONFIG_DIR: '', CREDITCTL_STATE_DIR: '/s/x/..' }, '/home/u/.config/creditctl', '/s'],
  [{ CREDITCTL_CONFIG_DIR: '~/c', CREDITCTL_STATE_DIR: '/s\r' }, '/home/u/c', '/s'],
])('%j', (env, config, state) => expect(folders(env, '/home/u')).toMatchObject({ config, state }));

const ofWindows = { APPDATA: 'C:\\Roaming', LOCALAPPDATA: 'C:\\Local' };

test.each<[Record<string, string>, NodeJS.Platform, string, string]>([
  [ofWindows, 'win32', 'C:\\Roaming\\creditctl', 'C:\\Local\\creditctl'],
  [{ ...ofWindows, XDG_CONFIG_HOME: '/xc', CREDITCTL_STATE_DIR: '/s' }, 'win32', '/xc/creditctl', '/s'],
  [{ APPDATA: 'relative' }, 'win32', '/home/u/.config/creditctl', '/home/u/.local/state/creditctl'],
  [ofWindows, 'linux', '/home/u/.config/creditctl', '/home/u/.local/state/creditctl'],
])('%j on %s', (env, platform, config, state) =>
  expect(folders(env, '/home/u', platform)).toMatchObject({ config, state }));

test.each([
  ['CREDITCTL_CONFIG_DIR', 'config'],
  ['CREDITCTL_STATE_DIR', 'state'],
] as const)('a relative %s, which means another folder in each working directory, is refused', (name, kind) => {
  const found = folders({ [name]: 'here' }, '/home/u');
  expect(() => found[kind]).toThrow(`${name} must be an absolute path`);
});

test('without a home folder only folders that are named are used, never the working directory', () => {
  expect(folders({ CREDITCTL_CONFIG_DIR: '/c', XDG_STATE_HOME: '/xs' }, undefined)).toMatchObject({
    config: '/c',
    state: '/xs/creditctl',
  });
  const none = folders({}, undefined);
  for (const kind of ['config', 'state'] as const)
    expect(() => none[kind]).toThrow('HOME is not an absolute path');
});

test.each([
  [undefined, false],
  ['', false],
  ['0', false],
  ['False', false],
  ['true', true],
  ['1', true],
  ['woodpecker', true],
])('CI=%j: a build server runs this: %s', (CI, isOne) => expect(isBuildServer({ CI })).toBe(isOne));
