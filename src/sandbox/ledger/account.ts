// Defines what a decision reads: one ledger with its blocks, loaded only on demand.

import type { Amount, Instant } from '../../credits/exact.ts';
import { currencyRefusal } from './currency.ts';
import { type Block, type Refusal, refuse } from './model.ts';
import type { LedgerHead, Posting } from './posting.ts';
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
