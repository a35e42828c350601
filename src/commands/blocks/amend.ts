// `blocks amend <customer> [block]`: gives credits back that were used up by mistake.
import { type BlockFlags, blockCommands, blockDraft } from '../../requests/block-command.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput } from '../../runtime/show.ts';
import { entriesView } from '../../views/entries.ts';
import type { WriteFlags } from '../../writes/execute.ts';
import { showWritten } from '../../writes/show-written.ts';
import { writeBlockEntry } from '../../writes/write-block-entry.ts';

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
  const written = await writeBlockEntry(
    blockCommands.amend,
    { customer, draft, problems },
    { flags, runtime },
  );
  if (written !== undefined) await showWritten(written, choice, runtime);
}
