// Draws usage on the blocks that cover its day, as one automatic deduction per day, price, invoice and block.
import {
  type Amount,
  add,
  type Instant,
  isPositive,
  isZero,
  negate,
  smaller,
  subtract,
  zero,
} from '../../credits/exact.ts';
import { type Account, type Frame, type Lapse, wrongCurrency } from './account.ts';
import { type Block, committedUntil, deductionKey, type Entry, type Refusal } from './model.ts';
import { debtBlock, type FreshId, ledgerTime, type Movement, Posting } from './posting.ts';
import { shapeRefusals } from './shape.ts';

/** The facts of usage besides its amount. */
export interface UsageKind {
  /** `null` if the usage names no item. */
  readonly itemId: string | null;
  readonly priceId: string;
  /** The invoice on which the period of the usage is billed. */
  readonly invoiceId: string;
  /** The day in the customer's calendar, `YYYY-MM-DD`. */
  readonly day: string;
  readonly dayStartsAt: Instant;
}

/**
 * Whether usage may draw on a block, by its day and its item. Deductions take effect at the beginning of their day: a
 * block must be effective before that, and not expired by then (contract: increment). A block that only carries a debt
 * has no credits, so its effective date does not matter.
 * Model: usage that names no item draws on any block, as a decrement does.
 */
export function coversDay(
  block: Block,
  { itemId, dayStartsAt }: Pick<UsageKind, 'itemId' | 'dayStartsAt'>,
): boolean {
  if (block.effectiveAt >= dayStartsAt && !isZero(block.initial)) return false;
  if (block.expiresAt !== null && block.expiresAt <= dayStartsAt) return false;
  if (itemId === null) return true;
  return block.filters.every(({ operator, values }) => values.includes(itemId) === (operator === 'includes'));
}

export interface Usage extends UsageKind {
  readonly amount: Amount;
}

/** An existing entry for usage of the same day, price and invoice from the same block. */
export interface UsageEntry {
  readonly sequence: number;
  readonly createdAt: Instant;
}

/** An existing entry and the change of its amount, negative if it shrinks; the balance after it and all later entries drops by that. */
export interface Growth {
  readonly sequence: number;
  readonly by: Amount;
}

/** Applies the growth of an entry to that entry or to a later entry. */
export function grownBy(entry: Entry, { sequence, by }: Growth): Entry {
  const ending = subtract(entry.ending, by);
  return entry.sequence === sequence
    ? { ...entry, amount: add(entry.amount, by), ending }
    : { ...entry, starting: subtract(entry.starting, by), ending };
}

/** The effect of usage on the entries of a ledger. */
export interface Deductions {
  /** In the order in which the caller applies them, before appending any new entry. */
  readonly grown: readonly Growth[];
  readonly drawn: readonly Entry[];
}

export interface Report {
  readonly usage: Usage;
  /** The last entry of that usage from a block. */
  readonly earlier: (blockId: string) => UsageEntry | undefined;
}

export function decideUsage(
  account: Account,
  report: Report,
  { now, freshId }: { readonly now: Instant; readonly freshId: FreshId },
): (Movement & Deductions) | Refusal {
  const wrong =
    shapeRefusals({ amount: report.usage.amount, costBasis: null, invoiced: false })[0] ??
    wrongCurrency(account);
  if (wrong !== undefined) return wrong;
  const at = ledgerTime(account.head, now);
  const posting = new Posting(account.head, freshId);
  const deductions = deduct(account, report, { posting, at });
  account.replenishment()?.after(posting, at);
  return { ...posting.movement(), ...deductions };
}

/** Draws on the blocks, and appends entries for usage that no pending entry takes up; the caller grows the other entries. */
export function deduct(account: Account, { usage, earlier }: Report, { posting, at }: Frame): Deductions {
  const grown: Growth[] = [];
  const fresh: Draw[] = [];
  for (const draw of drawsFor(account, usage, { posting, at })) {
    const { block, amount, lapse } = draw;
    const entry = earlier(block.id);
    // Model: a pending entry takes up further usage of its kind; a committed one never changes (contract: CreditLedgerEntry).
    if (entry === undefined || entry.createdAt <= committedUntil(at)) fresh.push(draw);
    else {
      grown.push({ sequence: entry.sequence, by: amount });
      posting.cover({ sequence: entry.sequence, by: draw.held });
    }
    if (lapse === undefined) posting.change(block, { balance: subtract(block.balance, amount) });
    else grown.push({ sequence: lapse.sequence, by: negate(amount) });
  }
  for (const { by } of grown) posting.shift(negate(by));
  const drawn = fresh.map(({ block, amount, held }, index) => {
    const effect = negate(amount);
    const entry = posting.write(at, { type: 'decrement', amount, effect, block, continues: index > 0 });
    posting.cover({ sequence: entry.sequence, by: held });
    return entry;
  });
  return { grown, drawn };
}

interface Draw {
  readonly block: Block;
  readonly amount: Amount;
  /** The part of the amount for which the block has credits; the rest is a debt. */
  readonly held: Amount;
  /** The lapse, if the credits had lapsed; its amount shrinks by `amount`. */
  readonly lapse: Lapse | undefined;
}

/**
 * In deduction order. Model: late usage draws on the remaining credits, and on credits of its day that have lapsed
 * since, as long as their expiry is pending; the expiry entry shrinks. The last block of its day in order carries the
 * rest as a debt, as for a decrement.
 */
function drawsFor(account: Account, usage: Usage, { posting, at }: Frame): readonly Draw[] {
  const draws: Draw[] = [];
  let short = usage.amount;
  for (const { block, amount: credits, lapse } of inOrder(account, lapsesFor(account, usage, at))) {
    if (!coversDay(block, usage)) continue;
    const amount = smaller(credits, short);
    draws.push({ block, amount, held: amount, lapse });
    short = subtract(short, amount);
    if (isZero(short)) return draws;
  }
  const bearer =
    bearerOf(account, usage, at) ??
    posting.create(debtBlock(posting.freshId(), { balance: zero, effectiveAt: at }));
  const drawn = draws.find(({ block }) => block.id === bearer.id);
  const others = draws.filter((draw) => draw !== drawn);
  const held = drawn?.held ?? zero;
  return [...others, { block: bearer, amount: add(held, short), held, lapse: undefined }];
}

/** Credits that lapsed after the day of the usage had begun, by an expiry that may still change. */
function lapsesFor(account: Account, { dayStartsAt }: Usage, at: Instant): readonly Lapse[] {
  const since = Math.max(committedUntil(at), dayStartsAt);
  return [...account.lapsed(since)].filter(({ amount }) => isPositive(amount));
}

/** The amounts that usage may draw: from drawable blocks, and in their order from credits that have lapsed. */
function* inOrder(account: Account, lapsed: readonly Lapse[]): Iterable<Omit<Draw, 'held'>> {
  const lapses = lapsed
    .map((lapse) => ({ block: lapse.block, amount: lapse.amount, lapse, key: deductionKey(lapse.block) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.lapse.sequence - b.lapse.sequence));
  for (const block of account.drawable()) {
    const key = lapses.length === 0 ? '' : deductionKey(block);
    while (lapses[0] !== undefined && lapses[0].key < key) yield* lapses.splice(0, 1);
    yield { block, amount: block.balance, lapse: undefined };
  }
  yield* lapses;
}

function bearerOf(account: Account, usage: Usage, at: Instant): Block | undefined {
  for (const block of account.lastInOrder(at)) {
    if (coversDay(block, usage)) return block;
  }
  return undefined;
}
