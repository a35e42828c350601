// Declares the `auth` commands: names, options and help.
import { type Command, lazily } from '../../cli/command-tree.ts';

export const auth = (): readonly Command[] => [
  {
    name: 'login',
    usage: '',
    summary: 'Check an API key and store it for a profile; the key is asked for or read from stdin',
    details:
      'The key is stored in the keychain of your system. If there is none, it is stored in a file that only you can read.\n' +
      "--record stores the password of the profile's record on PostgreSQL in the same way.",
    options: [
      { flags: '--file', text: 'store it in the file, even if there is a keychain' },
      { flags: '--no-check', text: 'store it without trying it' },
      { flags: '--record', text: "store the password of the profile's record instead of a key" },
    ],
    examples: ['auth login --no-check < "$KEY_FILE"', 'auth login --file --no-check < "$KEY_FILE"'],
    run: lazily(() => import('./login.ts')),
  },
  {
    name: 'logout',
    usage: '',
    summary: 'Delete the stored key of a profile',
    options: [
      { flags: '--record', text: "delete the stored password of the profile's record instead of the key" },
    ],
    examples: ['auth logout'],
    run: lazily(() => import('./logout.ts')),
  },
  {
    name: 'status',
    usage: '',
    summary: 'Show which connection is used and whether its key works',
    options: [],
    shows: async () => (await import('./view.ts')).authStatusView,
    examples: ['auth status --sandbox'],
    run: lazily(() => import('./status.ts')),
  },
];
