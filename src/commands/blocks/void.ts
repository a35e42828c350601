// `blocks void <customer> [block]`: takes credits back without revenue; by default all that are left.
import type { Problem } from '../../errors.ts';
import { type BlockFlags, blockCommands, blockDraft, blockWrite } from '../../requests/block-command.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput } from '../../runtime/show.ts';
import { entriesView } from '../../views/entries.ts';
import type { WriteFlags } from '../../writes/execute.ts';
import { writeEntry } from '../../writes/write-entry.ts';

export interface BlocksVoidFlags extends WriteFlags, CustomerFlags, BlockFlags {
  readonly reason?: string;
}

export async function run(words: readonly string[], flags: BlocksVoidFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, entriesView);
  const { customer, rest, problems } = readCustomerArgument(words, flags, 1);
  const [block] = rest;
  const draft = blockDraft(blockCommands.void, flags, { block, voidReason: flags.reason });
  const all = [...problems, ...keyNeedsAmount(flags)];
  const write = { customer, draft, problems: all, ...blockWrite(blockCommands.void) };
  await writeEntry(write, { choice, flags, runtime });
}

/** What is left changes between runs, but the same key must mean the same write. */
function keyNeedsAmount({ idempotencyKey, amount }: BlocksVoidFlags): readonly Problem[] {
  if (idempotencyKey === undefined || amount !== undefined) return [];
  const problem = 'is missing: --idempotency-key needs a fixed amount';
  return [{ where: '--amount', problem }];
}
