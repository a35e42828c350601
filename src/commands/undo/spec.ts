// Undo. What this command is called, takes and says in its help.
import { lazily, type Node } from '../../cli/command-tree.ts';
import { writeOptions } from '../options.ts';

export const undo: Node = {
  name: 'undo',
  group: 'safety',
  usage: '<entry|operation|batch|last>',
  wordsMax: 1,
  summary: 'Take back what was written from here: shown first, and as far as it can be had',
  details:
    'A grant is voided as far as it is left, a decrement amended in each of its blocks, an expiry moved back. What cannot\n' +
    'be taken back is said. An operation is named by its key, or at least 6 characters of it, an entry by its id; last is\n' +
    'the newest entry that stands, of those that no batch made. A batch is named by its id, and one row of it as an entry\n' +
    'or operation is. Undoing one write twice does nothing twice, but last said again goes on to the one before.',
  shows: async () => (await import('../../views/entries.ts')).entriesView,
  options: () => [
    { flags: '--description <text>', text: 'why; kept with the entries (default: Undo of <entry>)' },
    ...writeOptions.filter(({ flags }) => !flags.startsWith('--idempotency-key')),
  ],
  examples: ['undo last --sandbox --dry-run', 'undo last --sandbox --yes'],
  run: lazily(() => import('./undo.ts')),
};
