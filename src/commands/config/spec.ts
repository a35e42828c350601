// Declares the `config` commands: names, options and help.
import { type Command, lazily } from '../../cli/command-tree.ts';
import { settingMeanings, settingNames } from '../../profiles/settings.ts';
import { yesOption } from '../options.ts';

export const config = (): readonly Command[] => [
  {
    name: 'list',
    usage: '',
    summary: 'List the profiles and the connection of each',
    options: [],
    shows: async () => (await import('./view.ts')).profilesView,
    examples: ['config list'],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'use',
    usage: '<profile>',
    summary: 'Choose the profile to use from now on',
    options: [],
    examples: ['config use default'],
    run: lazily(() => import('./use.ts')),
  },
  {
    name: 'set',
    usage: '<setting> <value>',
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
    summary: 'Print one setting of a profile',
    values: { '<setting>': settingNames },
    options: [],
    examples: ['config get kind --profile demo'],
    run: lazily(() => import('./get.ts')),
  },
  {
    name: 'show',
    usage: '',
    summary: 'Show every setting of a profile, and where each value comes from',
    details:
      'A flag overrides a variable, a variable overrides the profile. Keys and passwords are masked, and no key is fetched.\n' +
      "Rules of a policy file and of the team's policy also hold, but are not listed. See creditctl record policy.",
    options: [],
    shows: async () => (await import('./settings-view.ts')).settingsView,
    examples: ['config show', 'config show --profile demo -o json'],
    run: lazily(() => import('./show.ts')),
  },
  {
    name: 'unset',
    usage: '<setting>',
    summary: 'Remove a setting or a rule of a profile',
    values: { '<setting>': settingNames },
    options: [],
    examples: ['config unset mode'],
    run: lazily(() => import('./unset.ts')),
  },
  {
    name: 'remove-profile',
    usage: '<profile>',
    summary: 'Remove a profile with its settings and its stored key',
    options: [yesOption],
    examples: ['config remove-profile demo --yes'],
    run: lazily(() => import('./remove-profile.ts')),
  },
  {
    name: 'path',
    usage: '',
    summary: 'Print the path of the configuration file',
    options: [],
    examples: ['config path'],
    run: lazily(() => import('./path.ts')),
  },
];
