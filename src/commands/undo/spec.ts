// Undo. What this command is called, takes and says in its help.
import { lazily, type Node } from '../../cli/command-tree.ts';
import { writeOptions } from '../options.ts';

export const undo: Node = {
  name: 'undo',
  group: 'safety',
  usage: '<entry|operation|batch|last>',
  wordsMax: 1,
  summary: 'Undo a write, as much of it as is still unused. Shows first what will happen',
  details:
    'Undoing a grant voids what is left of it. Undoing a deduction gives the credits back to each block. A changed expiry\n' +
    'is changed back. The command names what it cannot undo. Name a write by its key (at least 6 characters), or by the id\n' +
    'of its entry. Name a batch by its id. `last` is your newest write that is not undone yet (batches not counted). Run it\n' +
    'again to undo the one before. A write of a colleague is undone by its id. Undoing a write twice changes nothing.',
  shows: async () => (await import('../../views/entries.ts')).entriesView,
  options: () => [
    { flags: '--description <text>', text: 'why; kept with the entries (default: Undo of <entry>)' },
    ...writeOptions.filter(({ flags }) => !flags.startsWith('--idempotency-key')),
  ],
  examples: ['undo last --sandbox --dry-run', 'undo last --sandbox --yes'],
  run: lazily(() => import('./undo.ts')),
};
