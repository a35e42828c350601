// Turns the flags of the block commands into drafts and back, and checks which blocks fit a command.

import { dayBeginningAt, parseDate, readDate, startOfDay, zonedText } from '../credits/calendar.ts';
import {
  type CreatableEntryType,
  type CreditBlock,
  type CustomerRef,
  endOf,
  hasExpired,
} from '../credits/customer.ts';
import { compare, type Instant, isPositive } from '../credits/exact.ts';
import { flagArgs, shellText, usageErrorAt } from '../errors.ts';
import { type CustomerFlags, customerArgs, readCustomerArgument } from './command-args.ts';
import { type EntryDraft, type EntryField, entryFields, isFieldSet } from './entry-draft.ts';

/** Flags that all block commands take. */
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
  /** Fields whose flag differs from that of `ledger add`. */
  readonly names: Partial<Readonly<Record<EntryField, string>>>;
}

export const blockCommands = {
  expire: { purpose: 'expire', type: 'expiration_change', names: { targetExpires: '--on' } },
  extend: { purpose: 'extend', type: 'expiration_change', names: { targetExpires: '--to' } },
  void: { purpose: 'void', type: 'void', names: { voidReason: '--reason' } },
  amend: { purpose: 'amend', type: 'amendment', names: {} },
} as const satisfies Readonly<Record<string, BlockCommand>>;

/** Fields that only some block commands set. */
type Further = { readonly [Field in 'targetExpires' | 'voidReason']?: string | undefined };

/**
 * Reads a command line: customer, draft and problems. The result also has the functions that name a field and that
 * write the completed draft as a command line.
 */
export function blockEntry(
  command: BlockCommand,
  args: readonly string[],
  { flags, ...further }: { readonly flags: BlockFlags } & Further,
) {
  const { customer, rest, problems } = readCustomerArgument(args, flags, 1);
  const { amount, currency, description, metadata } = flags;
  const said = { block: rest[0], ...further, amount, currency, description, metadata };
  const known = Object.entries(said).filter(([, value]) => value !== undefined);
  const draft: EntryDraft = { type: command.type, ...Object.fromEntries(known) };
  const { purpose } = command;
  return { customer, draft, problems, purpose, nameOf: blockFieldName(command), argsOf: blockArgs(command) };
}

/** The name of a field in a problem: its flag, or `[block]`. */
function blockFieldName({ names }: BlockCommand): (field: EntryField) => string {
  return (field) => (field === 'block' ? '[block]' : (names[field] ?? entryFields[field].flag));
}

const order = ['amount', 'targetExpires', 'voidReason', 'currency', 'description'] as const;

/** Writes a completed draft as a command line. */
function blockArgs(command: BlockCommand): (customer: CustomerRef, draft: EntryDraft) => readonly string[] {
  const name = blockFieldName(command);
  return (customer, draft) => [
    ...['blocks', command.purpose, ...customerArgs(customer), draft.block ?? ''],
    ...order.flatMap((field) => (isFieldSet(draft, field) ? flagArgs(name(field), draft[field]) : [])),
    ...(draft.metadata ?? []).flatMap((pair) => flagArgs('--metadata', pair)),
  ];
}

/** `expire` and `extend` both create an expiration change, to an earlier and to a later day. */
export type BlockPurpose = 'change-expiry' | 'expire' | 'extend' | 'void' | 'amend' | 'delete';

/** The purpose of the block that `ledger add` names; `undefined` for entry types without a block. */
export function purposeOf(type: CreatableEntryType): BlockPurpose | undefined {
  if (type === 'expiration_change') return 'change-expiry';
  if (type === 'void') return 'void';
  return type === 'amendment' ? 'amend' : undefined;
}

/** Whether a block is worth offering for a purpose. */
export function fits(block: CreditBlock, purpose: BlockPurpose, now: Instant): boolean {
  if (purpose === 'delete') return true;
  const { balance, maximum_initial_balance: initial } = block;
  if (hasExpired(block, now)) return false;
  if (purpose === 'amend') return initial !== null && compare(balance, initial) < 0;
  return isPositive(balance) && (purpose !== 'extend' || endOf(block) !== undefined);
}

/** The customer, the time and the purpose for which a block is chosen. */
export interface BlockContext {
  readonly purpose: BlockPurpose;
  readonly customer: CustomerRef;
  readonly now: Instant;
  /** The customer's IANA time zone. */
  readonly zone: string;
}

/**
 * Completes the draft from its block: a void without an amount takes all credits left in the block.
 * Throws a `usage` error where the block contradicts the command, such as an extension to an earlier day.
 */
export function applyBlockRules(draft: EntryDraft, block: CreditBlock, context: BlockContext): EntryDraft {
  switch (context.purpose) {
    case 'extend':
      checkExtension(draft, block, context);
      return draft;
    case 'expire':
      checkEnding(draft, block, context);
      return draft;
    case 'void':
      return draft.amount === undefined ? { ...draft, amount: allThatIsLeft(block) } : draft;
    default:
      return draft;
  }
}

function checkExtension(draft: EntryDraft, block: CreditBlock, context: BlockContext): void {
  const end = endOf(block);
  const { id } = block;
  if (end === undefined) {
    const problem = `${id} never expires, so it cannot be extended`;
    throw usageErrorAt('[block]', problem, [
      `To give it an expiry: ${lineFor('expire', { ...draft, block: id, targetExpires: '<date>' }, context)}`,
    ]);
  }
  const target = targetOf(draft, context);
  if (target === undefined || target.at > end) return;
  const current = `the current expiry of block ${id}, ${dayText(end, context)}`;
  if (target.at === end) throw usageErrorAt('--to', `${target.day} is already ${current}`);
  const problem = `${target.day} is not later than ${current}. To end it earlier, use blocks expire`;
  throw usageErrorAt('--to', problem, [
    lineFor('expire', { ...draft, block: id, targetExpires: target.day }, context),
  ]);
}

function checkEnding(draft: EntryDraft, block: CreditBlock, context: BlockContext): void {
  const end = endOf(block);
  const target = targetOf(draft, context);
  if (end === undefined || target === undefined || target.at <= end) return;
  const problem = `${target.day} is later than the current expiry of block ${block.id}, ${dayText(end, context)}. To end it later, use blocks extend`;
  throw usageErrorAt('--on', problem, [
    lineFor('extend', { ...draft, block: block.id, targetExpires: target.day }, context),
  ]);
}

/** Throws a `usage` error that asks for an amount if the block has no credits left. */
function allThatIsLeft({ id, balance, maximum_initial_balance: initial }: CreditBlock): string {
  if (isPositive(balance)) return balance;
  const upTo =
    initial === null || !isPositive(initial)
      ? ''
      : ` (at most ${initial}, less what was voided or moved before)`;
  const problem = `is missing: block ${id} has nothing left. To void used credits, set an amount${upTo}`;
  throw usageErrorAt('--amount', problem);
}

interface Target {
  readonly day: string;
  readonly at: Instant;
}

/** The target day and its first instant; `undefined` if the day is missing or invalid, which `entryBody` reports. */
function targetOf({ targetExpires }: EntryDraft, { now, zone }: BlockContext): Target | undefined {
  if (targetExpires === undefined) return undefined;
  const reading = readDate(targetExpires, now, zone);
  const day = reading.kind === 'date' ? reading.date : parseDate(targetExpires.trim());
  return day === undefined ? undefined : { day, at: startOfDay(day, zone) };
}

function dayText(at: Instant, { zone }: BlockContext): string {
  const day = dayBeginningAt(at, zone);
  return day === undefined ? zonedText(at, zone) : `at the start of ${day} (${zone})`;
}

/** The command line that expires or extends the block instead. */
const lineFor = (verb: 'expire' | 'extend', draft: EntryDraft, { customer }: BlockContext): string =>
  shellText(['creditctl', ...blockArgs(blockCommands[verb])(customer, draft)]);
