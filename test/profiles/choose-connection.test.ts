import path from 'node:path';
import { expect, test } from 'vitest';
import {
  type ConnectionInputs,
  chooseConnection,
  profileName,
} from '../../src/profiles/choose-connection.ts';
import type { Config } from '../../src/profiles/settings.ts';

const folders = { config: '/c', state: '/s' };
const config: Config = {
  current: 'current',
  profiles: {
    flag: { base_url: 'https://flag.example.com/v1', mode: 'test' },
    env: { base_url: 'https://env.example.com/v1' },
    current: { base_url: 'https://current.example.com/v1/' },
    box: { kind: 'sandbox', db: '/profile.db' },
  },
};

const choose = (more: Partial<ConnectionInputs> = {}) =>
  chooseConnection({
    flags: {},
    env: {},
    config,
    folders,
    keptKey: (profile) => ({ source: 'key file', value: `stored-${profile}` }),
    ...more,
  });

test('the profile: flag, then environment, then the one in use, then default', () => {
  const env = { CREDITCTL_PROFILE: 'env' };
  expect(profileName({ flags: { profile: 'flag' }, env, config })).toBe('flag');
  expect(profileName({ flags: {}, env, config })).toBe('env');
  expect(profileName({ flags: {}, env: { CREDITCTL_PROFILE: '' }, config })).toBe('current');
  expect(profileName({ flags: {}, env: {}, config: { profiles: {} } })).toBe('default');
});

test('the profile says where and in which mode, live if it does not say', () => {
  expect(choose({ flags: { profile: 'flag' } })).toEqual({
    kind: 'orb',
    profile: 'flag',
    mode: 'test',
    baseUrl: 'https://flag.example.com/v1',
    key: { value: 'stored-flag', source: 'key file' },
  });
  expect(choose()).toMatchObject({ mode: 'live', baseUrl: 'https://current.example.com/v1' });
  expect(choose({ config: { profiles: {} } })).toMatchObject({
    profile: 'default',
    mode: 'live',
    baseUrl: 'https://api.withorb.com/v1',
  });
});

test('the environment overrides base URL and key of the profile, unless it is empty', () => {
  const env = { ORB_BASE_URL: 'http://127.0.0.1:4010/v1/', ORB_API_KEY: 'from-env' };
  expect(choose({ env })).toMatchObject({
    baseUrl: 'http://127.0.0.1:4010/v1',
    key: { value: 'from-env', source: 'ORB_API_KEY' },
  });
  expect(choose({ env: { ORB_BASE_URL: '', ORB_API_KEY: '' } })).toMatchObject({
    baseUrl: 'https://current.example.com/v1',
    key: { source: 'key file' },
  });
});

test('without any key the choice has none', () =>
  expect(choose({ keptKey: () => undefined })).toMatchObject({ key: undefined }));

test('the key file is not read where the environment has a key, nor for the sandbox', () => {
  const keptKey = (): never => {
    throw new Error('read');
  };
  expect(choose({ env: { ORB_API_KEY: 'k' }, keptKey })).toMatchObject({ key: { value: 'k' } });
  expect(choose({ flags: { sandbox: true }, keptKey })).toMatchObject({ kind: 'sandbox' });
});

test('a command comes before the keychain and the file, and after the environment; choosing runs and asks nothing', () => {
  const config = { profiles: { default: { api_key_command: 'exit 1' } } };
  const keptKey = () => ({ source: 'keychain', account: 'a' }) as const;
  expect(choose({ config, keptKey })).toMatchObject({
    key: { source: 'api_key_command', command: 'exit 1' },
  });
  expect(choose({ config, env: { ORB_API_KEY: 'k' } })).toMatchObject({
    key: { source: 'ORB_API_KEY', value: 'k' },
  });
  expect(choose({ config: { profiles: {} }, keptKey })).toMatchObject({
    key: { source: 'keychain', account: 'a' },
  });
});

test('the database: flag, then environment, then profile, then the state folder', () => {
  const env = { CREDITCTL_SANDBOX_DB: '/env.db' };
  const flags = { profile: 'box' };
  expect(choose({ flags: { ...flags, db: '/flag.db' }, env })).toMatchObject({ db: '/flag.db' });
  expect(choose({ flags, env })).toMatchObject({ db: '/env.db' });
  expect(choose({ flags })).toEqual({ kind: 'sandbox', profile: 'box', db: '/profile.db' });
  expect(choose({ flags: { sandbox: true } })).toMatchObject({ db: '/s/sandbox.db' });
  expect(choose({ flags: { ...flags, db: 'x.db' } })).toMatchObject({ db: path.resolve('x.db') });
});

test('--sandbox keeps its journal apart from that of a profile for Orb', () =>
  expect(choose({ flags: { sandbox: true, profile: 'flag' } })).toMatchObject({ profile: 'sandbox' }));

const failure = (more: Partial<ConnectionInputs>): { kind: string; message: string } => {
  try {
    choose(more);
  } catch (error) {
    return error as { kind: string; message: string };
  }
  throw new Error('nothing was wrong');
};

test.each<[Partial<ConnectionInputs>, string]>([
  [
    { flags: { profile: 'nobody' } },
    '--profile names no profile: "nobody" (profiles: flag, env, current, box)',
  ],
  [
    { env: { CREDITCTL_PROFILE: 'nobody' } },
    'CREDITCTL_PROFILE names no profile: "nobody" (profiles: flag, env, current, box)',
  ],
  [
    { config: { current: 'gone', profiles: {} } },
    '"current" in the configuration file names no profile: "gone" (no profiles yet)',
  ],
  [
    { config: { current: '../x', profiles: {} } },
    '"current" in the configuration file must be 1 to 64 letters, digits, dots, dashes or underscores: "../x"',
  ],
  [
    { flags: { profile: 'constructor' } },
    '--profile names no profile: "constructor" (profiles: flag, env, current, box)',
  ],
  [{ flags: { profile: '' } }, '--profile must be 1 to 64 letters, digits, dots, dashes or underscores: ""'],
  [
    { env: { CREDITCTL_PROFILE: 'a/b' } },
    'CREDITCTL_PROFILE must be 1 to 64 letters, digits, dots, dashes or underscores: "a/b"',
  ],
  [{ flags: { db: '/x.db' } }, '--db needs --sandbox or a profile of kind sandbox'],
  [{ flags: { sandbox: true, db: ' ' } }, '--db is empty; name a file'],
  [
    { env: { ORB_BASE_URL: 'http://api.withorb.com/v1' } },
    'ORB_BASE_URL must be https: plain http is allowed only to this machine (127.0.0.1, localhost): "http://api.withorb.com/v1"',
  ],
])('%j: %s', (more, message) => expect(failure(more)).toMatchObject({ kind: 'usage', message }));

test('a key that cannot travel is refused without being shown', () => {
  for (const value of ['sk secret', 'sk-sec\nret', 'sk-sécret', 's'.repeat(1025)]) {
    const fromEnv = failure({ env: { ORB_API_KEY: value } });
    expect(fromEnv).toMatchObject({
      kind: 'credentials',
      message: expect.stringMatching(/^The API key \(ORB_API_KEY\) contains spaces/),
    });
    expect(fromEnv.message).not.toContain(value.slice(0, 2));
    expect(failure({ keptKey: () => ({ source: 'key file', value }) }).message).toMatch(
      /^The API key \(key file\) contains/,
    );
  }
});

test('line ends, blanks and a byte order mark around a value of the environment are not part of it', () => {
  const env = {
    ORB_API_KEY: '\uFEFFsk-secret\r\n',
    ORB_BASE_URL: 'https://h/v1\r',
    CREDITCTL_PROFILE: 'env\r\n',
  };
  expect(choose({ env })).toMatchObject({
    profile: 'env',
    baseUrl: 'https://h/v1',
    key: { source: 'ORB_API_KEY', value: 'sk-secret' },
  });
});

test('a database of a profile is the same file from every working directory', () => {
  const folders = { config: '/c', state: '/s', home: '/home/u' };
  const at = (db: string) => ({
    config: { profiles: { box: { kind: 'sandbox' as const, db } } },
    flags: { profile: 'box' },
    folders,
  });
  expect(choose(at('~/x.db'))).toMatchObject({ db: '/home/u/x.db' });
  expect(failure(at('x.db'))).toMatchObject({
    kind: 'usage',
    message: 'The setting db of the profile "box" must be an absolute path: "x.db"',
  });
  expect(choose({ flags: { sandbox: true, db: '~/x.db' }, folders })).toMatchObject({ db: '/home/u/x.db' });
});

test('no API goes by the name of the embedded ledger', () => {
  const profiles = { sandbox: { mode: 'live' } } as const;
  const named = { flags: { profile: 'sandbox' }, config: { profiles } };
  expect(() => choose(named)).toThrow('--profile cannot be "sandbox"');
  expect(choose({ ...named, config: { profiles: { sandbox: { kind: 'sandbox' } } } })).toMatchObject({
    kind: 'sandbox',
    profile: 'sandbox',
  });
});
