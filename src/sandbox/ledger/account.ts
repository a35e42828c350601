// What a decision looks at: the head of one ledger, and the blocks it needs, fetched only when it asks for them.
import { type Amount, zero } from '../../credits/amount.ts';
import type { Instant } from '../../credits/instant.ts';
import type { Block } from './block.ts';
import type { Denomination } from './currency.ts';
import type { Overage } from './overage.ts';
import type { Replenishment } from './top-up.ts';

/** The running facts of a ledger: one per customer and currency. */
export interface LedgerHead {
  readonly currency: string;
  /** The sum of the counted blocks. */
  readonly balance: Amount;
  /** Of the last entry; 0 before the first. */
  readonly sequence: number;
  /** When the last entry was created; `null` before the first. */
  readonly lastAt: Instant | null;
}

export function emptyHead(currency: string): LedgerHead {
  return { currency, balance: zero, sequence: 0, lastAt: null };
}

/** The view of one ledger that a command is decided on. What was due by then has been settled. */
export interface Account {
  readonly head: LedgerHead;
  /** The customer's invoicing currency, ISO 4217. */
  readonly invoicingCurrency: string | null;
  /** The pricing units that were added to the account. */
  readonly addedUnits: () => readonly string[];
  /** A block by its id: of this ledger, of another ledger of the same customer, or unknown to the customer. */
  readonly block: (id: string) => Block | 'other-currency' | undefined;
  /** Drawable blocks in deduction order, read only as far as they are asked for. */
  readonly drawable: () => Iterable<Block>;
  /**
   * Counted blocks that have not expired by then, whatever their balance: the last one in deduction order first,
   * read only as far as they are asked for.
   */
  readonly lastInOrder: (at: Instant) => Iterable<Block>;
  /** Up to two blocks that hold credits and expire at that instant (`null`: never). */
  readonly holdingCredits: (expiresAt: Instant | null) => readonly Block[];
  /** Expiries told after an instant, the newest first, and only those by which credits left the balance. */
  readonly lapsed: (since: Instant) => Iterable<Lapse>;
  /** Usage of days that begin after an instant, borne by blocks in debt; the oldest first. */
  readonly overage: (since: Instant) => Iterable<Overage>;
  /** The top-up of the ledger at work; `null` if it has none. */
  readonly replenishment: () => Replenishment | null;
}

/** Credits that lapsed when their block expired. */
export interface Lapse {
  /** Of the entry that tells it. */
  readonly sequence: number;
  readonly block: Block;
  readonly amount: Amount;
}

/** The currency of an account, as the rules on currencies look at it. */
export function denomination({ head, addedUnits, invoicingCurrency }: Account): Denomination {
  return { name: head.currency, isOpen: head.sequence > 0, addedUnits, invoicing: invoicingCurrency };
}

/** Where new ids come from; each call answers another one. */
export type FreshId = () => string;

/** What a change needs besides what it changes. */
export interface Clock {
  readonly now: Instant;
  readonly freshId: FreshId;
}

/**
 * The time that a ledger goes by: whole seconds, and never before its last entry,
 * so that `created_at` does not decrease even if a clock is set back.
 */
export function ledgerTime(head: LedgerHead, now: Instant): Instant {
  return Math.max(wholeSeconds(now), head.lastAt ?? Number.NEGATIVE_INFINITY);
}

/** An instant without its fraction of a second. */
export function wholeSeconds(at: Instant): Instant {
  return Math.floor(at / 1000) * 1000;
}
