// The check of everything. What this command is called, takes and says in its help.
import { lazily, type Node } from '../../cli/command-tree.ts';

export const doctor: Node = {
  name: 'doctor',
  group: 'setup',
  usage: '',
  wordsMax: 0,
  summary:
    'Check Node, files, connection, key, clock, journal and embedded ledger; exit 1 if any check fails',
  details:
    'Each check says what it found; what to do about a warning or a failure is told on stderr and in the machine formats.\n' +
    'It writes nothing, and needs no key: that there is none is a finding.',
  shows: async () => (await import('./view.ts')).findingsView,
  options: () => [],
  examples: ['doctor --sandbox', 'doctor --sandbox --json check,status,remedy'],
  run: lazily(() => import('./doctor.ts')),
};
