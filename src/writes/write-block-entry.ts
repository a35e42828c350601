// The entry of a command about one block, from its words to its rows: `blocks expire` and its siblings.
import { type BlockCommand, blockFieldName, blockWords } from '../requests/block-command.ts';
import type { CustomerArgument } from '../requests/customer-argument.ts';
import type { EntryDraft } from '../requests/entry-draft.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { WriteFlags } from './execute.ts';
import { type EntryWrite, writeEntry } from './write-entry.ts';
import type { Written } from './written-entries.ts';

/** `undefined` after a dry run. */
export function writeBlockEntry(
  command: BlockCommand,
  said: Pick<CustomerArgument, 'customer' | 'problems'> & { readonly draft: EntryDraft },
  { flags, runtime }: { readonly flags: WriteFlags; readonly runtime: Runtime },
): Promise<Written | undefined> {
  const write: EntryWrite = {
    ...said,
    purpose: command.purpose,
    nameOf: blockFieldName(command),
    words: blockWords(command),
  };
  return writeEntry(write, flags, runtime);
}
