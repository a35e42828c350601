// Holds one sample ledger in memory: the ledger core decides on it, and its entries are written in portions.
import type { Instant } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import { type Account, type DueBlock, settleDue } from '../ledger/account.ts';
import { decide } from '../ledger/decide.ts';
import {
  type Block,
  type Command,
  deductionKey,
  type Entry,
  isDrawable,
  isRefusal,
  nextDueAt,
} from '../ledger/model.ts';
import { emptyHead, type FreshId, type LedgerHead, type Movement } from '../ledger/posting.ts';
import { insertBlock, updateBlock } from '../store/blocks.ts';
import { updateHead } from '../store/ledgers.ts';
import { insertEntries } from '../store/write-entries.ts';

interface Held {
  readonly key: string;
  block: Block;
  /** Whether the database has the block, perhaps in an older state. */
  isWritten: boolean;
  isChanged: boolean;
}

/** Only for loads without debts: a depleted block leaves the memory as soon as it is written. */
export class SeededAccount {
  head: LedgerHead;
  readonly #freshId: FreshId;
  /** Open blocks and unwritten blocks, in order of creation, which is the order of their rows. */
  #blocks = new Map<string, Held>();
  /** Blocks that hold credits, in deduction order. */
  #open: Held[] = [];
  #entries: Entry[] = [];

  constructor(currency: string, freshId: FreshId) {
    this.head = emptyHead(currency);
    this.#freshId = freshId;
  }

  /** The number of entries that are not written yet. */
  get unwritten(): number {
    return this.#entries.length;
  }

  /** The number of blocks that hold credits. */
  get openBlocks(): number {
    return this.#open.length;
  }

  get nextBlock(): Block | undefined {
    return this.#open[0]?.block;
  }

  /** Settles at most `most` due blocks; each of them adds one entry. */
  settle(until: Instant, most: number): void {
    // Deduction order equals the order of expiry as long as no block is limited to certain items.
    const due: DueBlock[] = [];
    for (const { block } of this.#open) {
      if ((nextDueAt(block) ?? Number.POSITIVE_INFINITY) > until) break;
      due.push({ block, ordinal: due.length });
    }
    if (due.length === 0) return;
    const first = { due: due.slice(0, most), until, replenishment: null };
    this.#apply(settleDue(this.head, first, this.#freshId));
  }

  do(command: Command, now: Instant): void {
    const decision = decide(this.#view(), command, { now, freshId: this.#freshId });
    if (isRefusal(decision)) throw new RangeError(`sample data was refused: ${decision.sentence}`);
    this.#apply(decision);
  }

  /** Writes everything that changed since the last write. Call it within `database.write`. */
  write(database: Database, ledger: number): void {
    for (const held of this.#blocks.values()) {
      if (!held.isWritten) insertBlock(database, { ledger, ordinal: null }, held.block);
      else if (held.isChanged) updateBlock(database, held.block);
    }
    insertEntries(database, ledger, this.#entries);
    updateHead(database, ledger, this.head);
    this.#entries = [];
    this.#blocks.clear();
    for (const held of this.#open) {
      held.isWritten = true;
      held.isChanged = false;
      this.#blocks.set(held.block.id, held);
    }
  }

  #apply(movement: Movement): void {
    for (const block of movement.created) {
      const held = { block, key: deductionKey(block), isWritten: false, isChanged: false };
      this.#blocks.set(block.id, held);
      if (isDrawable(block)) this.#open.splice(this.#placeOf(held.key), 0, held);
    }
    for (const block of movement.changed) {
      const held = this.#blocks.get(block.id);
      if (held === undefined) throw new RangeError(`block ${block.id} is not held`);
      held.block = block;
      held.isChanged = true;
      if (!isDrawable(block)) this.#open.splice(this.#open.indexOf(held), 1);
    }
    for (const entry of movement.entries) this.#entries.push(entry);
    this.head = movement.head;
  }

  /** The index after all open blocks that are drawn earlier, or have the same key and were created earlier. */
  #placeOf(key: string): number {
    const place = this.#open.findIndex((other) => other.key > key);
    return place === -1 ? this.#open.length : place;
  }

  #view(): Account {
    return {
      head: this.head,
      invoicingCurrency: null,
      addedUnits: () => [],
      block: (id) => this.#blocks.get(id)?.block,
      drawable: () => this.#open.map(({ block }) => block),
      lastInOrder: () => [],
      holdingCredits: () => [],
      lapsed: () => [],
      overage: () => [],
      replenishment: () => null,
    };
  }
}
