// Completion of the shell. What the command is called, takes and says in its help.
import { lazily, type Node } from '../command-tree.ts';

export const completion: Node = {
  name: 'completion',
  group: 'setup',
  usage: '<shell>',
  wordsMax: 1,
  summary: 'Print the script that lets a shell complete command lines',
  details:
    'For bash, zsh or fish. Names of commands, options, fields and profiles are completed, and customers, blocks,\n' +
    'top-ups and alerts of the connection that the line chooses. Nothing is ever written, and no answer is waited for\n' +
    'longer than 0.8 seconds. For the running shell: source <(creditctl completion bash), or zsh in place of bash; in\n' +
    'fish: creditctl completion fish | source. For good, see the README.',
  values: { '<shell>': ['bash', 'zsh', 'fish'] },
  options: () => [],
  examples: ['completion bash', 'completion zsh', 'completion fish'],
  run: lazily(() => import('../commands/completion.ts')),
};
