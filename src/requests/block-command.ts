// The commands about one block (`blocks expire`, `extend`, `void`, `amend`): their flags as a draft, and a draft as their words.
import type { CustomerRef } from '../credits/customer-ref.ts';
import type { CreatableEntryType } from '../credits/entry.ts';
import type { BlockPurpose } from './block-purpose.ts';
import { customerWords, flagWords } from './command-text.ts';
import { type EntryDraft, type EntryField, entryFields, isSaid } from './entry-draft.ts';

/** What such a command takes beside the customer and the block. */
export interface BlockFlags {
  readonly amount?: string;
  readonly currency?: string;
  readonly description?: string;
  readonly metadata?: readonly string[];
}

/** A command about one block, named as on the command line. */
export interface BlockCommand {
  readonly purpose: Exclude<BlockPurpose, 'change-expiry'>;
  readonly type: CreatableEntryType;
  /** Fields that this command calls by another name than `ledger add`. */
  readonly names: Partial<Readonly<Record<EntryField, string>>>;
}

export const blockCommands = {
  expire: { purpose: 'expire', type: 'expiration_change', names: { targetExpires: '--on' } },
  extend: { purpose: 'extend', type: 'expiration_change', names: { targetExpires: '--to' } },
  void: { purpose: 'void', type: 'void', names: { voidReason: '--reason' } },
  amend: { purpose: 'amend', type: 'amendment', names: {} },
} as const satisfies Readonly<Record<string, BlockCommand>>;

/** @param further what this command says beyond the flags that all of them take */
export function blockDraft(
  { type }: BlockCommand,
  flags: BlockFlags,
  further: { readonly [Field in 'block' | 'targetExpires' | 'voidReason']?: string | undefined },
): EntryDraft {
  const { amount, currency, description, metadata } = flags;
  const said = { ...further, amount, currency, description, metadata };
  const known = Object.entries(said).filter(([, value]) => value !== undefined);
  return { type, ...(Object.fromEntries(known) as EntryDraft) };
}

/** How a field of the draft is called in a problem. */
export function blockFieldName({ names }: BlockCommand): (field: EntryField) => string {
  return (field) => (field === 'block' ? '[block]' : (names[field] ?? entryFields[field].flag));
}

const order = ['amount', 'targetExpires', 'voidReason', 'currency', 'description'] as const;

/** What such a command adds to its draft: the block's rules, the names of its fields and its command line. */
export const blockWrite = (command: BlockCommand) => ({
  purpose: command.purpose,
  nameOf: blockFieldName(command),
  words: blockWords(command),
});

/** The command line that says the same as a completed draft. */
export function blockWords(
  command: BlockCommand,
): (customer: CustomerRef, draft: EntryDraft) => readonly string[] {
  const name = blockFieldName(command);
  return (customer, draft) => [
    ...['blocks', command.purpose, ...customerWords(customer), draft.block ?? ''],
    ...order.flatMap((field) => (isSaid(draft, field) ? flagWords(name(field), draft[field]) : [])),
    ...(draft.metadata ?? []).flatMap((pair) => flagWords('--metadata', pair)),
  ];
}
