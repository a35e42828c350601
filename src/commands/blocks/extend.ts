// `blocks extend <customer> [block] --to <date>`: lets credits last longer; an `expiration_change` underneath.
import { type BlockFlags, blockCommands, blockDraft, blockWrite } from '../../requests/block-command.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput } from '../../runtime/show.ts';
import { entriesView } from '../../views/entries.ts';
import type { WriteFlags } from '../../writes/execute.ts';
import { writeEntry } from '../../writes/write-entry.ts';

export interface BlocksExtendFlags extends WriteFlags, CustomerFlags, BlockFlags {
  /** The day on which the credits shall lapse instead. */
  readonly to?: string;
}

export async function run(
  words: readonly string[],
  flags: BlocksExtendFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, entriesView);
  const { customer, rest, problems } = readCustomerArgument(words, flags, 1);
  const [block] = rest;
  const draft = blockDraft(blockCommands.extend, flags, { block, targetExpires: flags.to });
  const write = { customer, draft, problems, ...blockWrite(blockCommands.extend) };
  await writeEntry(write, { choice, flags, runtime });
}
