// `blocks void <customer> [block]`: takes credits back without revenue, all that are left where not said how many.
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

/** What is left changes with every run, and the same key must be the same write. */
function keyNeedsAmount({ idempotencyKey, amount }: BlocksVoidFlags): readonly Problem[] {
  if (idempotencyKey === undefined || amount !== undefined) return [];
  const problem = 'is missing: with --idempotency-key say how many, so that the same key is the same write';
  return [{ where: '--amount', problem }];
}
