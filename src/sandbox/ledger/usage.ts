// Automatic deductions: usage of a day draws on the blocks that cover it, one entry per day, price, invoice and block.
import { type Amount, add, isZero, negate, smaller, subtract, zero } from '../../credits/amount.ts';
import type { Instant } from '../../credits/instant.ts';
import { type Account, denomination, type FreshId, ledgerTime } from './account.ts';
import type { Block } from './block.ts';
import { currencyRefusal } from './currency.ts';
import { committedUntil, type Entry } from './entry.ts';
import { debtBlock, type Movement, Posting } from './posting.ts';
import type { Refusal } from './refusal.ts';
import { shapeRefusals } from './shape.ts';

/** What is said of usage beside its amount. */
export interface UsageKind {
  /** `null` if it is not said what was used. */
  readonly itemId: string | null;
  readonly priceId: string;
  /** The invoice on which the period of the usage is billed. */
  readonly invoiceId: string;
  /** Of the customer's calendar, `YYYY-MM-DD`. */
  readonly day: string;
  readonly dayStartsAt: Instant;
}

export interface Usage extends UsageKind {
  readonly amount: Amount;
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

/** An entry as it is once it, or one before it, has grown. */
export function grownBy(entry: Entry, { sequence, by }: Growth): Entry {
  const ending = subtract(entry.ending, by);
  return entry.sequence === sequence
    ? { ...entry, amount: add(entry.amount, by), ending }
    : { ...entry, starting: subtract(entry.starting, by), ending };
}

/** What usage does to the entries of a ledger. */
export interface Deductions {
  /** In the order in which they are to be applied, before any new entry is appended. */
  readonly grown: readonly Growth[];
  /** The new entries. */
  readonly drawn: readonly Entry[];
}

export interface UsageDecision extends Movement, Deductions {}

export interface Report {
  readonly usage: Usage;
  /** The last entry of that usage from a block. */
  readonly earlier: (blockId: string) => UsageEntry | undefined;
}

export function decideUsage(
  account: Account,
  report: Report,
  { now, freshId }: { readonly now: Instant; readonly freshId: FreshId },
): UsageDecision | Refusal {
  const wrong =
    shapeRefusals({ amount: report.usage.amount, costBasis: null, invoiced: false })[0] ??
    currencyRefusal(denomination(account));
  if (wrong !== undefined) return wrong;
  const at = ledgerTime(account.head, now);
  const posting = new Posting(account.head, freshId);
  const deductions = deduct(account, report, { posting, at });
  account.replenishment()?.after(posting, at);
  return { ...posting.movement(), ...deductions };
}

/** Draws on the blocks and appends what no pending entry takes up; the growth of the others is left to the caller. */
export function deduct(
  account: Account,
  { usage, earlier }: Report,
  { posting, at }: { readonly posting: Posting; readonly at: Instant },
): Deductions {
  const grown: Growth[] = [];
  const fresh: Draw[] = [];
  for (const draw of drawsFor(account, usage, { posting, at })) {
    const entry = earlier(draw.block.id);
    // Model: a pending entry takes up further usage of its kind; a committed one never changes (contract: CreditLedgerEntry).
    if (entry === undefined || entry.createdAt <= committedUntil(at)) fresh.push(draw);
    else grown.push({ sequence: entry.sequence, by: draw.amount });
    posting.change(draw.block, { balance: subtract(draw.block.balance, draw.amount) });
  }
  for (const { by } of grown) posting.shift(negate(by));
  const drawn = fresh.map(({ block, amount }, index) =>
    posting.write(at, {
      type: 'decrement',
      amount,
      effect: negate(amount),
      block,
      continues: index > 0,
    }),
  );
  return { grown, drawn };
}

interface Draw {
  readonly block: Block;
  readonly amount: Amount;
}

/**
 * In deduction order. Model: late usage draws on what is left now; the ledger is not replayed. What the blocks that
 * cover it do not hold is a debt of the last of them in order, as of a decrement.
 */
function drawsFor(
  account: Account,
  usage: Usage,
  { posting, at }: { readonly posting: Posting; readonly at: Instant },
): readonly Draw[] {
  const draws: Draw[] = [];
  let short = usage.amount;
  for (const block of account.drawable()) {
    if (!covers(block, usage)) continue;
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

function bearerOf(account: Account, usage: Usage, at: Instant): Block | undefined {
  for (const block of account.lastInOrder(at)) {
    if (covers(block, usage)) return block;
  }
  return undefined;
}

/**
 * Deductions take effect at the beginning of their day, and a block must be effective before that (contract: increment).
 * One that only bears a debt holds no credits that could be too young.
 * Model: usage that names no item draws on any block, as a decrement does.
 */
function covers(block: Block, { itemId, dayStartsAt }: Usage): boolean {
  if (block.effectiveAt >= dayStartsAt && !isZero(block.initial)) return false;
  if (itemId === null) return true;
  return block.filters.every(({ operator, values }) => values.includes(itemId) === (operator === 'includes'));
}
