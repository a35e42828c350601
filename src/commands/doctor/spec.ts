// Declares the `doctor` command: name, options and help.
import { lazily, type Node } from '../../cli/command-tree.ts';

export const doctor: Node = {
  name: 'doctor',
  group: 'setup',
  usage: '',
  summary: 'Check Node, files, connection, key, clock, record and embedded ledger; exit 1 if any check fails',
  details:
    'Each check says what it found. For a warning or a failure, stderr and the machine formats also say what to do.\n' +
    'It changes nothing and works without a key; a missing key is reported.',
  shows: async () => (await import('./view.ts')).findingsView,
  options: () => [],
  examples: ['doctor --sandbox', 'doctor --sandbox --json check,status,remedy'],
  run: lazily(() => import('./doctor.ts')),
};
