// `blocks amend <customer> [block]`: gives back credits that were used up by mistake.
import { type BlockFlags, blockCommands, blockEntry } from '../../requests/block-purpose.ts';
import type { WriteCommand } from '../../writes/execute.ts';
import { writeEntry } from '../../writes/write-entry.ts';

export const run: WriteCommand<BlockFlags> = async (words, flags, runtime) => {
  const entry = blockEntry(blockCommands.amend, words, { flags });
  await writeEntry(entry, { flags, runtime });
};
