// `blocks extend <customer> [block] --to <date>`: makes credits expire later, by an `expiration_change` entry.
import { type BlockFlags, blockCommands, blockEntry } from '../../requests/block-purpose.ts';
import type { WriteCommand } from '../../writes/execute.ts';
import { writeEntry } from '../../writes/write-entry.ts';

interface ExtendFlags extends BlockFlags {
  /** The new day on which the credits expire. */
  readonly to?: string;
}

export const run: WriteCommand<ExtendFlags> = async (args, flags, runtime) => {
  const entry = blockEntry(blockCommands.extend, args, { flags, targetExpires: flags.to });
  await writeEntry(entry, { flags, runtime });
};
