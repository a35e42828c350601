// Profiles and their settings. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../../cli/command-tree.ts';
import { settingMeanings, settingNames } from '../../profiles/settings.ts';

export const config = (): readonly Command[] => [
  {
    name: 'list',
    usage: '',
    wordsMax: 0,
    summary: 'List the profiles and the connection of each',
    options: [],
    shows: async () => (await import('./view.ts')).profilesView,
    examples: ['config list', 'config list -o json'],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'use',
    usage: '<profile>',
    wordsMax: 1,
    summary: 'Choose the profile to use from now on',
    options: [],
    examples: ['config use default'],
    run: lazily(() => import('./use.ts')),
  },
  {
    name: 'set',
    usage: '<setting> <value>',
    wordsMax: 2,
    summary: 'Change a setting or a rule of a profile',
    values: {
      '<setting>': settingNames,
      'kind <value>': ['orb', 'sandbox'],
      'mode <value>': ['live', 'test'],
    },
    details: 'Creates the profile if it does not exist. Rules apply to every write with the profile.',
    terms: { title: 'Settings', list: settingMeanings },
    options: [{ flags: '--unset', text: 'remove the setting' }],
    examples: [
      'config set kind sandbox --profile demo',
      'config set mode test',
      'config set mode --unset',
      'config set policy.entry_cap 500',
      "config set api_key_command 'op read op://Billing/Orb/key' --profile staging",
    ],
    run: lazily(() => import('./set.ts')),
  },
  {
    name: 'get',
    usage: '<setting>',
    wordsMax: 1,
    summary: 'Print one setting of a profile',
    values: { '<setting>': settingNames },
    options: [],
    examples: ['config get kind --profile demo'],
    run: lazily(() => import('./get.ts')),
  },
  {
    name: 'path',
    usage: '',
    wordsMax: 0,
    summary: 'Print the path of the configuration file',
    options: [],
    examples: ['config path'],
    run: lazily(() => import('./path.ts')),
  },
];
