// Declares the `alerts` commands: names, options and help.
import { type Command, lazily } from '../../cli/command-tree.ts';
import { currencyOption, customerOptions, listOptions, writeOptions } from '../options.ts';

export const alerts = (): readonly Command[] => [
  {
    name: 'list',
    usage: '<customer>',
    summary: "List a customer's alerts and their current state",
    shows: async () => (await import('./view.ts')).alertsView,
    options: [...customerOptions, ...listOptions],
    examples: ['alerts list acme --sandbox', 'alerts list acme --sandbox --json type,balance_alert_status'],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'create',
    usage: '<customer>',
    summary: 'Send a webhook when credits run out, drop below a threshold or recover',
    details: 'A customer can have one alert of each type for each currency.',
    shows: async () => (await import('./view.ts')).alertsView,
    options: [
      ...customerOptions,
      {
        flags: '--type <type>',
        text: "depleted, dropped or recovered, or the API's full name",
        values: [
          ...['depleted', 'dropped', 'recovered'],
          ...['credit_balance_depleted', 'credit_balance_dropped', 'credit_balance_recovered'],
        ],
      },
      currencyOption,
      {
        flags: '--threshold <credits>',
        text: 'for dropped: alert when the balance falls below this',
        repeats: true,
      },
      ...writeOptions,
    ],
    examples: [
      'alerts create acme --type depleted --sandbox --yes',
      'alerts create acme --type dropped --threshold 500 --threshold 100 --currency USD --sandbox --yes',
    ],
    run: lazily(() => import('./create.ts')),
  },
  {
    name: 'enable',
    usage: '<alert>',
    summary: 'Turn an alert on',
    options: writeOptions,
    examples: ['alerts enable "$ALERT" --sandbox --yes'],
    run: lazily(() => import('./enable.ts')),
  },
  {
    name: 'disable',
    usage: '<alert>',
    summary: 'Turn an alert off without deleting it',
    options: writeOptions,
    examples: ['alerts disable "$ALERT" --sandbox --yes'],
    run: lazily(() => import('./disable.ts')),
  },
  {
    name: 'delete',
    usage: '<alert>',
    summary: 'Delete an alert',
    shows: async () => (await import('../../views/deletions.ts')).deletionsView,
    options: writeOptions,
    examples: ['alerts delete "$ALERT" --sandbox --yes --confirm "$ALERT"'],
    run: lazily(() => import('./delete.ts')),
  },
];
