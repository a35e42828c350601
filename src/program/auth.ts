// API keys. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../command-tree.ts';

export const auth = (): readonly Command[] => [
  {
    name: 'login',
    usage: '',
    wordsMax: 0,
    summary: 'Keep an API key for a profile, typed unseen or piped in',
    options: [],
    examples: ['auth login < "$KEY_FILE"'],
    run: lazily(() => import('../commands/auth/login.ts')),
  },
  {
    name: 'logout',
    usage: '',
    wordsMax: 0,
    summary: 'Forget the key of a profile',
    options: [],
    examples: ['auth logout'],
    run: lazily(() => import('../commands/auth/logout.ts')),
  },
  {
    name: 'status',
    usage: '',
    wordsMax: 0,
    summary: 'Tell which connection is used and whether its key works',
    options: [],
    shows: async () => (await import('../views/auth-status.ts')).authStatusView,
    examples: ['auth status --sandbox'],
    run: lazily(() => import('../commands/auth/status.ts')),
  },
];
