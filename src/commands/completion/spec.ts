// Completion of the shell. What the command is called, takes and says in its help.
import { lazily, type Node } from '../../cli/command-tree.ts';

export const completion: Node = {
  name: 'completion',
  group: 'setup',
  usage: '<shell>',
  wordsMax: 1,
  summary: 'Print the script that lets a shell complete command lines',
  details:
    'Names of commands, options, fields and profiles are completed, and customers, blocks, top-ups and alerts of the\n' +
    'connection that the line chooses. Nothing is ever written, and no answer is waited for longer than 0.8 seconds.\n' +
    'For the running shell: source <(creditctl completion bash), or zsh in place of bash; in fish, creditctl completion\n' +
    'fish | source. For good, send the script to ~/.local/share/bash-completion/completions/creditctl (bash), to a file\n' +
    '_creditctl in a folder of $fpath (zsh), or to ~/.config/fish/completions/creditctl.fish.',
  values: { '<shell>': ['bash', 'zsh', 'fish'] },
  options: () => [],
  examples: ['completion bash', 'completion zsh', 'completion fish'],
  run: lazily(() => import('./completion.ts')),
};
