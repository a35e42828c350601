// Defines what a decision reads: one ledger with its blocks, loaded only on demand, after what is due is settled.
import { type Amount, type Instant, isNegative, negate, zero } from '../../credits/exact.ts';
import { currencyRefusal } from './currency.ts';
import { type Block, isExpired, nextDueAt, type Refusal, refuse } from './model.ts';
import { debtBlock, type FreshId, type LedgerHead, type Movement, Posting } from './posting.ts';
import type { Replenishment } from './top-up.ts';

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

/** An automatic deduction of which a part may be a debt. */
export interface Overage {
  readonly sequence: number;
  /** The block that carries the debt: the block drawn from, or the block that the debt was moved to. */
  readonly bearer: Block;
  /** The amount that no later block has taken over yet. */
  readonly amount: Amount;
  readonly itemId: string | null;
  readonly dayStartsAt: Instant;
}

/** The posting that a command writes to, and the time of the command. */
export interface Frame {
  readonly posting: Posting;
  /** The ledger's own time, see `ledgerTime`. */
  readonly at: Instant;
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

/** A block and its position in the order of creation, which also orders events that are due at one instant. */
export interface DueBlock {
  readonly block: Block;
  readonly ordinal: number;
}

/** The blocks to settle up to and including `until`. */
export interface Due {
  readonly due: readonly DueBlock[];
  readonly until: Instant;
  readonly replenishment: Replenishment | null;
}

/**
 * Settles blocks in the order of their due times, each followed by the top-up that it causes. Each entry is dated at
 * its due time, but never before the entry before it.
 */
export function settleDue(head: LedgerHead, due: Due, freshId: FreshId): Movement {
  const posting = new Posting(head, freshId);
  settleBlocks(posting, due);
  return posting.movement();
}

/** Appends the due events of these blocks to a posting. */
export function settleBlocks(posting: Posting, { due, until, replenishment }: Due): void {
  const queue = due.flatMap((block) => event(block, until)).sort(inOrder);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const settled = { ...next, block: settleOne(posting, next) };
    const bought = replenishment?.after(posting, next.at);
    const newest = bought === undefined ? [] : [{ block: bought, ordinal: Number.MAX_SAFE_INTEGER }];
    for (const later of [settled, ...newest].flatMap((block) => event(block, until))) {
      const place = queue.findIndex((other) => inOrder(other, later) > 0);
      queue.splice(place === -1 ? queue.length : place, 0, later);
    }
  }
}

interface DueEvent extends DueBlock {
  readonly at: Instant;
}

const inOrder = (a: DueEvent, b: DueEvent): number => a.at - b.at || a.ordinal - b.ordinal;

function event({ block, ordinal }: DueBlock, until: Instant): readonly DueEvent[] {
  const at = nextDueAt(block);
  return at !== null && at <= until ? [{ at, block, ordinal }] : [];
}

function settleOne(posting: Posting, { at, block }: DueEvent): Block {
  if (!isExpired(block, at)) return activate(posting, block);
  return isNegative(block.balance) ? carryDebtOver(posting, block, at) : expire(posting, block, at);
}

/**
 * Model: a block granted for a future date enters the balance by a second entry of type `increment`, dated at
 * the effective date; the entry that created the block left the balance unchanged (contract: increment).
 * A block that is empty or expired by then never enters the balance (`nextDueAt`).
 */
function activate(posting: Posting, block: Block): Block {
  posting.write(block.effectiveAt, {
    type: 'increment',
    amount: block.balance,
    effect: block.balance,
    block,
    description: 'Credits became effective',
  });
  return posting.change(block, { counted: true });
}

/** The remaining credits lapse and the balance drops by them, unless the block never counted (Orb docs: time zones). */
function expire(posting: Posting, block: Block, at: Instant): Block {
  posting.write(at, {
    type: 'credit_block_expiry',
    amount: block.balance,
    effect: block.counted ? negate(block.balance) : zero,
    block,
  });
  return posting.change(block, { balance: zero });
}

/** Model: a debt does not lapse with its block; the debt moves to a block that never expires, so that the total stays right. */
function carryDebtOver(posting: Posting, block: Block, at: Instant): Block {
  const debt = negate(block.balance);
  const bearer = debtBlock(posting.freshId(), { balance: block.balance, effectiveAt: block.effectiveAt });
  const moved = posting.create({ ...bearer, costBasis: block.costBasis, filters: block.filters });
  posting.write(at, {
    type: 'expiration_change',
    amount: debt,
    block,
    newBlockExpiresAt: null,
    newBlockId: moved.id,
    description: 'Debt of an expired block',
  });
  return posting.change(block, { balance: zero });
}
