// Declares the `balance` command: name, options and help.
import { lazily, type Node } from '../../cli/command-tree.ts';
import { currencyOption, customerOptions } from '../options.ts';

export const balance: Node = {
  name: 'balance',
  group: 'credits',
  usage: '<customer>',
  summary: "Show a customer's balance: available now, not yet available, expiring next",
  options: () => [
    ...customerOptions,
    currencyOption,
    { flags: '--fail-below <credits>', text: 'exit with 1 if fewer credits are available' },
  ],
  shows: async () => ({
    columns: (await import('../../views/blocks.ts')).blocksView.columns,
    fields: (await import('../../views/balance.ts')).balanceView.fields,
  }),
  examples: [
    'balance acme --sandbox',
    'balance acme --sandbox --json available',
    'balance acme --fail-below 0 --sandbox',
  ],
  run: lazily(() => import('./balance.ts')),
};
