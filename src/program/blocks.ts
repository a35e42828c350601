// Credit blocks. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../command-tree.ts';
import { currencyOption, customerOptions, listOptions, writeOptions } from './options.ts';

export const blocks = (): readonly Command[] => [
  {
    name: 'list',
    usage: '<customer>',
    wordsMax: 1,
    summary: 'List credit blocks: balance, expiry, cost basis',
    options: [
      ...customerOptions,
      { flags: '--all-blocks', text: 'expired and depleted blocks too' },
      { flags: '--effective-since <date>', text: 'effective on or after this day or instant' },
      { flags: '--effective-until <date>', text: 'effective on or before this day or instant' },
      currencyOption,
      ...listOptions,
    ],
    shows: async () => (await import('../views/blocks.ts')).blocksView,
    examples: ['blocks list acme --sandbox', 'blocks list acme --all-blocks --all --sandbox -o ndjson'],
    run: lazily(() => import('../commands/blocks/list.ts')),
  },
  {
    name: 'show',
    usage: '<block>',
    wordsMax: 1,
    summary: 'Show one credit block',
    options: [],
    shows: async () => (await import('../views/blocks.ts')).blocksView,
    examples: ['blocks show "$BLOCK" --sandbox'],
    run: lazily(() => import('../commands/blocks/show.ts')),
  },
  {
    name: 'expire',
    usage: '<customer> [block]',
    wordsMax: 2,
    summary: 'End a block early, wholly or in part',
    details: 'An expiration_change underneath: the credits move to a block that expires on the given day.',
    options: [
      ...customerOptions,
      { flags: '--amount <credits>', text: 'only so many credits; all that are left where not said' },
      { flags: '--on <date>', text: "the day they expire, in the customer's zone (default: today)" },
      currencyOption,
      { flags: '--description <text>', text: 'why; kept with the entry' },
      { flags: '--metadata <key=value>', text: 'kept with the entry', repeats: true },
      ...writeOptions,
    ],
    shows: async () => (await import('../views/entries.ts')).entriesView,
    examples: [
      'blocks expire acme "$BLOCK" --amount 10 --on +7d --sandbox --yes',
      'blocks expire acme "$BLOCK" --sandbox --dry-run',
    ],
    run: lazily(() => import('../commands/blocks/expire.ts')),
  },
];
