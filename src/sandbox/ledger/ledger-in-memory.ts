// Holds a ledger in memory during a replay: movements are applied to it, and commands are decided on it.

import { type Amount, add, type Instant, subtract, zero } from '../../credits/exact.ts';
import { type Account, type Lapse, type Overage, settleDue } from './account.ts';
import {
  type Block,
  deductionKey,
  type Entry,
  filteredKind,
  isDebtMove,
  isDrawable,
  isExpired,
  keysOutlasting,
  nextDueAt,
  unfilteredKind,
} from './model.ts';
import { OrderedBlocks } from './ordered-blocks.ts';
import { emptyHead, type FreshId, type LedgerHead, type Movement } from './posting.ts';
import { type Growth, grownBy, type UsageKind } from './usage.ts';

/** The usage behind an automatic deduction of the ledger. */
export interface KeptUsage {
  readonly kind: UsageKind;
  /** The block that carries the debt of the deduction, if any. */
  readonly bearerId: string;
  /** The amount that the block itself had credits for, or that later blocks have taken over. */
  readonly covered: Amount;
}

export class LedgerInMemory {
  head: LedgerHead;
  readonly entries: Entry[] = [];
  /** Usage by the sequence number of its entry, in order. */
  readonly usage = new Map<number, KeptUsage>();
  /** In order of creation. */
  readonly #blocks = new Map<string, { readonly index: number; readonly block: Block }>();
  readonly #drawable = new OrderedBlocks((block) => (isDrawable(block) ? deductionKey(block) : null));
  readonly #counted = new OrderedBlocks((block) => (block.counted ? deductionKey(block) : null));
  readonly #due = new OrderedBlocks(nextDueAt);

  constructor(currency: string) {
    this.head = emptyHead(currency);
  }

  get blocks(): readonly Block[] {
    return [...this.#blocks.values()].map(({ block }) => block);
  }

  block(id: string): Block | undefined {
    return this.#blocks.get(id)?.block;
  }

  /** @param kind the usage behind the movement, if its entries are automatic deductions */
  apply({ head, entries, created, changed, covered }: Movement, kind?: UsageKind): void {
    for (const block of [...changed, ...created]) this.#put(block);
    this.entries.push(...entries);
    this.head = head;
    if (kind !== undefined)
      for (const { sequence, blockId } of entries)
        this.usage.set(sequence, { kind, bearerId: blockId, covered: zero });
    for (const { sequence, by } of covered) {
      const kept = this.usage.get(sequence);
      if (kept !== undefined) this.usage.set(sequence, { ...kept, covered: add(kept.covered, by) });
    }
    for (const entry of entries.filter(isDebtMove)) this.#moveDebt(entry);
  }

  /** Raises the amount of an entry; the movement of the same command changes the head. */
  grow(growth: Growth): void {
    for (let index = growth.sequence - 1; index < this.entries.length; index += 1) {
      const entry = this.entries[index];
      if (entry !== undefined) this.entries[index] = grownBy(entry, growth);
    }
  }

  /** The due events up to an instant, one movement at a time; the caller applies each before it asks for the next. */
  *due(until: Instant, freshId: FreshId): Iterable<Movement> {
    for (let first = this.#firstDue(until); first !== undefined; first = this.#firstDue(until)) {
      // One block at a time, because a block that becomes effective may expire before the next block is due.
      const due = [{ block: first, ordinal: 0 }];
      const what = { due, until: nextDueAt(first) ?? until, replenishment: null };
      yield settleDue(this.head, what, freshId);
    }
  }

  account(): Account {
    return {
      head: this.head,
      // A replay repeats decisions that already checked the currency.
      invoicingCurrency: null,
      addedUnits: () => [],
      block: (id) => this.block(id),
      drawable: () => this.#drawableBlocks(),
      lastInOrder: (at) => this.#lastBlocks(at),
      holdingCredits: () => [],
      lapsed: (since) => this.#lapses(since),
      overage: (since) => this.#overages(since),
      // The replay repeats past top-ups as they were, and adds none in the past.
      replenishment: () => null,
    };
  }

  #moveDebt({ blockId, newBlockId }: Entry): void {
    if (newBlockId === null) return;
    for (const [sequence, kept] of this.usage)
      if (kept.bearerId === blockId) this.usage.set(sequence, { ...kept, bearerId: newBlockId });
  }

  *#lapses(since: Instant): Iterable<Lapse> {
    for (let index = this.entries.length - 1; index >= 0; index -= 1) {
      const entry = this.entries[index];
      if (entry === undefined || entry.createdAt <= since) return;
      const block = entry.type === 'credit_block_expiry' ? this.block(entry.blockId) : undefined;
      if (block?.counted === true) yield { sequence: entry.sequence, block, amount: entry.amount };
    }
  }

  *#overages(since: Instant): Iterable<Overage> {
    for (const [sequence, { kind, bearerId, covered }] of this.usage) {
      const bearer = this.block(bearerId);
      const entry = this.entries[sequence - 1];
      if (bearer === undefined || entry === undefined || kind.dayStartsAt <= since) continue;
      const { itemId, dayStartsAt } = kind;
      yield { sequence, bearer, amount: subtract(entry.amount, covered), itemId, dayStartsAt };
    }
  }

  #put(block: Block): void {
    const known = this.#blocks.get(block.id);
    const index = known?.index ?? this.#blocks.size;
    this.#blocks.set(block.id, { index, block });
    for (const order of [this.#drawable, this.#counted, this.#due]) order.put(index, block, known?.block);
  }

  #firstDue(until: Instant): Block | undefined {
    const block = this.#named(this.#due.at(0));
    const at = block === undefined ? null : nextDueAt(block);
    return at !== null && at <= until ? block : undefined;
  }

  *#drawableBlocks(): Iterable<Block> {
    for (let position = 0; position < this.#drawable.size; position += 1) {
      const block = this.#named(this.#drawable.at(position));
      if (block !== undefined) yield block;
    }
  }

  *#lastBlocks(at: Instant): Iterable<Block> {
    for (const kind of [unfilteredKind, filteredKind]) {
      const { first, beyond } = keysOutlasting(at, kind);
      const lowest = this.#counted.countBelow(first);
      for (let position = this.#counted.countBelow(beyond) - 1; position >= lowest; position -= 1) {
        const block = this.#named(this.#counted.at(position));
        if (block !== undefined && !isExpired(block, at)) yield block;
      }
    }
  }

  #named(id: string | undefined): Block | undefined {
    return id === undefined ? undefined : this.block(id);
  }
}
