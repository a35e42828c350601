// Declares the `topups` commands: names, options and help.
import { type Command, lazily } from '../../cli/command-tree.ts';
import { currencyOption, customerOptions, listOptions, writeOptions } from '../options.ts';

export const topups = (): readonly Command[] => [
  {
    name: 'list',
    usage: '<customer>',
    summary: "List a customer's top-ups",
    shows: async () => (await import('./view.ts')).topUpsView,
    options: [...customerOptions, ...listOptions],
    examples: ['topups list acme --sandbox', 'topups list acme --sandbox --json id,threshold,amount'],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'create',
    usage: '<customer>',
    summary: 'Buy credits automatically when the balance reaches a threshold',
    details:
      'A customer has one top-up for each currency. A new one replaces the old one; --dry-run shows which.\n' +
      'If the balance is already at or below the threshold, credits are bought immediately. Each purchase\n' +
      'creates an invoice.',
    shows: async () => (await import('./view.ts')).topUpsView,
    options: [
      ...customerOptions,
      { flags: '--threshold <credits>', text: 'buy when the balance is at or below this' },
      { flags: '--amount <credits>', text: 'how many credits to buy each time' },
      { flags: '--cost-basis <money>', text: "price of one credit, in the customer's currency" },
      currencyOption,
      { flags: '--net-terms <days>', text: 'days until each invoice is due; 0 means immediately' },
      { flags: '--auto-collect', text: "charge the customer's payment method for each invoice" },
      { flags: '--memo <text>', text: 'note on each invoice' },
      { flags: '--require-payment', text: 'credits can be used only after their invoice is paid' },
      {
        flags: '--expires-after <time>',
        text: 'how long the credits last, such as 30d or 6m (default: forever)',
      },
      {
        flags: '--active-from <date>',
        text: 'start on this date or time, at most 10 days ago (default: now)',
      },
      ...writeOptions,
    ],
    examples: [
      'topups create acme --threshold 100 --amount 500 --cost-basis 0.20 --net-terms 30 --expires-after 12m --sandbox --yes',
      'topups create acme --threshold 0 --amount 50 --cost-basis 0.20 --net-terms 0 --require-payment --sandbox --dry-run',
    ],
    run: lazily(() => import('./create.ts')),
  },
  {
    name: 'delete',
    usage: '<customer> <top-up>',
    summary: 'Delete a top-up and void its unpaid invoices',
    shows: async () => (await import('../../views/deletions.ts')).deletionsView,
    options: [...customerOptions, ...writeOptions],
    examples: [
      'topups delete globex "$TOP_UP" --sandbox --dry-run',
      'topups delete globex "$TOP_UP" --sandbox --yes --confirm "$TOP_UP"',
    ],
    run: lazily(() => import('./delete.ts')),
  },
];
