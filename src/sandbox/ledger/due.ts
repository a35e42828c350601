// Settles due blocks as time passes: blocks become effective, and they expire.
import { type Instant, isNegative, negate, zero } from '../../credits/exact.ts';
import { type Block, isExpired, nextDueAt } from './model.ts';
import { debtBlock, type FreshId, type LedgerHead, type Movement, Posting } from './posting.ts';
import type { Replenishment } from './top-up.ts';

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
