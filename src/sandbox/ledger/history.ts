// Separates the entries of a ledger into those of commands and those of due events.
import { type Block, type Entry, isDebtMove } from './model.ts';
import { isPayment } from './payment.ts';
import type { UsageKind } from './usage.ts';

export interface History {
  readonly currency: string;
  /** Oldest first. */
  readonly entries: readonly Entry[];
  /** In order of creation. */
  readonly blocks: readonly Block[];
  /** The usage behind the automatic deductions among the entries, by sequence number. */
  readonly usage: ReadonlyMap<number, UsageKind>;
}

/** The entries that one command wrote. */
export interface PastCommand {
  readonly first: Entry;
  readonly entries: readonly Entry[];
  /** The block that the command created: by a grant, a move of credits, a void or a debt. */
  readonly madeBlockId: string | null;
}

/** Entries of due events: a block enters the balance, lapses, or leaves its debt to another block. */
export interface OwnEntries {
  /** The entry of a type for a block; a block has at most one. */
  readonly find: (type: Entry['type'], blockId: string) => Entry | undefined;
}

/** Separates the entries of commands from the entries of due events. */
export function readHistory({ entries }: Pick<History, 'entries'>): {
  readonly commands: readonly PastCommand[];
  readonly own: OwnEntries;
  /** Blocks whose payment wrote an entry, and blocks whose credits had moved to such a block. */
  readonly paidLater: ReadonlySet<string>;
} {
  const made = new Set<string>();
  const commands: PastCommand[] = [];
  const own = new Map<string, Entry>();
  for (const group of groups(entries)) {
    const [first] = group;
    if (isOwn(first, made)) own.set(`${first.type} ${first.blockId}`, first);
    else commands.push({ first, entries: group, madeBlockId: madeBy(group, made) });
    for (const { blockId, newBlockId } of group) {
      made.add(blockId);
      if (newBlockId !== null) made.add(newBlockId);
    }
  }
  const find: OwnEntries['find'] = (type, blockId) => own.get(`${type} ${blockId}`);
  return { commands, own: { find }, paidLater: paidLaterIn(entries) };
}

function paidLaterIn(entries: readonly Entry[]): ReadonlySet<string> {
  const granted = new Set<string>();
  const paid = new Set<string>();
  for (const entry of entries) {
    if (granted.has(entry.blockId) && isPayment(entry)) paid.add(entry.blockId);
    if (entry.type === 'increment' || entry.newBlockId !== null)
      granted.add(entry.newBlockId ?? entry.blockId);
  }
  for (const { type, blockId, newBlockId } of [...entries].reverse())
    if (type === 'expiration_change' && newBlockId !== null && paid.has(newBlockId)) paid.add(blockId);
  return paid;
}

function* groups(entries: readonly Entry[]): Iterable<readonly [Entry, ...Entry[]]> {
  let group: [Entry, ...Entry[]] | undefined;
  for (const entry of entries) {
    if (entry.continues && group !== undefined) {
      group.push(entry);
      continue;
    }
    if (group !== undefined) yield group;
    group = [entry];
  }
  if (group !== undefined) yield group;
}

function isOwn(entry: Entry, made: ReadonlySet<string>): boolean {
  switch (entry.type) {
    case 'credit_block_expiry':
      return true;
    case 'expiration_change':
      return isDebtMove(entry);
    case 'increment':
      // A command creates its block. A later increment is a payment, which a request causes, or an activation.
      return made.has(entry.blockId) && !isPayment(entry);
    default:
      return false;
  }
}

function madeBy(group: readonly [Entry, ...Entry[]], made: ReadonlySet<string>): string | null {
  const named = group.find(({ blockId }) => !made.has(blockId));
  return group[0].newBlockId ?? named?.blockId ?? null;
}
