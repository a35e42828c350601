// `blocks expire <customer> [block]`: ends a block early, wholly or in part; an `expiration_change` underneath.
import type { CustomerRef } from '../../credits/customer-ref.ts';
import { customerWords, flagWords } from '../../requests/command-text.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import { type EntryDraft, type EntryField, entryFields } from '../../requests/entry-draft.ts';
import type { Runtime } from '../../runtime.ts';
import { checkOutput } from '../../show.ts';
import { entriesView } from '../../views/entries.ts';
import type { WriteFlags } from '../../writing/carry-out.ts';
import { showWritten } from '../../writing/show-written.ts';
import { writeEntry } from '../../writing/write-entry.ts';

export interface BlocksExpireFlags extends WriteFlags, CustomerFlags {
  readonly amount?: string;
  /** The day on which the credits shall lapse. */
  readonly on?: string;
  readonly currency?: string;
  readonly description?: string;
  readonly metadata?: readonly string[];
}

export async function run(
  words: readonly string[],
  flags: BlocksExpireFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, entriesView);
  const { customer, rest, problems } = readCustomerArgument(words, flags, 1);
  const [block] = rest;
  const { amount, on = 'today', currency, description, metadata } = flags;
  const draft: EntryDraft = {
    type: 'expiration_change',
    targetExpires: on,
    ...(block === undefined ? {} : { block }),
    ...(amount === undefined ? {} : { amount }),
    ...(currency === undefined ? {} : { currency }),
    ...(description === undefined ? {} : { description }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  const written = await writeEntry({ customer, draft, problems, nameOf, words: expireWords }, flags, runtime);
  if (written !== undefined) await showWritten(written, choice, runtime);
}

function nameOf(field: EntryField): string {
  if (field === 'block') return '[block]';
  return field === 'targetExpires' ? '--on' : entryFields[field].flag;
}

function expireWords(customer: CustomerRef, draft: EntryDraft): readonly string[] {
  const { block = '', amount, targetExpires = 'today', currency, description, metadata = [] } = draft;
  return [
    ...['blocks', 'expire', ...customerWords(customer), block],
    ...flagWords('--amount', amount),
    ...['--on', targetExpires],
    ...flagWords('--currency', currency),
    ...flagWords('--description', description),
    ...metadata.flatMap((pair) => ['--metadata', pair]),
  ];
}
