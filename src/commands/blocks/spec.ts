// Declares the `blocks` commands: names, options and help.
import { type Command, lazily, type Option } from '../../cli/command-tree.ts';
import { currencyOption, customerOptions, listOptions, reasonOptions, writeOptions } from '../options.ts';

export const blocks = (): readonly Command[] => [
  {
    name: 'list',
    usage: '<customer>',
    summary: 'List credit blocks: balance, expiry, cost basis',
    options: [
      ...customerOptions,
      { flags: '--all-blocks', text: 'include expired and depleted blocks' },
      { flags: '--effective-since <date>', text: 'effective on or after this date or time' },
      { flags: '--effective-until <date>', text: 'effective on or before this date or time' },
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
    summary: 'Show one credit block',
    options: [],
    shows: async () => (await import('../../views/blocks.ts')).blocksView,
    examples: ['blocks show "$BLOCK" --sandbox'],
    run: lazily(() => import('./show.ts')),
  },
  {
    name: 'invoices',
    usage: '<block>',
    summary: 'List the invoices for a credit block',
    details: 'A free block has none. Orb calls this part of its API experimental.',
    shows: async () => (await import('./invoices-view.ts')).invoicesView,
    options: [],
    examples: ['blocks invoices "$BLOCK" --sandbox'],
    run: lazily(() => import('./invoices.ts')),
  },
  {
    name: 'expire',
    usage: '<customer> [block]',
    summary: 'Make credits of a block expire earlier, all or some',
    details: 'Creates an expiration_change entry: the credits move to a block that expires on that day.',
    options: [
      ...customerOptions,
      amountOption,
      { flags: '--on <date>', text: "the day they expire, in the customer's time zone (default: today)" },
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
    summary: 'Make credits of a block expire later, all or some',
    details:
      'Creates an expiration_change entry: the credits move to a block that expires on that day. The day must be later than\n' +
      'the current expiry. A block that never expires cannot be extended.',
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    options: [
      ...customerOptions,
      { flags: '--to <date>', text: "the new expiry day, in the customer's time zone" },
      amountOption,
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
    summary: 'Take credits back from a block without recognising revenue',
    details:
      'Use this to correct a mistaken grant. You can void up to the amount first granted. Voiding more than is left does\n' +
      'not change the balance; it reverses revenue for used credits.',
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    options: [
      ...customerOptions,
      amountOption,
      { flags: '--reason <reason>', text: 'reason for the void: refund', values: ['refund'] },
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
    summary: 'Give used credits back to a block (reverses a decrement)',
    details:
      'You can give back at most what decrements took from the block. On a terminal you are asked for missing values.',
    shows: async () => (await import('../../views/entries.ts')).entriesView,
    options: [
      ...customerOptions,
      { flags: '--amount <credits>', text: 'how many credits to give back' },
      ...blockEntryOptions,
      ...writeOptions,
    ],
    examples: ['blocks amend acme "$BLOCK" --amount 5 --description "Counted twice" --sandbox --dry-run'],
    run: lazily(() => import('./amend.ts')),
  },
  {
    name: 'delete',
    usage: '<block>',
    summary: 'Delete a block as if it never existed; cannot be undone',
    details:
      'To take back credits, use blocks void instead. Deleting a block recalculates the ledger without it: past entries\n' +
      'change. Its draft invoices are deleted, issued ones voided, paid ones credited.\n\n' +
      'On a terminal you pick the block if you name none, and type its id to confirm. Without a terminal, pass --yes and\n' +
      '--confirm <id>.',
    shows: async () => (await import('../../views/deletions.ts')).deletionsView,
    options: writeOptions,
    examples: [
      'blocks delete "$BLOCK" --sandbox --dry-run',
      'blocks delete "$BLOCK" --sandbox --yes --confirm "$BLOCK"',
    ],
    run: lazily(() => import('./delete.ts')),
  },
];

const amountOption: Option = {
  flags: '--amount <credits>',
  text: 'how many credits (default: all that are left)',
};

const blockEntryOptions: readonly Option[] = [currencyOption, ...reasonOptions];
