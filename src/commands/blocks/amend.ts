// `blocks amend <customer> [block]`: gives credits back that were used up by mistake.
import { type BlockFlags, blockCommands, blockDraft, blockWrite } from '../../requests/block-command.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput } from '../../runtime/show.ts';
import { entriesView } from '../../views/entries.ts';
import type { WriteFlags } from '../../writes/execute.ts';
import { writeEntry } from '../../writes/write-entry.ts';

export type BlocksAmendFlags = WriteFlags & CustomerFlags & BlockFlags;

export async function run(
  words: readonly string[],
  flags: BlocksAmendFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, entriesView);
  const { customer, rest, problems } = readCustomerArgument(words, flags, 1);
  const [block] = rest;
  const draft = blockDraft(blockCommands.amend, flags, { block });
  const write = { customer, draft, problems, ...blockWrite(blockCommands.amend) };
  await writeEntry(write, { choice, flags, runtime });
}
