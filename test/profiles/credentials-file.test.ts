import { mkdirSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { credentialsPath, keyProblem, readKeptKey } from '../../src/profiles/credentials-file.ts';
import { folderWith, freshFolder } from './files.ts';

test('each profile has its own key, or none', () => {
  const folder = folderWith('credentials.json', '{"a":"key-a","c":{"keychain":"c in /x"}}');
  expect(['a', 'b', 'c', 'constructor'].map((profile) => readKeptKey(folder, profile))).toEqual([
    { source: 'key file', value: 'key-a' },
    undefined,
    { source: 'keychain', account: 'c in /x' },
    undefined,
  ]);
  expect(readKeptKey(freshFolder(), 'a')).toBeUndefined();
});

test.each([
  ['sk_secret', 'cannot be read (it is not JSON)'],
  ['{"a":"sk_secret"', 'cannot be read (it is not JSON)'],
  ['["sk_secret"]', 'must hold one JSON object'],
  ['"sk_secret"', 'must hold one JSON object'],
  ['{"a":{"key":"sk_secret"}}', 'has a key for the profile "a" that is not text'],
  ['{"a":{"keychain":["sk_secret"]}}', 'has a key for the profile "a" that is not text'],
  ['{"a":null}', 'has a key for the profile "a" that is not text'],
])('of a file that holds %s it is told that it is no use, and nothing of what it holds', (text, problem) => {
  const folder = folderWith('credentials.json', text);
  let error: unknown;
  try {
    readKeptKey(folder, 'a');
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({
    kind: 'credentials',
    message: `The key file ${credentialsPath(folder)} ${problem}`,
  });
  expect(inspect(error, { depth: 9 })).not.toContain('sk_secret');
});

test('a folder in its place is told', () => {
  const folder = freshFolder();
  mkdirSync(credentialsPath(folder));
  expect(() => readKeptKey(folder, 'a')).toThrow(/cannot be read \(EISDIR\)$/);
});

test('a key is 1 to 1024 printable characters', () => {
  expect([keyProblem('k'), keyProblem('~'.repeat(1024))]).toEqual([undefined, undefined]);
  expect(keyProblem('')).toBe('is empty');
  for (const key of [' k', 'k ', 'a\nb', 'é', '\u007f', 'x'.repeat(1025)])
    expect(keyProblem(key)).toContain('contains spaces or characters');
});

test('line ends, blanks and a byte order mark around a file and its keys are not part of them', () => {
  const folder = folderWith('credentials.json', '\uFEFF{"a":" key-a\\r\\n"}\r\n');
  expect(readKeptKey(folder, 'a')).toEqual({ source: 'key file', value: 'key-a' });
});
