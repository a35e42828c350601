import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import {
  configPath,
  credentialsPath,
  keyProblem,
  readConfig,
  readKeptKey,
} from '../../src/profiles/config-file.ts';
import { folderWith, freshFolder } from './files.ts';

test('where there is no file there is no profile', () => {
  expect(readConfig(freshFolder())).toEqual({ profiles: {} });
  // Services have such a home.
  expect(readConfig('/dev/null/.config/creditctl')).toEqual({ profiles: {} });
});

test('a file in the place of the folder is refused', () => {
  const file = path.join(freshFolder(), 'file');
  writeFileSync(file, '');
  const message = `The configuration file ${configPath(file)} cannot be read: ${file} is not a folder`;
  expect(() => readConfig(file)).toThrow(expect.objectContaining({ kind: 'usage', message }));
});

test('what is configured is read', () => {
  const config = {
    current: 'a',
    profiles: { a: { kind: 'sandbox', db: 'a": "b' }, b: { mode: 'test', base_url: 'https://h/v1' } },
  };
  expect(readConfig(folderWith('config.json', JSON.stringify(config)))).toEqual(config);
  expect(readConfig(folderWith('config.json', '{}'))).toEqual({ profiles: {} });
});

test.each([
  ['', 'is not JSON'],
  ['{', 'is not JSON'],
  ['[]', 'must hold one JSON object'],
  ['"x"', 'must hold one JSON object'],
  ['null', 'must hold one JSON object'],
  ['{"current":5}', 'has a "current" that is not text'],
  ['{"profiles":[]}', 'has "profiles" that are not an object'],
  ['{"profiles":null}', 'has "profiles" that are not an object'],
  ['{"profiles":{"a":"x"}}', 'has a profile "a" that is not an object'],
  [
    '{"profiles":{"../a":{}}}',
    'has a profile whose name must be 1 to 64 letters, digits, dots, dashes or underscores: "../a"',
  ],
  [
    '{"profiles":{"__proto__":{}}}',
    'has a profile whose name must be 1 to 64 letters, digits, dots, dashes or underscores: "__proto__"',
  ],
  ['{"profile":{"a":{}}}', 'has an unknown name "profile" (did you mean profiles?)'],
  [
    '{"policy.entry_cap":"5","profiles":{}}',
    'has an unknown name "policy.entry_cap"; settings belong below "profiles"',
  ],
  [
    '{"profiles":{"a":{"policy.entry_cap":"5","kind":"orb", "policy.entry_\\u0063ap" : "500"}}}',
    'has "policy.entry_cap" twice in one object',
  ],
  ['{"profiles":{"a":{"policy.entry_cap":"5"},"a":{"kind":"orb"}}}', 'has "a" twice in one object'],
  ['{"profiles":{"a":{"api_key":"k"}}}', 'has an unknown setting profiles.a.api_key'],
  [
    '{"profiles":{"a":{"policy.entry_capp":"5"}}}',
    'has an unknown setting profiles.a.policy.entry_capp (did you mean policy.entry_cap?)',
  ],
  ['{"profiles":{"a":{"mode":"prod"}}}', 'has a setting profiles.a.mode that must be live or test: "prod"'],
  ['{"profiles":{"a":{"db":5}}}', 'has a setting profiles.a.db that must be text'],
  [
    '{"profiles":{"a":{"base_url":"http://x"}}}',
    'has a setting profiles.a.base_url that must be https: plain http is allowed only to this machine (127.0.0.1, localhost): "http://x"',
  ],
])('%s is refused: the file %s', (text, problem) => {
  const folder = folderWith('config.json', text);
  expect(() => readConfig(folder)).toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: `The configuration file ${configPath(folder)} ${problem}`,
    }),
  );
});

test('a folder in the place of the configuration is named', () => {
  const folder = freshFolder();
  mkdirSync(configPath(folder));
  expect(() => readConfig(folder)).toThrow(/cannot be read \(EISDIR\)$/);
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read is named', () => {
  const folder = folderWith('config.json', '{}');
  chmodSync(configPath(folder), 0);
  expect(() => readConfig(folder)).toThrow(/cannot be read \(EACCES\)$/);
});

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
])('a file that holds %s is named as no use, and nothing of what it holds is shown', (text, problem) => {
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

test('a folder in the place of the key file is named', () => {
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
