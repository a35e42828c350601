// Declares the `version` command: name, options and help.
import { lazily, type Node } from '../../cli/command-tree.ts';

export const version: Node = {
  name: 'version',
  group: 'advanced',
  usage: '',
  summary: 'Print the version; other formats add those of Node and the platform',
  shows: async () => (await import('./view.ts')).versionView,
  options: () => [],
  examples: ['version', 'version -o json'],
  run: lazily(() => import('./version.ts')),
};
