// Predicts the effect of an entry from the body of its request and the customer's blocks; pure.

import {
  type CreditBlock,
  defaultCurrency,
  drawableBalance,
  endOf,
  hasExpired,
  isDrawable,
} from '../credits/customer.ts';
import { inDeductionOrder } from '../credits/deduction-order.ts';
import {
  type Amount,
  add,
  amount,
  amountFromText,
  compare,
  type Instant,
  isNegative,
  isPositive,
  isZero,
  multiply,
  smaller,
  subtract,
  timeOf,
  zero,
} from '../credits/exact.ts';
import { foreignMoney } from '../credits/real-money.ts';
import { isJsonObject, type Json, type JsonObject, numberText } from '../wire/json.ts';

/** One block that a write draws on, refills or creates. */
export interface BlockMove {
  /** `undefined` for a block that the write will create. */
  readonly block: string | undefined;
  readonly before: Amount;
  readonly after: Amount;
  /** RFC 3339, or a date in the customer's zone; `null` for never. */
  readonly expires: string | null;
}

export interface Effect {
  readonly currency: string;
  readonly balanceBefore: Amount;
  readonly balanceAfter: Amount;
  readonly moves: readonly BlockMove[];
  /** Money recognised as revenue at once, in the customer's currency; `null` for none. */
  readonly revenue: Amount | null;
  /** Total of the invoice that will be raised, in the customer's currency. */
  readonly invoice: Amount | null;
  /** What a person should know beside the figures: each note is a sentence. */
  readonly notes: readonly string[];
}

export interface EffectContext {
  /** The customer's open blocks in the write's currency, newest first, and the block that the write names, open or not. */
  readonly blocks: readonly CreditBlock[];
  readonly now: Instant;
  /** The instant at which a target date begins in the customer's zone. */
  readonly startOfDay: (date: string) => Instant;
  /** The currency that the customer is invoiced in; none if it is not known. */
  readonly money?: string | null | undefined;
}

/** Predicts a write as the contract describes it; the body must be one that `entryBody` made. */
export function effectOf(body: JsonObject, context: EffectContext): Effect {
  switch (body.entry_type) {
    case 'increment':
      return ofIncrement(body, context);
    case 'decrement':
      return ofDecrement(body, context);
    case 'expiration_change':
      return ofExpirationChange(body, context);
    case 'void':
      return ofVoid(body, context);
    default:
      return ofAmendment(body, context);
  }
}

function unchanged(body: JsonObject, { blocks, now, money = null }: EffectContext): Effect {
  const balance = drawableBalance(blocks, now);
  const currency = textOf(body.currency) ?? defaultCurrency;
  return {
    currency,
    balanceBefore: balance,
    balanceAfter: balance,
    moves: [],
    revenue: null,
    invoice: null,
    notes: [foreignMoney(currency, money) ?? []].flat().map(refused),
  };
}

function ofIncrement(body: JsonObject, context: EffectContext): Effect {
  const effect = unchanged(body, context);
  const credits = amountOf(body);
  const cost = textOf(body.per_unit_cost_basis);
  const settings = body.invoice_settings;
  const waitsForPayment =
    isJsonObject(settings) && settings.require_successful_payment === true && settings.mark_as_paid !== true;
  const starts = textOf(body.effective_date);
  const startsLater = (timeOf(starts) ?? 0) > context.now;
  // Usage of a day draws only on blocks that were effective when the day began (contract: increment).
  const coversDays = starts !== undefined && endOfDay(starts.slice(0, 10), context) <= context.now;
  return {
    ...effect,
    balanceAfter: waitsForPayment || startsLater ? effect.balanceBefore : add(effect.balanceBefore, credits),
    moves: [{ block: undefined, before: zero, after: credits, expires: textOf(body.expiry_date) ?? null }],
    invoice: settings === undefined || cost === undefined ? null : multiply(credits, amount(cost)),
    notes: [
      ...effect.notes,
      ...(waitsForPayment ? ['The credits can be used only after their invoice is paid.'] : []),
      ...(startsLater ? [`The credits can be used from ${starts}.`] : []),
      ...(coversDays && !waitsForPayment ? [`Usage since ${starts} may draw on the credits at once.`] : []),
    ],
  };
}

function ofDecrement(body: JsonObject, context: EffectContext): Effect {
  const effect = unchanged(body, context);
  const wanted = amountOf(body);
  const order = inDeductionOrder(context.blocks.filter((block) => isDrawable(block, context.now)));
  const moves: BlockMove[] = [];
  let left = wanted;
  let revenue: Amount = zero;
  for (const block of order.filter(({ balance }) => isPositive(balance))) {
    if (isZero(left)) break;
    const drawn = smaller(left, block.balance);
    left = subtract(left, drawn);
    revenue = add(revenue, multiply(drawn, block.per_unit_cost_basis ?? zero));
    moves.push(moved(block, subtract(block.balance, drawn)));
  }
  const balanceAfter = subtract(effect.balanceBefore, wanted);
  // A negative block lowers the balance already, although nothing is drawn from the block.
  const beyond = isPositive(effect.balanceBefore) ? subtract(wanted, effect.balanceBefore) : wanted;
  const note = `The balance goes below zero: ${beyond} more than is available. The API chooses the block that goes negative.`;
  const below = isNegative(balanceAfter) ? [note] : [];
  return { ...effect, balanceAfter, moves, revenue, notes: [...effect.notes, ...below] };
}

function ofExpirationChange(body: JsonObject, context: EffectContext): Effect {
  const effect = unchanged(body, context);
  const source = sourceBlock(body, context.blocks);
  const target = textOf(body.target_expiry_date) ?? '';
  if (source === undefined) return { ...effect, notes: [blockNotSeen(body)] };
  const credits = amountIn(body) ?? leftIn(source);
  const isTooEarly = (timeOf(source.effective_date) ?? 0) >= endOfDay(target, context);
  const lapses = !isTooEarly && context.startOfDay(target) <= context.now;
  const leaving = lapses && isDrawable(source, context.now) ? credits : zero;
  const isTooMany = compare(credits, source.balance) > 0 || !isPositive(credits);
  const notes = blockNotes(source, context, isTooMany && `has ${source.balance} left`);
  return {
    ...effect,
    balanceAfter: subtract(effect.balanceBefore, leaving),
    moves: [
      moved(source, subtract(source.balance, credits)),
      { block: undefined, before: zero, after: credits, expires: target },
    ],
    notes: [
      ...notes,
      ...(lapses && notes.length === 0 ? ['The credits expire immediately and leave the balance.'] : []),
      ...(isTooEarly ? [refused(`the block is effective only from ${source.effective_date}`)] : []),
    ],
  };
}

function ofVoid(body: JsonObject, context: EffectContext): Effect {
  const effect = unchanged(body, context);
  const block = context.blocks.find(({ id }) => id === body.block_id);
  if (block === undefined) return { ...effect, notes: [blockNotSeen(body)] };
  const wanted = amountOf(body);
  const taken = smaller(wanted, leftIn(block));
  const used = subtract(wanted, taken);
  const leaving = isDrawable(block, context.now) ? taken : zero;
  const initial = block.maximum_initial_balance;
  const isTooMuch = initial !== null && compare(wanted, initial) > 0;
  const note = `${used} of these credits are already used. Voiding them does not change the balance; it reverses their revenue.`;
  return {
    ...effect,
    balanceAfter: subtract(effect.balanceBefore, leaving),
    moves: [moved(block, subtract(block.balance, taken))],
    notes: isTooMuch ? [refused(`only ${initial} were granted in this block`)] : isZero(used) ? [] : [note],
  };
}

function ofAmendment(body: JsonObject, context: EffectContext): Effect {
  const effect = unchanged(body, context);
  const given = amountOf(body);
  const block = context.blocks.find(({ id }) => id === body.block_id);
  if (block === undefined) return { ...effect, notes: [blockNotSeen(body)] };
  const after = add(block.balance, given);
  const initial = block.maximum_initial_balance;
  const isTooMuch = initial !== null && compare(after, initial) > 0;
  return {
    ...effect,
    balanceAfter: isDrawable(block, context.now) ? add(effect.balanceBefore, given) : effect.balanceBefore,
    moves: [moved(block, after)],
    notes: blockNotes(block, context, isTooMuch && `would hold more than the ${initial} first granted`),
  };
}

/** Whether the API takes more credits than are left: a void reverses revenue of used ones, a decrement goes below zero. */
export const mayTakeMoreThanLeft = ({ entry_type: type }: JsonObject): boolean =>
  type === 'void' || type === 'decrement';

/** The block that an expiration change takes from: by id, by expiry, or the only block that never expires. */
function sourceBlock(body: JsonObject, blocks: readonly CreditBlock[]): CreditBlock | undefined {
  const matches = blocks.filter((block) =>
    body.block_id === undefined ? endOf(block) === timeOf(body.expiry_date) : block.id === body.block_id,
  );
  return matches.length === 1 ? matches[0] : undefined;
}

/** The instant at which a date ends in the customer's zone. */
const endOfDay = (date: string, { startOfDay }: EffectContext): Instant =>
  startOfDay(new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10));

function moved(block: CreditBlock, after: Amount): BlockMove {
  return { block: block.id, before: block.balance, after, expires: block.expiry_date };
}

/** A note that the API will refuse the write. */
const refused = (why: string): string => `${refusedMark} ${why}.`;
const refusedMark = 'The API will refuse this:';
const unknownMark = 'the effect is not known.';

const blockNotSeen = ({ block_id: id, currency = defaultCurrency }: JsonObject): string =>
  id === undefined
    ? `No open block of the customer matches, so ${unknownMark}`
    : refused(`the customer has no block ${String(id)} in ${String(currency)}`);

/** Orb does not document writes to an expired block, so a note warns the person. @param problem with any block */
function blockNotes(block: CreditBlock, { now }: EffectContext, problem: string | false): readonly string[] {
  const isExpired = hasExpired(block, now);
  if (problem !== false) return [refused(`the ${isExpired ? 'expired block' : 'block'} ${problem}`)];
  return isExpired ? [`The block has already expired, so ${unknownMark}`] : [];
}

/** Whether a note says that the write will be refused or that its effect is not known. */
export const isWarning = (note: string): boolean =>
  note.startsWith(refusedMark) || note.endsWith(unknownMark);

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
/** The amount in a body; `undefined` for none. */
export const amountIn = (body: JsonObject): Amount | undefined =>
  amountFromText(numberText(body.amount) ?? '');
const amountOf = (body: JsonObject): Amount => amountIn(body) ?? zero;
/** The credits left in a block; a block in debt has 0. */
const leftIn = ({ balance }: CreditBlock): Amount => (isPositive(balance) ? balance : zero);
