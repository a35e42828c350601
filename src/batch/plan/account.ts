// Simulates what a batch does to one customer's credits in one currency, row by row, in constant memory.

import { type CreditBlock, drawableBalance, hasExpired } from '../../credits/customer.ts';
import {
  type Amount,
  add,
  amountFromText,
  compare,
  formatInstant,
  type Instant,
  isNegative,
  isZero,
  subtract,
  sum,
  zero,
} from '../../credits/exact.ts';
import { type MovedCredits, movementOf, noneMoved } from '../../requests/moved-credits.ts';
import { amountIn, type Effect, type EffectContext, effectOf, isWarning } from '../../requests/prediction.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';

/** Sums over an account's rows, in credits unless a field says otherwise. */
export interface AccountTotals extends Omit<MovedCredits, 'currency'> {
  readonly balance_before: Amount;
  readonly balance_after: Amount;
  /** Money, in the customer's invoicing currency. */
  readonly revenue: Amount;
  readonly invoices: number;
  /** Money, in the customer's invoicing currency. */
  readonly invoiced: Amount;
  readonly largest_row: Amount;
  /** Rows that the API will refuse, as far as the simulation can predict. */
  readonly refusals: number;
}

/** The effect of a single row. */
interface RowEffect {
  /** Credits that the row moves. */
  readonly credits: Amount;
  /** Predicted refusals, to show as warnings. */
  readonly warnings: readonly string[];
}

interface AccountStart {
  /** The account's blocks, newest first; includes depleted and expired ones if a row names a block. */
  readonly blocks: readonly CreditBlock[];
  readonly now: Instant;
  readonly startOfDay: EffectContext['startOfDay'];
  readonly money?: EffectContext['money'];
  /** Some row draws from or changes a block, so the simulation also keeps blocks that the batch makes. */
  readonly drawsOnBlocks: boolean;
}

export class SimulatedAccount {
  readonly #start: AccountStart;
  #blocks: CreditBlock[];
  #totals: { -readonly [Name in keyof AccountTotals]: AccountTotals[Name] };

  constructor(start: AccountStart) {
    this.#start = start;
    this.#blocks = [...start.blocks];
    const balance = drawableBalance(start.blocks, start.now);
    this.#totals = {
      ...noneMoved,
      balance_before: balance,
      balance_after: balance,
      revenue: zero,
      invoices: 0,
      invoiced: zero,
      largest_row: zero,
      refusals: 0,
    };
  }

  get totals(): AccountTotals {
    return this.#totals;
  }

  /** The blocks after the rows so far. */
  get blocks(): readonly CreditBlock[] {
    return this.#blocks;
  }

  hasBlock(id: string): boolean {
    return this.#start.blocks.some((block) => block.id === id);
  }

  /** Simulates the next row. @param body of the row's request */
  apply(body: JsonObject): RowEffect {
    const totals = this.#totals;
    totals.rows += 1;
    const effect = effectOf(body, { ...this.#start, blocks: this.#blocksFor(body) });
    const credits = creditsOf(body, effect);
    if (compare(credits, totals.largest_row) > 0) totals.largest_row = credits;
    // A row counts even if a refusal is predicted: only the API decides, and the caps must hold either way.
    this.#count(body, credits);
    const warnings = effect.notes.filter(isWarning);
    if (warnings.length > 0) {
      totals.refusals += 1;
      return { credits, warnings };
    }
    const moved = subtract(effect.balanceAfter, effect.balanceBefore);
    totals.balance_after = add(totals.balance_after, moved);
    if (effect.revenue !== null) totals.revenue = add(totals.revenue, effect.revenue);
    if (effect.invoice !== null) {
      totals.invoices += 1;
      totals.invoiced = add(totals.invoiced, effect.invoice);
    }
    if (this.#start.drawsOnBlocks) this.#moveBlocks(body, effect);
    return { credits, warnings };
  }

  /** A grant changes no existing block, so skipping the blocks keeps the cost of many grants low. */
  #blocksFor(body: JsonObject): readonly CreditBlock[] {
    if (body.entry_type === 'increment') return [];
    if (body.entry_type !== 'expiration_change' && body.entry_type !== 'decrement') return this.#blocks;
    const { now } = this.#start;
    return this.#blocks.filter(
      (block) => block.id === body.block_id || (!isZero(block.balance) && !hasExpired(block, now)),
    );
  }

  #count(body: JsonObject, credits: Amount): void {
    const totals = this.#totals;
    const field = movementOf(body);
    totals[field] = add(totals[field], credits);
  }

  #moveBlocks(body: JsonObject, effect: Effect): void {
    for (const { block: id, before, after } of effect.moves) {
      const gone = goneFor(body, subtract(before, after));
      if (id === undefined) this.#fillNew(body, after);
      else this.#change(id, (block) => ({ ...block, balance: after, ...limit(block, gone) }));
    }
    if (body.entry_type === 'decrement') this.#oweRest(effect);
  }

  #change(id: string, change: (block: CreditBlock) => CreditBlock): void {
    this.#blocks = this.#blocks.map((block) => (block.id === id ? change(block) : block));
  }

  /** Merges blocks of the batch that differ only in age: later rows cannot distinguish them. */
  #fillNew(body: JsonObject, credits: Amount): void {
    const made = this.#newBlock(body);
    if (!this.#blocks.some(({ id }) => id === made.id)) this.#blocks.unshift(made);
    this.#change(made.id, (block) => ({ ...block, balance: add(block.balance, credits) }));
  }

  #newBlock(body: JsonObject): CreditBlock {
    const text = (name: string): string | null => {
      const value = body[name];
      return typeof value === 'string' ? value : null;
    };
    const source = this.#blocks.find(({ id }) => id === body.block_id);
    const target = text('target_expiry_date');
    const settings = body.invoice_settings;
    const waits =
      isJsonObject(settings) &&
      settings.require_successful_payment === true &&
      settings.mark_as_paid !== true;
    const expiry = target === null ? text('expiry_date') : instantText(this.#start.startOfDay(target));
    const cost = amountFromText(text('per_unit_cost_basis') ?? '') ?? source?.per_unit_cost_basis ?? null;
    const effective = text('effective_date') ?? source?.effective_date ?? null;
    const isFiltered = body.filters !== undefined || (source?.filters.length ?? 0) > 0;
    return {
      // The id contains a blank, so it never equals an id of the API.
      id: JSON.stringify(['made by the batch', expiry, cost, effective, isFiltered, waits]),
      balance: zero,
      effective_date: effective,
      expiry_date: expiry,
      per_unit_cost_basis: cost,
      status: waits ? 'pending_payment' : 'active',
      maximum_initial_balance: null,
      filters: isFiltered ? [{ field: 'item_id', operator: 'includes', values: [] }] : [],
      credit_block_source: 'manual',
      metadata: {},
    };
  }

  /** A decrement beyond all blocks leaves a debt that counts against every later decrement. */
  #oweRest({ moves, balanceBefore, balanceAfter }: Effect): void {
    const drawn = sum(moves.map(({ before, after }) => subtract(before, after)));
    const rest = subtract(subtract(balanceAfter, balanceBefore), subtract(zero, drawn));
    if (!isNegative(rest)) return;
    if (!this.#blocks.some(({ id }) => id === owedId))
      this.#blocks.unshift({ ...this.#newBlock({}), id: owedId });
    this.#change(owedId, (block) => ({ ...block, balance: add(block.balance, rest) }));
  }
}

const owedId = 'owed by the batch';

/** Credits that a row moves; an expiry change without an amount moves its block's whole balance. */
function creditsOf(body: JsonObject, { moves }: Effect): Amount {
  return amountIn(body) ?? moves.at(-1)?.after ?? zero;
}

/** Credits that a later void or amendment cannot reach: voided, or moved to a new block. */
function goneFor(body: JsonObject, left: Amount): Amount {
  if (body.entry_type === 'void') return amountIn(body) ?? zero;
  return body.entry_type === 'expiration_change' ? left : zero;
}

/** Lowers how much of a block can still be voided, if that limit is known. */
const limit = ({ maximum_initial_balance: initial }: CreditBlock, gone: Amount) =>
  initial === null ? {} : { maximum_initial_balance: subtract(initial, gone) };

const instantText = (at: Instant): string | null => (Number.isFinite(at) ? formatInstant(at) : null);
