// Credit blocks. What the commands of this noun are called, take and say in their help.
import { type Command, lazily, type Option } from '../../cli/command-tree.ts';
import { currencyOption, customerOptions, listOptions, writeOptions } from '../options.ts';

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
    shows: async () => (await import('../../views/blocks.ts')).blocksView,
    examples: ['blocks list acme --sandbox', 'blocks list acme --all-blocks --all --sandbox -o ndjson'],
    run: lazily(() => import('./list.ts')),
  },
  {
    name: 'show',
    usage: '<block>',
    wordsMax: 1,
    summary: 'Show one credit block',
    options: [],
    shows: async () => (await import('../../views/blocks.ts')).blocksView,
    examples: ['blocks show "$BLOCK" --sandbox'],
    run: lazily(() => import('./show.ts')),
  },
  {
    name: 'invoices',
    usage: '<block>',
    wordsMax: 1,
    summary: 'List the invoices that charged for a block',
    details: 'A block that was given away has none. The API calls this question experimental.',
    shows: async () => (await import('./invoices-view.ts')).invoicesView,
    options: [],
    examples: ['blocks invoices "$BLOCK" --sandbox', 'blocks invoices "$BLOCK" --sandbox -o csv'],
    run: lazily(() => import('./invoices.ts')),
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
      ...blockEntryOptions,
      ...writeOptions,
    ],
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    examples: [
      'blocks expire acme "$BLOCK" --amount 10 --on +7d --sandbox --yes',
      'blocks expire acme "$BLOCK" --sandbox --dry-run',
    ],
    run: lazily(() => import('./expire.ts')),
  },
  {
    name: 'extend',
    usage: '<customer> [block]',
    wordsMax: 2,
    summary: 'Let the credits of a block last longer, all or some',
    details:
      'An expiration_change underneath: the credits move to a block that expires on the later day. A block that never\n' +
      'expires cannot be extended, and a day that is not later is refused.',
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    options: [
      ...customerOptions,
      { flags: '--to <date>', text: "the day they expire instead, in the customer's zone" },
      { flags: '--amount <credits>', text: 'only so many credits; all that are left where not said' },
      ...blockEntryOptions,
      ...writeOptions,
    ],
    examples: [
      'blocks extend acme "$BLOCK" --to +2y --description "Renewed" --sandbox --yes',
      'blocks extend acme "$BLOCK" --to +2y --amount 10 --sandbox --dry-run',
    ],
    run: lazily(() => import('./extend.ts')),
  },
  {
    name: 'void',
    usage: '<customer> [block]',
    wordsMax: 2,
    summary: 'Take credits back from a block, without revenue',
    details:
      'For a grant that was a mistake. Up to the initial balance can be voided: what goes beyond the credits that are left\n' +
      'leaves the balance as it is, and takes back the revenue of used ones. Without --amount: all that are left.',
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    options: [
      ...customerOptions,
      { flags: '--amount <credits>', text: 'how many; all that are left where not said' },
      { flags: '--reason <reason>', text: 'refund, or nothing', values: ['refund'] },
      ...blockEntryOptions,
      ...writeOptions,
    ],
    examples: [
      'blocks void acme "$BLOCK" --reason refund --description "Granted by mistake" --sandbox --yes',
      'blocks void acme "$BLOCK" --amount 5 --sandbox --dry-run',
    ],
    run: lazily(() => import('./void.ts')),
  },
  {
    name: 'amend',
    usage: '<customer> [block]',
    wordsMax: 2,
    summary: 'Give credits back to a block, undoing a decrement',
    details:
      'At most as many as were taken from the block by decrements. On a terminal, what is missing is asked for.',
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    options: [
      ...customerOptions,
      { flags: '--amount <credits>', text: 'how many come back' },
      ...blockEntryOptions,
      ...writeOptions,
    ],
    examples: ['blocks amend acme "$BLOCK" --amount 5 --description "Counted twice" --sandbox --dry-run'],
    run: lazily(() => import('./amend.ts')),
  },
  {
    name: 'delete',
    usage: '<block>',
    wordsMax: 1,
    summary: 'Delete a block, as if it had never been; cannot be undone',
    details:
      'Far stronger than blocks void: the ledger is replayed without the block, so that entries of the past change, and\n' +
      'its invoices are deleted (drafts), voided (issued) or credited (paid). On a terminal the id is typed back; off one,\n' +
      '--yes and --confirm <id> are needed.',
    shows: async () => (await import('../../views/deletions.ts')).deletionsView,
    options: writeOptions,
    examples: [
      'blocks delete "$BLOCK" --sandbox --dry-run',
      'blocks delete "$BLOCK" --sandbox --yes --confirm "$BLOCK"',
    ],
    run: lazily(() => import('./delete.ts')),
  },
];

const blockEntryOptions: readonly Option[] = [
  currencyOption,
  { flags: '--description <text>', text: 'why; kept with the entry' },
  { flags: '--metadata <key=value>', text: 'kept with the entry', repeats: true },
];
