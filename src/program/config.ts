// Profiles and their settings. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../command-tree.ts';

export const config = (): readonly Command[] => [
  {
    name: 'list',
    usage: '',
    wordsMax: 0,
    summary: 'List profiles and where each leads',
    options: [],
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
    summary: 'Set kind, mode, base_url, api_key_command or db of a profile',
    details:
      "Settings: kind (orb, sandbox), mode (live, test), base_url, db, and api_key_command, a shell command that prints the\nprofile's key. A profile comes into being with its first one.",
    options: [{ flags: '--unset', text: 'remove the setting' }],
    examples: [
      'config set kind sandbox --profile demo',
      'config set mode test',
      'config set mode --unset',
      "config set api_key_command 'op read op://Billing/Orb/key' --profile staging",
    ],
    run: lazily(() => import('../commands/config/set.ts')),
  },
  {
    name: 'get',
    usage: '<setting>',
    wordsMax: 1,
    summary: 'Print one setting of a profile',
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
