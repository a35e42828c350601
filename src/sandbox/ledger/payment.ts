// Activates the credits that waited for a payment.
import { type Instant, isPositive } from '../../credits/exact.ts';
import type { Block, Entry } from './model.ts';
import { type FreshId, type LedgerHead, type Movement, Posting } from './posting.ts';
import type { Replenishment } from './top-up.ts';

const description = 'Credits were paid for';

/** Whether a payment wrote an entry. The entry's block must have existed before the entry. */
export const isPayment = (entry: Entry): boolean =>
  entry.type === 'increment' && entry.description === description;

/**
 * Activates credits because their invoice is paid (contract: require_successful_payment).
 * @param blocks that wait for the payment, settled up to `at`
 */
export function payFor(
  head: LedgerHead,
  blocks: readonly Block[],
  { at, freshId, replenishment }: Paying,
): Movement {
  const posting = new Posting(head, freshId);
  for (const block of blocks) becomePaid(posting, block, at);
  replenishment?.after(posting, at);
  return posting.movement();
}

export interface Paying {
  readonly at: Instant;
  readonly freshId: FreshId;
  readonly replenishment: Replenishment | null;
}

/**
 * Model: paid credits enter the balance by a second entry of type `increment`, dated at the payment or, if later, when
 * they become effective. The first entry left the balance unchanged. An empty block gets no second entry. Credits
 * that expired unpaid never count, so usage of a day before their expiry cannot draw on them either.
 */
export function becomePaid(posting: Posting, block: Block, at: Instant): void {
  const counted = block.effectiveAt <= at && (block.expiresAt === null || block.expiresAt > at);
  if (counted && isPositive(block.balance))
    posting.write(at, {
      type: 'increment',
      amount: block.balance,
      effect: block.balance,
      block,
      description,
    });
  posting.change(block, { status: 'active', counted });
}
