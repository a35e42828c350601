// `blocks expire <customer> [block]`: ends a block early, wholly or in part; an `expiration_change` underneath.
import { type BlockFlags, blockCommands, blockDraft, blockWrite } from '../../requests/block-command.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput } from '../../runtime/show.ts';
import { entriesView } from '../../views/entries.ts';
import type { WriteFlags } from '../../writes/execute.ts';
import { writeEntry } from '../../writes/write-entry.ts';

export interface BlocksExpireFlags extends WriteFlags, CustomerFlags, BlockFlags {
  /** The day on which the credits shall lapse. */
  readonly on?: string;
}

export async function run(
  words: readonly string[],
  flags: BlocksExpireFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, entriesView);
  const { customer, rest, problems } = readCustomerArgument(words, flags, 1);
  const [block] = rest;
  const draft = blockDraft(blockCommands.expire, flags, { block, targetExpires: flags.on ?? 'today' });
  const write = { customer, draft, problems, ...blockWrite(blockCommands.expire) };
  await writeEntry(write, { choice, flags, runtime });
}
