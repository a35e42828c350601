import { expect, test } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';
import { proxyFor } from '../../src/profiles/proxy.ts';

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
