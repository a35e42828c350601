// `blocks extend <customer> [block] --to <date>`: makes credits expire later, by an `expiration_change` entry.
import { type BlockFlags, blockCommands, blockEntry } from '../../requests/block-purpose.ts';
import type { WriteCommand } from '../../writes/execute.ts';
import { writeEntry } from '../../writes/write-entry.ts';

export const run: WriteCommand<BlockFlags & { readonly to?: string }> = async (args, flags, runtime) => {
  const entry = blockEntry(blockCommands.extend, args, { flags, targetExpires: flags.to });
  await writeEntry(entry, { flags, runtime });
};
