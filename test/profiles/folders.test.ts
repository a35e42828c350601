import path from 'node:path';
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
  [
    { CREDITCTL_CONFIG_DIR: '', CREDITCTL_STATE_DIR: 'here' },
    '/home/u/.config/creditctl',
    path.resolve('here'),
  ],
])('%j', (env, config, state) => expect(folders(env, '/home/u')).toEqual({ config, state }));
