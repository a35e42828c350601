import { expect, test } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';
import {
  expandHome,
  folders,
  homeFolder,
  isBuildServer,
  proxyFor,
  variable,
} from '../../src/profiles/environment.ts';

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

const api = 'https://api.example/v1';
const one = 'http://one.example:1';
const two = 'http://two.example:2';

test.each([
  [{ HTTPS_PROXY: one }, 'HTTPS_PROXY', one],
  [{ https_proxy: one, HTTPS_PROXY: two }, 'https_proxy', one],
  [{ HTTPS_PROXY: one, http_proxy: two }, 'HTTPS_PROXY', one],
  [{ HTTP_PROXY: two }, 'HTTP_PROXY', two],
  [{ https_proxy: '', HTTPS_PROXY: one, HTTP_PROXY: two }, 'HTTP_PROXY', two],
  [{ HTTPS_PROXY: 'one.example:1' }, 'HTTPS_PROXY', one],
  [{ HTTPS_PROXY: ' https://one.example/ ' }, 'HTTPS_PROXY', 'https://one.example'],
  [{ HTTPS_PROXY: 'http://[::1]:3128' }, 'HTTPS_PROXY', 'http://[::1]:3128'],
])('of %j the proxy is %s', (env, variable, url) => expect(proxyFor(api, env)).toEqual({ url, variable }));

test.each([
  [{}],
  [{ https_proxy: '', HTTPS_PROXY: one }],
  [{ HTTPS_PROXY: one, NO_PROXY: '*' }],
  [{ HTTPS_PROXY: one, NO_PROXY: 'other, API.example' }],
  [{ HTTPS_PROXY: one, NO_PROXY: 'other .example' }],
  [{ HTTPS_PROXY: one, NO_PROXY: '*.example' }],
  [{ HTTPS_PROXY: one, NO_PROXY: 'api.example:443' }],
  [{ HTTPS_PROXY: one, no_proxy: 'api.example', NO_PROXY: 'other' }],
])('of %j there is none', (env) => expect(proxyFor(api, env)).toBeUndefined());

test.each([
  ['i.example'],
  ['api.example:8443'],
  ['api'],
  [''],
  ['myapi.example'],
  ['example.com'],
])('NO_PROXY %s excepts not this host', (list) =>
  expect(proxyFor(api, { HTTPS_PROXY: one, NO_PROXY: list })).toBeDefined());

test('NO_PROXY names addresses, also of IPv6, and ports', () => {
  const env = (list: string) => ({ HTTPS_PROXY: one, NO_PROXY: list });
  expect(proxyFor('https://[2001:db8::1]:8443', env('2001:db8::1'))).toBeUndefined();
  expect(proxyFor('https://[2001:db8::1]:8443', env('[2001:db8::1]:8443'))).toBeUndefined();
  expect(proxyFor('https://[2001:db8::1]:8443', env('[2001:db8::1]:443'))).toBeDefined();
  expect(proxyFor('https://10.0.0.1', env('10.0.0.1'))).toBeUndefined();
});

test.each([
  'http://127.0.0.1:4010/v1',
  'http://localhost:4010',
  'https://localhost',
  'http://[::1]:1',
])('%s is this machine, and is asked through no proxy', (base) =>
  expect(proxyFor(base, { HTTP_PROXY: one, HTTPS_PROXY: one })).toBeUndefined());

test.each([
  ['http://me:p%40ss@one.example:1', 'me:p@ss'],
  ['http://me@one.example:1', 'me:'],
  ['me:pass@one.example:1', 'me:pass'],
])('the user name and password of %s go into a header and nowhere else', (value, plain) => {
  const authorization = `Basic ${Buffer.from(plain).toString('base64')}`;
  expect(proxyFor(api, { HTTPS_PROXY: value })).toEqual({ url: one, variable: 'HTTPS_PROXY', authorization });
});

test.each([
  'http://me:12#ss@one.example:1',
  'http://me:12/s@one.example',
  'me?x:12@one.example:1',
  'me:1\\2@one.example',
])('%s, whose password would end the host, names no other proxy', (value) => {
  expect(() => proxyFor(api, { HTTPS_PROXY: value })).toThrow(
    /^HTTPS_PROXY has .* with a plain \/, \?, # or \\/,
  );
});

test.each([
  'http://',
  'http://me:s3cret@',
  'http://me:s3cret@one.example:port',
  'socks5://me:s3cret@one.example',
  'http://me:s3cret%zz@one.example',
])('%s is a mistake that names the variable and shows nothing of it', (value) => {
  let error: unknown;
  try {
    proxyFor(api, { https_proxy: value });
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(CreditctlError);
  expect(error).toMatchObject({ kind: 'usage', message: expect.stringMatching(/^https_proxy /) });
  expect((error as CreditctlError).message).not.toMatch(/s3cret|one\.example/);
});
