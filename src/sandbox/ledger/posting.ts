// Collects the entries, blocks and invoices of one change of a ledger, and its running totals.

import type { EntryType } from '../../credits/customer.ts';
import { type Amount, add, type Instant, isZero, wholeSeconds, zero } from '../../credits/exact.ts';
import type { Invoice } from './invoice.ts';
import type { Block, Entry } from './model.ts';

/** The running totals of a ledger; a customer has one ledger in each currency. */
export interface LedgerHead {
  readonly currency: string;
  /** The sum of the balances of the counted blocks. */
  readonly balance: Amount;
  /** The sequence number of the last entry; 0 before the first. */
  readonly sequence: number;
  /** When the last entry was created; `null` before the first. */
  readonly lastAt: Instant | null;
}

export function emptyHead(currency: string): LedgerHead {
  return { currency, balance: zero, sequence: 0, lastAt: null };
}

/** Generates ids; each call returns another id. */
export type FreshId = () => string;

/** The time of a change, and the source of new ids. */
export interface Clock {
  readonly now: Instant;
  readonly freshId: FreshId;
}

/**
 * The ledger's own time: whole seconds, and never before its last entry,
 * so that `created_at` does not decrease even if a clock is set back.
 */
export function ledgerTime(head: LedgerHead, now: Instant): Instant {
  return Math.max(wholeSeconds(now), head.lastAt ?? Number.NEGATIVE_INFINITY);
}

/** The part of an automatic deduction that its own block had credits for, or that a later block has taken over. */
export interface Covered {
  readonly sequence: number;
  readonly by: Amount;
}

/** The changes in one ledger, which the store writes unchanged. */
export interface Movement {
  readonly head: LedgerHead;
  readonly entries: readonly Entry[];
  /** In order of creation. */
  readonly created: readonly Block[];
  readonly changed: readonly Block[];
  readonly invoices: readonly Invoice[];
  /** The usage that is paid: by its own block, or by a block granted later. */
  readonly covered: readonly Covered[];
}

/** The facts of an entry that do not follow from its place in the ledger. */
export interface EntryFacts {
  readonly type: EntryType;
  readonly amount: Amount;
  readonly block: Block;
  /** The change of the ledger's balance by the entry; default: none. */
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

  /** Appends an entry dated `at`, or dated as the entry before it if that date is later. */
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

  /** Changes the starting balance of the next entry, because an earlier entry has grown. */
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

  /** Blocks that this posting created, in their current state. */
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
 * A block for a debt that no other block can carry: it never expires and may never hold credits.
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
