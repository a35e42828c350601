// Top-ups. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../../cli/command-tree.ts';
import { currencyOption, customerOptions, listOptions, writeOptions } from '../options.ts';

export const topups = (): readonly Command[] => [
  {
    name: 'list',
    usage: '<customer>',
    wordsMax: 1,
    summary: "List a customer's top-ups",
    shows: async () => (await import('./view.ts')).topUpsView,
    options: [...customerOptions, ...listOptions],
    examples: ['topups list acme --sandbox', 'topups list acme --sandbox --json id,threshold,amount'],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'create',
    usage: '<customer>',
    wordsMax: 1,
    summary: 'Buy credits by itself whenever the balance has fallen to a threshold',
    details:
      'It takes the place of the top-up in the same currency, if there is one: --dry-run shows which.\n' +
      'If the balance is at the threshold already, credits are bought at once. Each purchase raises an\n' +
      'invoice.',
    shows: async () => (await import('./view.ts')).topUpsView,
    options: [
      ...customerOptions,
      { flags: '--threshold <credits>', text: 'buy when the balance is at this or below' },
      { flags: '--amount <credits>', text: 'how many credits to buy each time' },
      { flags: '--cost-basis <money>', text: "price of one credit in the customer's currency" },
      currencyOption,
      { flags: '--net-terms <days>', text: 'each invoice is due so many days after issue; 0 is at once' },
      { flags: '--auto-collect', text: "collect each invoice with the customer's payment method" },
      { flags: '--memo <text>', text: 'memo on each invoice' },
      { flags: '--require-payment', text: 'the credits wait until their invoice is paid' },
      {
        flags: '--expires-after <time>',
        text: 'how long the credits last, such as 30d or 6m (default: for ever)',
      },
      {
        flags: '--active-from <date>',
        text: 'from this day or instant on, at most 10 days ago (default: now)',
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
    wordsMax: 2,
    summary: 'Delete a top-up, and void the invoices of its credits that wait for payment',
    shows: async () => (await import('../../views/deletions.ts')).deletionsView,
    options: [...customerOptions, ...writeOptions],
    examples: [
      'topups delete globex "$TOP_UP" --sandbox --dry-run',
      'topups delete globex "$TOP_UP" --sandbox --yes --confirm "$TOP_UP"',
    ],
    run: lazily(() => import('./delete.ts')),
  },
];
