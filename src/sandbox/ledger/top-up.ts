// Buys credits automatically when a balance has fallen to a threshold.
import {
  type Amount,
  amount,
  compare,
  type Instant,
  isPositive,
  monthsLater,
  zero,
} from '../../credits/exact.ts';
import { invoiceTotal } from './invoice.ts';
import type { Block } from './model.ts';
import { type FreshId, type LedgerHead, type Movement, Posting } from './posting.ts';
import { raiseInvoice } from './purchase.ts';

export const expiryUnits = ['day', 'month'] as const;

/** contract: TopUp */
export interface TopUp {
  readonly id: string;
  readonly threshold: Amount;
  readonly amount: Amount;
  /** Money per credit, kept as the request wrote it. */
  readonly costBasis: string;
  /** How long the credits last; `null` means that they never expire. */
  readonly expiresAfter: { readonly count: number; readonly unit: (typeof expiryUnits)[number] } | null;
  readonly activeFrom: Instant;
  readonly autoCollection: boolean;
  /** Days from the invoice to its due date. */
  readonly netTerms: number;
  readonly memo: string | null;
  /** Whether the credits count only after their payment. */
  readonly requirePayment: boolean;
}

const dayLength = 86_400_000;

/**
 * When credits of a top-up expire. Model: counted from the moment of the top-up in whole days, or to the same day of a
 * later month, in UTC; Orb states neither the start of the count nor its zone.
 */
export function topUpExpiry({ expiresAfter }: TopUp, at: Instant): Instant | null {
  if (expiresAfter === null) return null;
  const { count, unit } = expiresAfter;
  return unit === 'day' ? at + count * dayLength : monthsLater(at, count);
}

/**
 * The active top-up of a ledger; `after` runs after every command and every due event.
 * Model: each run buys at most once, even if the balance is still at or below the threshold afterwards;
 * the next entry then makes the top-up buy again.
 */
export class Replenishment {
  readonly #topUp: TopUp;
  readonly #currency: string | null;
  readonly #awaited: Set<string>;

  /** @param awaited blocks of top-ups whose invoice is neither paid nor voided @param currency the customer's, ISO 4217 */
  constructor(topUp: TopUp, awaited: Iterable<string>, currency: string | null) {
    this.#topUp = topUp;
    this.#awaited = new Set(awaited);
    this.#currency = currency;
  }

  /**
   * Buys credits if the balance is at or below the threshold, unless earlier credits wait for their payment, even if
   * they lapsed, were voided or moved meanwhile (contract: NewTopUpInvoiceSettings).
   */
  after(posting: Posting, happenedAt: Instant): Block | undefined {
    const { balance, lastAt } = posting.head;
    const at = Math.max(happenedAt, lastAt ?? happenedAt);
    const { activeFrom, threshold } = this.#topUp;
    if (at < activeFrom || this.#awaited.size > 0 || compare(balance, threshold) > 0) return undefined;
    return this.#buy(posting, at);
  }

  #buy(posting: Posting, at: Instant): Block {
    const topUp = this.#topUp;
    const price = { quantity: topUp.amount, unitPrice: amount(topUp.costBasis) };
    // Model: credits that cost nothing wait for no payment, though they have an invoice.
    const isAwaited = topUp.requirePayment && isPositive(invoiceTotal(price, this.#currency));
    const block = posting.create({
      id: posting.freshId(),
      balance: topUp.amount,
      initial: topUp.amount,
      effectiveAt: at,
      expiresAt: topUpExpiry(topUp, at),
      costBasis: topUp.costBasis,
      status: isAwaited ? 'pending_payment' : 'active',
      counted: !isAwaited,
      filters: [],
      source: 'top_up',
      ceiling: topUp.amount,
    });
    if (isAwaited) this.#awaited.add(block.id);
    posting.write(at, {
      type: 'increment',
      amount: topUp.amount,
      effect: block.counted ? topUp.amount : zero,
      block,
      description: 'Top-up',
      invoiceId: this.#invoice(posting, block, at),
    });
    return block;
  }

  #invoice(posting: Posting, block: Block, at: Instant): string {
    const { netTerms, autoCollection, memo, requirePayment, id } = this.#topUp;
    const terms = {
      invoiceAt: at,
      dueAt: at + netTerms * dayLength,
      itemId: null,
      markAsPaid: false,
      autoCollection,
      memo,
      requirePayment,
    };
    return raiseInvoice(posting, { block, terms, currency: this.#currency, at, topUpId: id });
  }
}

/** The movement of a top-up without any other event: after the top-up is created or becomes active. */
export function topUpNow(
  head: LedgerHead,
  { replenishment, at }: { readonly replenishment: Replenishment; readonly at: Instant },
  freshId: FreshId,
): Movement {
  const posting = new Posting(head, freshId);
  replenishment.after(posting, at);
  return posting.movement();
}
