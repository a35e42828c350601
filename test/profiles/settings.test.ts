import { expect, test } from 'vitest';
import {
  baseUrlProblem,
  isSettingName,
  profileNameProblem,
  settingProblem,
} from '../../src/profiles/settings.ts';

test.each([
  'https://api.withorb.com/v1',
  'https://api.withorb.com',
  'https://host:8443/a/b',
  'http://127.0.0.1:4010/v1',
  'http://127.9.9.9/v1',
  'http://localhost:4010/v1',
  'http://[::1]:4010/v1',
])('%s is a base URL', (url) => expect(baseUrlProblem(url)).toBeUndefined());

test.each([
  ['', /^is not a URL such as/],
  ['api.withorb.com/v1', /^is not a URL/],
  ['ftp://api.withorb.com', /^is not a URL/],
  ['file:///etc/passwd', /^is not a URL/],
  ['http://api.withorb.com/v1', /^must be https/],
  ['http://10.0.0.1/v1', /^must be https/],
  ['http://0.0.0.0/v1', /^must be https/],
  ['http://128.0.0.1/v1', /^must be https/],
  ['http://127.0.0.1.evil.example/v1', /^must be https/],
  ['http://localhost.evil.example/v1', /^must be https/],
  ['http://[::2]/v1', /^must be https/],
  ['https://user:secret@host/v1', /^must not hold a user name or password$/],
  ['http://127.0.0.1@evil.example/', /^must not hold a user name or password$/],
  ['https://host/v1?x=1', /^must end after its path/],
  ['https://host/v1#x', /^must end after its path/],
  ['https://host/v1/customers/c1/credits/ledger_entry?', /^must end after its path/],
  ['https://host/v1#', /^must end after its path/],
  ['https://host/v1/a%3Fb', /^must have a path of letters/],
  ['https://host/v1/%2e%2e/x', /^must have a path of letters/],
  ['https://host/v1/../x', /^must have a path of letters/],
  ['https://host//v1', /^must have a path of letters/],
  ['https://host/v1;x=y', /^must have a path of letters/],
  ['https://host\\v1', /^must have a path of letters/],
])('%s is none', (url, problem) => expect(baseUrlProblem(url)).toMatch(problem));

test.each([
  ['kind', 'orb', undefined],
  ['kind', 'live', 'must be orb or sandbox: "live"'],
  ['mode', 'test', undefined],
  ['mode', 'TEST', 'must be live or test: "TEST"'],
  ['db', 'x.db', undefined],
  ['db', ' ', 'is empty; name a file'],
  ['db', 5, 'must be text'],
  ['api_key_command', 'op read op://v/i/f | tr -d x', undefined],
  ['api_key_command', '', 'is empty; name a command that prints the key'],
  ['api_key_command', 'a\nb', 'must be one line, of at most 4096 characters'],
  [
    'api_key_command',
    'live-1234567890abcdefghijkl',
    'must be a command that prints the key, not the key itself; write a command of one long word with its path',
  ],
  ['api_key_command', '/opt/print1234567890abcdefghijkl', undefined],
  ['record_password_command', 'print-the-password-of-2026', undefined],
  ['api_key_command', 'x'.repeat(4097), 'must be one line, of at most 4096 characters'],
  ['base_url', null, 'must be text'],
  ['record', 'postgres://ana@db.example.com/creditctl', undefined],
  ...(['postgres://ana:secret@db.example.com/x', 'postgres://db.example.com/x?password=secret'] as const).map(
    (url) =>
      [
        'record',
        url,
        'must not hold a password: use record_password_command, PGPASSWORD or a .pgpass file',
      ] as const,
  ),
  ['record', 'postgres:///creditctl?host=/run/a@b', undefined],
  ...(['me:12/s3cret@db/x', 'me:12?s3cret@db/x', 'me:12#s3cret@db/x'] as const).map(
    (rest) =>
      ['record', `postgres://${rest}`, 'must be a URL such as postgres://db.example.com/creditctl'] as const,
  ),
  ['record', 'secret', 'must be a URL such as postgres://db.example.com/creditctl'],
] as const)('the setting %s may be %j: %s', (name, value, problem) =>
  expect(settingProblem(name, value)).toBe(problem));

test('only settings are settings', () =>
  expect(['kind', 'api_key', 'constructor'].map(isSettingName)).toEqual([true, false, false]));

test.each(['a', 'A-b_c.9', 'x'.repeat(64)])('%s may name a profile', (name) =>
  expect(profileNameProblem(name)).toBeUndefined());
test.each([
  '',
  '.',
  '..',
  '-x',
  'a/b',
  'a\\b',
  'a b',
  'é',
  'x'.repeat(65),
  'a\n',
  '__proto__',
])('%j may not', (name) => expect(profileNameProblem(name)).toMatch(/^must be 1 to 64 letters/));
