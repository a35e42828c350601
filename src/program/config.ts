// Profiles and their settings. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../command-tree.ts';

export const config = (): readonly Command[] => [
  {
    name: 'list',
    usage: '',
    wordsMax: 0,
    summary: 'List profiles and where each leads',
    options: [],
    shows: async () => (await import('../views/profiles.ts')).profilesView,
    examples: ['config list', 'config list -o json'],
    run: lazily(() => import('../commands/config/list.ts')),
  },
  {
    name: 'use',
    usage: '<profile>',
    wordsMax: 1,
    summary: 'Make a profile the one in use',
    options: [],
    examples: ['config use default'],
    run: lazily(() => import('../commands/config/use.ts')),
  },
  {
    name: 'set',
    usage: '<setting> <value>',
    wordsMax: 2,
    summary: 'Set kind, mode, base_url or db of a profile',
    values: {
      '<setting>': ['kind', 'mode', 'base_url', 'db'],
      'kind <value>': ['orb', 'sandbox'],
      'mode <value>': ['live', 'test'],
    },
    details:
      'Settings: kind (orb, sandbox), mode (live, test), base_url, db. A profile comes into being with its first one.',
    options: [{ flags: '--unset', text: 'remove the setting' }],
    examples: ['config set kind sandbox --profile demo', 'config set mode test', 'config set mode --unset'],
    run: lazily(() => import('../commands/config/set.ts')),
  },
  {
    name: 'get',
    usage: '<setting>',
    wordsMax: 1,
    summary: 'Print one setting of a profile',
    values: { '<setting>': ['kind', 'mode', 'base_url', 'db'] },
    options: [],
    examples: ['config get kind --profile demo'],
    run: lazily(() => import('../commands/config/get.ts')),
  },
  {
    name: 'path',
    usage: '',
    wordsMax: 0,
    summary: 'Print where the configuration is kept',
    options: [],
    examples: ['config path'],
    run: lazily(() => import('../commands/config/path.ts')),
  },
];
