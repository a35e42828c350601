// `blocks expire <customer> [block]`: ends a block early, wholly or in part, by an `expiration_change` entry.
import { type BlockFlags, blockCommands, blockEntry } from '../../requests/block-purpose.ts';
import type { WriteCommand } from '../../writes/execute.ts';
import { writeEntry } from '../../writes/write-entry.ts';

export const run: WriteCommand<BlockFlags & { readonly on?: string }> = async (args, flags, runtime) => {
  const entry = blockEntry(blockCommands.expire, args, { flags, targetExpires: flags.on ?? 'today' });
  await writeEntry(entry, { flags, runtime });
};
