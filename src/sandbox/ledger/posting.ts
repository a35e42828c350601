// The draft of a decision: entries and block changes as they accumulate, each entry starting where the last one ended.
import { type Amount, add, isZero, zero } from '../../credits/amount.ts';
import type { EntryType } from '../../credits/entry.ts';
import type { Instant } from '../../credits/instant.ts';
import type { FreshId, LedgerHead } from './account.ts';
import type { Block } from './block.ts';
import type { Entry } from './entry.ts';
import type { Invoice } from './invoice.ts';
import type { Covered } from './overage.ts';

/** What changed in one ledger; the store writes it as it is. */
export interface Movement {
  readonly head: LedgerHead;
  readonly entries: readonly Entry[];
  /** In order of creation. */
  readonly created: readonly Block[];
  readonly changed: readonly Block[];
  readonly invoices: readonly Invoice[];
  /** What a block granted later takes over of earlier usage. */
  readonly covered: readonly Covered[];
}

/** What an entry says beyond what follows from its place in the ledger. */
export interface EntryFacts {
  readonly type: EntryType;
  readonly amount: Amount;
  readonly block: Block;
  /** What the entry does to the ledger's balance; nothing if left out. */
  readonly effect?: Amount;
  readonly description?: string | null;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly newBlockExpiresAt?: Instant | null;
  readonly newBlockId?: string;
  readonly continues?: boolean;
  readonly voidAmount?: Amount;
  readonly voidReason?: string | null;
  readonly invoiceId?: string | null;
}

export class Posting {
  readonly freshId: FreshId;
  #head: LedgerHead;
  readonly #entries: Entry[] = [];
  readonly #invoices: Invoice[] = [];
  readonly #covered: Covered[] = [];
  readonly #blocks = new Map<string, { readonly block: Block; readonly isNew: boolean }>();

  constructor(head: LedgerHead, freshId: FreshId) {
    this.#head = head;
    this.freshId = freshId;
  }

  /** Appends an entry dated `at`, or as the entry before it if that one is later. */
  write(at: Instant, facts: EntryFacts): Entry {
    const { balance, sequence, lastAt } = this.#head;
    const createdAt = Math.max(at, lastAt ?? at);
    const ending = facts.effect === undefined || isZero(facts.effect) ? balance : add(balance, facts.effect);
    const entry: Entry = {
      id: this.freshId(),
      sequence: sequence + 1,
      type: facts.type,
      amount: facts.amount,
      starting: balance,
      ending,
      createdAt,
      description: facts.description ?? null,
      metadata: facts.metadata ?? {},
      blockId: facts.block.id,
      newBlockExpiresAt: facts.newBlockExpiresAt ?? null,
      newBlockId: facts.newBlockId ?? null,
      continues: facts.continues ?? false,
      voidAmount: facts.voidAmount ?? null,
      voidReason: facts.voidReason ?? null,
      invoiceId: facts.invoiceId ?? null,
    };
    this.#entries.push(entry);
    this.#head = { ...this.#head, balance: ending, sequence: entry.sequence, lastAt: createdAt };
    return entry;
  }

  /** Moves the balance that the next entry starts at, where an earlier entry has grown. */
  shift(by: Amount): void {
    this.#head = { ...this.#head, balance: add(this.#head.balance, by) };
  }

  create(block: Block): Block {
    this.#blocks.set(block.id, { block, isNew: true });
    return block;
  }

  change(block: Block, changes: Partial<Block>): Block {
    const changed = { ...block, ...changes };
    this.#blocks.set(block.id, { block: changed, isNew: this.#blocks.get(block.id)?.isNew ?? false });
    return changed;
  }

  raise(invoice: Invoice): void {
    this.#invoices.push(invoice);
  }

  cover(covered: Covered): void {
    this.#covered.push(covered);
  }

  get head(): LedgerHead {
    return this.#head;
  }

  /** A block as this posting has left it; `undefined` if it has not touched it. */
  touched(id: string): Block | undefined {
    return this.#blocks.get(id)?.block;
  }

  /** Blocks created so far, as they are now. */
  get created(): readonly Block[] {
    return [...this.#blocks.values()].filter(({ isNew }) => isNew).map(({ block }) => block);
  }

  movement(): Movement {
    const changed = [...this.#blocks.values()].filter(({ isNew }) => !isNew).map(({ block }) => block);
    return {
      head: this.#head,
      entries: this.#entries,
      created: this.created,
      changed,
      invoices: this.#invoices,
      covered: this.#covered,
    };
  }
}

/**
 * A block to carry a debt that no other block can: it never expires and may never hold credits.
 * Model: Orb does not say where a debt goes when there is no block (a choice of ours, see docs/embedded-ledger.md).
 */
export function debtBlock(
  id: string,
  debt: { readonly balance: Amount; readonly effectiveAt: Instant },
): Block {
  return {
    id,
    balance: debt.balance,
    initial: zero,
    effectiveAt: debt.effectiveAt,
    expiresAt: null,
    costBasis: null,
    status: 'active',
    counted: true,
    filters: [],
    source: 'manual',
    ceiling: zero,
  };
}
