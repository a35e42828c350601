// The commands about one block (`blocks expire`, `extend`, `void`, `amend`): their flags as a draft, and a draft as their words.
import type { CustomerRef } from '../credits/customer-ref.ts';
import type { CreatableEntryType } from '../credits/entry.ts';
import type { BlockPurpose } from './block-purpose.ts';
import { customerWords, flagWords } from './command-text.ts';
import { type CustomerFlags, readCustomerArgument } from './customer-argument.ts';
import { type EntryDraft, type EntryField, entryFields, isSaid } from './entry-draft.ts';

/** What all of them take beside the block. */
export interface BlockFlags extends CustomerFlags {
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

/** What only some of them say. */
type Further = { readonly [Field in 'targetExpires' | 'voidReason']?: string | undefined };

/**
 * The entry that a command line is about, with the rules of its command, the names of its fields, and the command line
 * that says the same as a completed draft.
 */
export function blockEntry(
  command: BlockCommand,
  words: readonly string[],
  { flags, ...further }: { readonly flags: BlockFlags } & Further,
) {
  const { customer, rest, problems } = readCustomerArgument(words, flags, 1);
  const { amount, currency, description, metadata } = flags;
  const said = { block: rest[0], ...further, amount, currency, description, metadata };
  const known = Object.entries(said).filter(([, value]) => value !== undefined);
  const draft: EntryDraft = { type: command.type, ...Object.fromEntries(known) };
  const { purpose } = command;
  return { customer, draft, problems, purpose, nameOf: blockFieldName(command), words: blockWords(command) };
}

/** How a field of the draft is called in a problem. */
function blockFieldName({ names }: BlockCommand): (field: EntryField) => string {
  return (field) => (field === 'block' ? '[block]' : (names[field] ?? entryFields[field].flag));
}

const order = ['amount', 'targetExpires', 'voidReason', 'currency', 'description'] as const;

/** The command line that says the same as a completed draft. */
function blockWords(command: BlockCommand): (customer: CustomerRef, draft: EntryDraft) => readonly string[] {
  const name = blockFieldName(command);
  return (customer, draft) => [
    ...['blocks', command.purpose, ...customerWords(customer), draft.block ?? ''],
    ...order.flatMap((field) => (isSaid(draft, field) ? flagWords(name(field), draft[field]) : [])),
    ...(draft.metadata ?? []).flatMap((pair) => flagWords('--metadata', pair)),
  ];
}
