// `blocks amend <customer> [block]`: gives back credits that were used up by mistake.
import { type BlockFlags, blockCommands, blockEntry } from '../../requests/block-purpose.ts';
import type { WriteCommand } from '../../writes/execute.ts';
import { writeEntry } from '../../writes/write-entry.ts';

export const run: WriteCommand<BlockFlags> = async (args, flags, runtime) => {
  const entry = blockEntry(blockCommands.amend, args, { flags });
  await writeEntry(entry, { flags, runtime });
};
