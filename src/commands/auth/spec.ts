// API keys. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../../cli/command-tree.ts';

export const auth = (): readonly Command[] => [
  {
    name: 'login',
    usage: '',
    wordsMax: 0,
    summary: 'Try an API key and keep it for a profile; it is typed unseen or piped in',
    details: 'It is kept in the OS keychain, or where there is none, in a file that only you can read.',
    options: [
      { flags: '--file', text: 'keep it in the file, also where there is a keychain' },
      { flags: '--no-check', text: 'keep it without trying it' },
    ],
    examples: ['auth login --no-check < "$KEY_FILE"', 'auth login --file --no-check < "$KEY_FILE"'],
    run: lazily(() => import('./login.ts')),
  },
  {
    name: 'logout',
    usage: '',
    wordsMax: 0,
    summary: 'Forget the key of a profile, in the keychain or in the file',
    options: [],
    examples: ['auth logout'],
    run: lazily(() => import('./logout.ts')),
  },
  {
    name: 'status',
    usage: '',
    wordsMax: 0,
    summary: 'Tell which connection is used and whether its key works',
    options: [],
    shows: async () => (await import('./view.ts')).authStatusView,
    examples: ['auth status --sandbox'],
    run: lazily(() => import('./status.ts')),
  },
];
