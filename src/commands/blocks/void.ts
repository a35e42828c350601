// `blocks void <customer> [block]`: takes credits back without revenue; by default all unused credits of the block.
import { type BlockFlags, blockCommands, blockEntry } from '../../requests/block-purpose.ts';
import type { WriteCommand, WriteFlags } from '../../writes/execute.ts';
import { writeEntry } from '../../writes/write-entry.ts';

type VoidFlags = BlockFlags & { readonly reason?: string };

export const run: WriteCommand<VoidFlags> = async (args, flags, runtime) => {
  const entry = blockEntry(blockCommands.void, args, { flags, voidReason: flags.reason });
  const write = { ...entry, problems: [...entry.problems, ...keyNeedsAmount(flags)] };
  await writeEntry(write, { flags, runtime });
};

/** The unused amount changes between runs, but the same key must mean the same write. */
function keyNeedsAmount({ idempotencyKey, amount }: WriteFlags & VoidFlags) {
  if (idempotencyKey === undefined || amount !== undefined) return [];
  const problem = 'is missing: --idempotency-key needs a fixed amount';
  return [{ where: '--amount', problem }];
}
