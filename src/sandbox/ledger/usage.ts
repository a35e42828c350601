// Automatic deductions: usage of a day draws on the blocks that cover it, one entry per day, price, invoice and block.
import { type Amount, add, isZero, negate, smaller, subtract, zero } from '../../credits/amount.ts';
import type { Instant } from '../../credits/instant.ts';
import { type Account, type FreshId, ledgerTime } from './account.ts';
import { type Block, isExpired } from './block.ts';
import { currencyRefusal } from './decide.ts';
import { committedUntil } from './entry.ts';
import { debtBlock, type Movement, Posting } from './posting.ts';
import type { Refusal } from './refusal.ts';
import { shapeRefusals } from './shape.ts';

export interface Usage {
  readonly amount: Amount;
  /** `null` if it is not said what was used. */
  readonly itemId: string | null;
  readonly priceId: string;
  /** The invoice on which the period of the usage is billed. */
  readonly invoiceId: string;
  /** Of the customer's calendar, `YYYY-MM-DD`. */
  readonly day: string;
  readonly dayStartsAt: Instant;
}

/** What has been written for usage of the same day, price and invoice from the same block. */
export interface UsageEntry {
  readonly sequence: number;
  readonly createdAt: Instant;
}

/** An entry that is there already, and by how much its amount grows; all entries after it end lower by that. */
export interface Growth {
  readonly sequence: number;
  readonly by: Amount;
}

export interface UsageDecision extends Movement {
  /** In the order in which they are to be applied, before any new entry is appended. */
  readonly grown: readonly Growth[];
}

/** @param earlier the last entry of that usage from a block */
export function decideUsage(
  account: Account,
  {
    usage,
    earlier,
  }: { readonly usage: Usage; readonly earlier: (blockId: string) => UsageEntry | undefined },
  { now, freshId }: { readonly now: Instant; readonly freshId: FreshId },
): UsageDecision | Refusal {
  const wrong =
    shapeRefusals({ amount: usage.amount, costBasis: null, invoiced: false })[0] ?? currencyRefusal(account);
  if (wrong !== undefined) return wrong;
  const at = ledgerTime(account.head, now);
  const posting = new Posting(account.head, freshId);
  const grown: Growth[] = [];
  const fresh: Draw[] = [];
  for (const draw of drawsFor(account, usage, { posting, at })) {
    const entry = earlier(draw.block.id);
    // Model: a pending entry takes up further usage of its kind; a committed one never changes (orb-api.md §3.2).
    if (entry === undefined || entry.createdAt <= committedUntil(at)) fresh.push(draw);
    else grown.push({ sequence: entry.sequence, by: draw.amount });
    posting.change(draw.block, {
      balance: subtract(draw.block.balance, draw.amount),
      decremented: add(draw.block.decremented, draw.amount),
    });
  }
  for (const { by } of grown) posting.shift(negate(by));
  for (const { block, amount } of fresh) {
    posting.write(at, { type: 'decrement', amount, effect: negate(amount), block });
  }
  return { ...posting.movement(), grown };
}

interface Draw {
  readonly block: Block;
  readonly amount: Amount;
}

/**
 * In deduction order. Model: late usage draws on what is left now; the ledger is not replayed. Deductions take effect
 * at the beginning of their day, so a block that became effective after that does not cover it (orb-api.md §5.1);
 * what no block covers is a debt of the last block in order, as of a decrement.
 */
function drawsFor(
  account: Account,
  usage: Usage,
  { posting, at }: { readonly posting: Posting; readonly at: Instant },
): readonly Draw[] {
  const draws: Draw[] = [];
  let short = usage.amount;
  for (const block of account.drawable()) {
    if (!covers(block, usage.itemId) || block.effectiveAt > usage.dayStartsAt) continue;
    const amount = smaller(block.balance, short);
    draws.push({ block, amount });
    short = subtract(short, amount);
    if (isZero(short)) return draws;
  }
  const bearer =
    bearerOf(account, usage, at) ??
    posting.create(debtBlock(posting.freshId(), { balance: zero, effectiveAt: at }));
  const drawn = draws.find(({ block }) => block.id === bearer.id);
  const others = draws.filter((draw) => draw !== drawn);
  return [...others, { block: bearer, amount: add(drawn?.amount ?? zero, short) }];
}

function bearerOf(account: Account, { itemId }: Usage, at: Instant): Block | undefined {
  for (const block of account.lastInOrder()) {
    if (!isExpired(block, at) && covers(block, itemId)) return block;
  }
  return undefined;
}

/** Model: usage that names no item draws on any block, as a decrement does. */
function covers(block: Block, itemId: string | null): boolean {
  if (itemId === null) return true;
  return block.filters.every(({ operator, values }) => values.includes(itemId) === (operator === 'includes'));
}
