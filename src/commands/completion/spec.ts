// Completion of the shell. What the command is called, takes and says in its help.
import { lazily, type Node } from '../../cli/command-tree.ts';

export const completion: Node = {
  name: 'completion',
  group: 'setup',
  usage: '<shell>',
  wordsMax: 1,
  summary: 'Print the script that makes your shell complete command lines',
  details:
    'Completes commands, options, fields and profiles, and also the customers, blocks, top-ups and alerts of the\n' +
    'connection in use. It writes nothing, and waits at most 0.8 seconds for an answer.\n' +
    'For the current shell: source <(creditctl completion bash), the same with zsh, or in fish: creditctl completion\n' +
    'fish | source. To keep it, save the script as ~/.local/share/bash-completion/completions/creditctl (bash), as\n' +
    '_creditctl in a folder of $fpath (zsh), or as ~/.config/fish/completions/creditctl.fish. In PowerShell, which is\n' +
    'untried: creditctl completion powershell | Out-String | Invoke-Expression.',
  values: { '<shell>': ['bash', 'zsh', 'fish', 'powershell'] },
  options: () => [],
  examples: ['completion bash', 'completion zsh', 'completion fish', 'completion powershell'],
  run: lazily(() => import('./completion.ts')),
};
