// Defines what a decision reads and writes: the head of one ledger, its blocks, loaded only on demand, and the posting.

import type { EntryType } from '../../credits/customer.ts';
import { type Amount, add, type Instant, isZero, wholeSeconds, zero } from '../../credits/exact.ts';
import { currencyRefusal } from './currency.ts';
import type { Invoice } from './invoice.ts';
import { type Block, type Entry, type Refusal, refuse } from './model.ts';
import type { Covered, Overage } from './overage.ts';
import type { Replenishment } from './top-up.ts';

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

/** The view of one ledger that a command is decided on. Everything due by then is settled. */
export interface Account {
  readonly head: LedgerHead;
  /** The customer's invoicing currency, ISO 4217. */
  readonly invoicingCurrency: string | null;
  /** The pricing units that an operator added to the account. */
  readonly addedUnits: () => readonly string[];
  /** A block of this ledger by its id; `other-currency` for a block in another ledger of the customer. */
  readonly block: (id: string) => Block | 'other-currency' | undefined;
  /** Drawable blocks in deduction order, loaded only as far as the caller iterates. */
  readonly drawable: () => Iterable<Block>;
  /**
   * Counted blocks that have not expired at an instant, whatever their balance, in reverse deduction order.
   * Loaded only as far as the caller iterates.
   */
  readonly lastInOrder: (at: Instant) => Iterable<Block>;
  /** Up to two blocks that hold credits and expire at that instant (`null`: never). */
  readonly holdingCredits: (expiresAt: Instant | null) => readonly Block[];
  /** Expiries with an entry after an instant by which credits left the balance, the newest first. */
  readonly lapsed: (since: Instant) => Iterable<Lapse>;
  /** Usage of days that begin after an instant, carried by blocks in debt; the oldest first. */
  readonly overage: (since: Instant) => Iterable<Overage>;
  /** The active top-up of the ledger; `null` if it has none. */
  readonly replenishment: () => Replenishment | null;
}

/** Credits that lapsed when their block expired. */
export interface Lapse {
  /** The sequence number of the block's expiry entry. */
  readonly sequence: number;
  readonly block: Block;
  readonly amount: Amount;
}

/** The refusal if an account cannot hold its currency. */
export function wrongCurrency({ head, addedUnits, invoicingCurrency }: Account): Refusal | undefined {
  const isOpen = head.sequence > 0;
  return currencyRefusal({ name: head.currency, isOpen, addedUnits, invoicing: invoicingCurrency });
}

/** The block of this ledger with that id; the block of another customer is refused like one that does not exist. */
export function namedBlock(account: Account, id: string): Block | Refusal {
  const block = account.block(id);
  if (block === undefined) {
    return refuse('block-unknown', `Could not find a resource of type CreditBlock with identifier: ${id}.`);
  }
  if (block === 'other-currency') {
    return refuse(
      'block-of-other-currency',
      `Credit block ${id} is not denominated in ${account.head.currency}.`,
    );
  }
  return block;
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

/** The changes in one ledger, which the store writes unchanged. */
export interface Movement {
  readonly head: LedgerHead;
  readonly entries: readonly Entry[];
  /** In order of creation. */
  readonly created: readonly Block[];
  readonly changed: readonly Block[];
  readonly invoices: readonly Invoice[];
  /** The earlier usage that a block granted later takes over. */
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

  /** A block with the changes of this posting; `undefined` if the posting did not change the block. */
  touched(id: string): Block | undefined {
    return this.#blocks.get(id)?.block;
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

/** The posting that a command writes to, and the time of the command. */
export interface Frame {
  readonly posting: Posting;
  /** The ledger's own time, see `ledgerTime`. */
  readonly at: Instant;
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
