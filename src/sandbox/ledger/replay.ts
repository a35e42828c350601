// Deletes a block from a ledger's past: repeats every command at its time, except commands that create or name the block.
import {
  type Amount,
  type Instant,
  isPositive,
  isZero,
  smaller,
  subtract,
  sum,
  zero,
} from '../../credits/exact.ts';
import { amendment } from './amendment.ts';
import { decrement } from './decrement.ts';
import { expirationChange } from './expiration-change.ts';
import { type History, type OwnEntries, type PastCommand, readHistory } from './history.ts';
import { LedgerInMemory } from './ledger-in-memory.ts';
import type { Block, Entry } from './model.ts';
import { coverOverage } from './overage.ts';
import { becomePaid } from './payment.ts';
import { type Clock, ledgerTime, type Movement, Posting } from './posting.ts';
import { deduct, type UsageEntry, type UsageKind } from './usage.ts';
import { voidBlock } from './void-block.ts';

/**
 * Repeats every command of a ledger at its time, except commands that create or name the block.
 * Model: contract: DELETE /credit_blocks only says that usage is replayed onto other blocks.
 * - a decrement takes the same amount again, in deduction order, and may end in debt or in other blocks' debt;
 * - usage is reported again by its own rule; all growth of an entry is reported at once when the entry was created;
 * - a void, amendment or change of expiry of the block disappears, and so do the blocks it created and commands that
 *   name those; the block that a void or a change of expiry created is deleted by undoing that void or change;
 * - such a command on another block is kept as far as that block can still bear it, and disappears if it cannot;
 * - a payment is repeated at its time;
 * - a grant takes over the overage of the replayed ledger;
 * - past top-ups stay, and none is added in the past;
 * - entries keep their ids, times, descriptions and metadata; numbers and balances are computed anew.
 */
export function replayWithout(history: History, blockId: string, { now, freshId }: Clock): LedgerInMemory {
  const { commands, own, paidLater } = readHistory(history);
  const facts = new Map(history.blocks.map((block) => [block.id, block]));
  facts.delete(blockId);
  const ledger = new LedgerInMemory(history.currency);
  const usage = new ReplayedUsage(history.usage, ledger);
  const settle = (until: Instant): void => {
    for (const movement of ledger.due(until, freshId)) {
      const old = (entry: Entry) => own.find(entry.type, entry.blockId);
      ledger.apply(renamed(movement, { old, madeBlockId: (entry) => kept(old(entry)?.newBlockId, facts) }));
    }
  };
  for (const command of commands) {
    settle(command.first.createdAt);
    const posting = new Posting(ledger.head, freshId);
    if (namesOnlyKnown(command, facts)) repeat(command, { ledger, posting, facts, usage, own, paidLater });
    const { entries } = command;
    const old = (_: Entry, index: number) => entries[index];
    const madeBlockId = () => kept(command.madeBlockId, facts);
    const movement = renamed(posting.movement(), { old, madeBlockId });
    ledger.apply(movement, usage.kindOf(command));
    usage.remember(command, movement.entries);
  }
  settle(ledgerTime(ledger.head, now));
  payEmptyBlocks(ledger, facts, { now, freshId });
  return ledger;
}

/** Marks paid blocks without credits as active: their payment wrote no entry that could be repeated. */
function payEmptyBlocks(ledger: LedgerInMemory, facts: Facts, { now, freshId }: Clock): void {
  const posting = new Posting(ledger.head, freshId);
  for (const block of ledger.blocks)
    if (
      block.status === 'pending_payment' &&
      isZero(block.balance) &&
      facts.get(block.id)?.status === 'active'
    )
      becomePaid(posting, block, now);
  ledger.apply(posting.movement());
}

type Facts = ReadonlyMap<string, Block>;

/** An id if it may be used again; the id of the deleted block, or of a block deleted with it, may not. */
function kept(id: string | null | undefined, facts: Facts): string | undefined {
  return id !== null && id !== undefined && facts.has(id) ? id : undefined;
}

/** Whether the blocks that a command names and creates still exist. A decrement names no block, so it always stays. */
function namesOnlyKnown({ first }: PastCommand, facts: Facts): boolean {
  if (first.type === 'decrement') return true;
  return facts.has(first.blockId) && (first.newBlockId === null || facts.has(first.newBlockId));
}

interface Scene {
  readonly ledger: LedgerInMemory;
  readonly posting: Posting;
  readonly facts: Facts;
  readonly usage: ReplayedUsage;
  readonly own: OwnEntries;
  readonly paidLater: ReadonlySet<string>;
}

function repeat(command: PastCommand, scene: Scene): void {
  const { first, entries } = command;
  const { ledger, posting } = scene;
  const frame = { posting, at: first.createdAt };
  const said = { description: first.description, metadata: first.metadata };
  if (first.type === 'increment') {
    const paid = ledger.block(first.blockId);
    if (paid === undefined) grantAgain(first, scene);
    else if (paid.status === 'pending_payment') becomePaid(posting, paid, first.createdAt);
    return;
  }
  if (first.type === 'decrement') {
    if (scene.usage.repeat(command, posting)) return;
    const amount = sum(entries.map((entry) => entry.amount));
    decrement(ledger.account(), { ...said, type: 'decrement', amount }, frame);
    return;
  }
  const block = ledger.block(first.blockId);
  const amount = block === undefined ? zero : bearable(first, block);
  if (block === undefined || !isPositive(amount)) return;
  const named = { ...said, amount, blockId: block.id };
  switch (first.type) {
    case 'expiration_change': {
      const startsAt = first.newBlockExpiresAt ?? first.createdAt;
      // The first decision already checked that the target is late enough.
      const target = { startsAt, endsAt: Number.MAX_SAFE_INTEGER };
      expirationChange(ledger.account(), { ...named, type: first.type, expiresAt: null, target }, frame);
      return;
    }
    case 'void_initiated':
      voidBlock(ledger.account(), { ...named, type: 'void', reason: first.voidReason }, frame);
      return;
    case 'amendment':
      amendment(ledger.account(), { ...named, type: 'amendment' }, frame);
  }
}

/** The requested amount of an entry, limited to the room or the credits that the block has now. */
function bearable(entry: Entry, block: Block): Amount {
  switch (entry.type) {
    case 'expiration_change':
      return smaller(entry.amount, block.balance);
    case 'void_initiated':
      return smaller(entry.voidAmount ?? entry.amount, block.ceiling);
    default:
      return smaller(entry.amount, subtract(block.ceiling, block.balance));
  }
}

/** Grants a block again in its first state; the balance of its entry shows whether the block counted then. */
function grantAgain(entry: Entry, { ledger, posting, facts, own, paidLater }: Scene): void {
  const known = facts.get(entry.blockId);
  if (known === undefined) return;
  const counted = entry.starting !== entry.ending;
  const fresh = { balance: entry.amount, initial: entry.amount, ceiling: entry.amount };
  // Credits that the customer's money balance paid for have an activation entry, but no payment entry.
  const began = known.effectiveAt > entry.createdAt || own.find('increment', known.id) !== undefined;
  const waited = !counted && (paidLater.has(known.id) || !began);
  const status = waited ? 'pending_payment' : known.status;
  const block = posting.create({ ...known, ...fresh, counted, status });
  posting.write(entry.createdAt, {
    type: 'increment',
    amount: entry.amount,
    effect: counted ? entry.amount : zero,
    block,
    description: entry.description,
    metadata: entry.metadata,
    invoiceId: entry.invoiceId,
  });
  coverOverage(ledger.account(), block, { posting, at: entry.createdAt });
}

/** The former entries and block ids of a movement. */
interface FormerIds {
  readonly old: (entry: Entry, index: number) => Entry | undefined;
  /** The former id of the block that an entry made, if that may be used again. */
  readonly madeBlockId: (entry: Entry) => string | undefined;
}

/** A movement under the ids that its entries and blocks had before the replay, so that a client finds them again. */
function renamed(movement: Movement, { old, madeBlockId }: FormerIds): Movement {
  const created = new Set(movement.created.map(({ id }) => id));
  const names = new Map<string, string>();
  for (const entry of movement.entries) {
    const made = created.has(entry.blockId) ? entry.blockId : entry.newBlockId;
    const former = made === null || names.has(made) ? undefined : madeBlockId(entry);
    if (made !== null && former !== undefined) names.set(made, former);
  }
  const name = (id: string): string => names.get(id) ?? id;
  return {
    ...movement,
    entries: movement.entries.map((entry, index) => ({
      ...entry,
      id: old(entry, index)?.id ?? entry.id,
      blockId: name(entry.blockId),
      newBlockId: entry.newBlockId === null ? null : name(entry.newBlockId),
    })),
    created: movement.created.map((block) => ({ ...block, id: name(block.id) })),
  };
}

class ReplayedUsage {
  readonly #past: ReadonlyMap<number, UsageKind>;
  readonly #ledger: LedgerInMemory;
  readonly #last = new Map<string, UsageEntry>();

  /** @param past the usage of the history, by former sequence number */
  constructor(past: ReadonlyMap<number, UsageKind>, ledger: LedgerInMemory) {
    this.#past = past;
    this.#ledger = ledger;
  }

  kindOf({ first }: PastCommand): UsageKind | undefined {
    return this.#past.get(first.sequence);
  }

  /** Reports the usage of a command again; `false` if the command reported none. */
  repeat(command: PastCommand, posting: Posting): boolean {
    const { first, entries } = command;
    const kind = this.kindOf(command);
    if (kind === undefined) return false;
    const usage = { ...kind, amount: sum(entries.map(({ amount }) => amount)) };
    const earlier = (blockId: string) => this.#last.get(place(blockId, kind));
    const frame = { posting, at: first.createdAt };
    for (const growth of deduct(this.#ledger.account(), { usage, earlier }, frame).grown)
      this.#ledger.grow(growth);
    return true;
  }

  /** Keeps the replayed entries of a command for later usage of their kind. */
  remember(command: PastCommand, entries: readonly Entry[]): void {
    const kind = this.kindOf(command);
    if (kind === undefined) return;
    for (const { sequence, createdAt, blockId } of entries)
      this.#last.set(place(blockId, kind), { sequence, createdAt });
  }
}

const place = (blockId: string, { priceId, invoiceId, day }: UsageKind): string =>
  JSON.stringify([blockId, priceId, invoiceId, day]);
