import { expect, test } from 'vitest';
import { expandHome, homeFolder, variable } from '../../src/profiles/environment.ts';

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
