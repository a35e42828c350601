// Declares the `completion` command: name, options and help.
import { lazily, type Node } from '../../cli/command-tree.ts';

export const completion: Node = {
  name: 'completion',
  group: 'setup',
  usage: '<shell>',
  summary: 'Print the script that makes your shell complete command lines',
  details:
    'Completes commands, options, fields and profiles, and also the customers, blocks, top-ups and alerts of the\n' +
    'connection in use. It only reads, and waits at most 0.8 seconds for an answer.\n\n' +
    'For the current shell: source <(creditctl completion bash), or the same with zsh. In fish: creditctl completion fish\n' +
    '| source. In PowerShell, which is untried: creditctl completion powershell | Out-String | Invoke-Expression.\n\n' +
    'To keep it, save the script. For bash: ~/.local/share/bash-completion/completions/creditctl. For zsh: _creditctl in a\n' +
    'folder of $fpath. For fish: ~/.config/fish/completions/creditctl.fish.',
  values: { '<shell>': ['bash', 'zsh', 'fish', 'powershell'] },
  options: () => [],
  examples: ['completion bash'],
  run: lazily(() => import('./completion.ts')),
};
