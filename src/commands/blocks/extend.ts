// `blocks extend <customer> [block] --to <date>`: lets credits last longer; an `expiration_change` underneath.
import { type BlockFlags, blockCommands, blockEntry } from '../../requests/block-purpose.ts';
import { checkOutput } from '../../runtime/show.ts';
import { entriesView } from '../../views/entries.ts';
import type { WriteCommand } from '../../writes/execute.ts';
import { writeEntry } from '../../writes/write-entry.ts';

interface ExtendFlags extends BlockFlags {
  /** The day on which the credits shall lapse instead. */
  readonly to?: string;
}

export const run: WriteCommand<ExtendFlags> = async (words, flags, runtime) => {
  const choice = checkOutput(flags, entriesView);
  const entry = blockEntry(blockCommands.extend, words, { flags, targetExpires: flags.to });
  await writeEntry(entry, { choice, flags, runtime });
};
