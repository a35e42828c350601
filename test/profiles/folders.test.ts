import { expect, test } from 'vitest';
import { folders } from '../../src/profiles/folders.ts';

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

test.each([
  ['CREDITCTL_CONFIG_DIR', 'config'],
  ['CREDITCTL_STATE_DIR', 'state'],
] as const)('a relative %s, which means another folder in each working directory, is refused', (name, kind) => {
  const found = folders({ [name]: 'here' }, '/home/u');
  expect(() => found[kind]).toThrow(`${name} must be a path from the root`);
});

test('without a home folder only folders that are named are used, never the working directory', () => {
  expect(folders({ CREDITCTL_CONFIG_DIR: '/c', XDG_STATE_HOME: '/xs' }, undefined)).toMatchObject({
    config: '/c',
    state: '/xs/creditctl',
  });
  const none = folders({}, undefined);
  for (const kind of ['config', 'state'] as const)
    expect(() => none[kind]).toThrow('HOME names no folder from the root');
});
