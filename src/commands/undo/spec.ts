// Declares the `undo` command: name, options and help.
import { lazily, type Node } from '../../cli/command-tree.ts';
import { writeOptions } from '../options.ts';

export const undo: Node = {
  name: 'undo',
  group: 'safety',
  usage: '<entry|operation|batch|last>',
  summary: 'Undo a write as far as its credits are unused; shows first what will happen',
  details:
    'Undoing a grant voids what is left of it. Undoing a deduction gives the credits back to each block. Undoing a changed\n' +
    'expiry changes it back. You see what cannot be undone. Undoing a write twice changes nothing.\n\n' +
    "Name an entry or a batch by its id. An operation is one write, yours or a colleague's: name it by its idempotency key,\n" +
    'or by at least 6 characters of it. `last` is your newest write that is not undone yet. Run it again to undo the one\n' +
    'before. If your newest write is a batch, `last` undoes nothing and names the batch.',
  shows: async () => (await import('../../views/entries.ts')).entriesView,
  options: () => [
    { flags: '--description <text>', text: 'the reason, stored with the entries (default: Undo of <entry>)' },
    ...writeOptions.filter(({ flags }) => !flags.startsWith('--idempotency-key')),
  ],
  examples: ['undo last --sandbox --dry-run', 'undo last --sandbox --yes'],
  run: lazily(() => import('./undo.ts')),
};
