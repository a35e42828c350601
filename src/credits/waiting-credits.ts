// Finds blocks whose credits did not count when they were granted, because they were unpaid or not effective yet. Pure.
import { changeOf, type EntryType, type LedgerEntry } from './customer.ts';
import { type Amount, compare, isPositive, isZero, smaller, subtract } from './exact.ts';

/** Entry types that move waiting credits to another block or remove them. An increment grants credits or makes them count. */
export const waitingMoves = ['expiration_change', 'void_initiated'] as const satisfies readonly EntryType[];

/** Blocks whose credits began to count some time after they were granted. */
export interface WaitingBlocks {
  /** Blocks that the grant created. */
  readonly granted: ReadonlySet<string>;
  /** Blocks that an expiration change created meanwhile; the first increment of such a block makes its credits count. */
  readonly moved: ReadonlySet<string>;
}

interface Step {
  readonly sequence: number;
  readonly isIncrement: boolean;
  readonly block: string;
  /** Expiry and cost of the entry's block, and (`target`) of the block that a move creates, which the API does not name. */
  readonly terms: string;
  readonly target: string | null;
  readonly amount: Amount;
  readonly isUncounted: boolean;
  /** The entry's metadata as one text; empty without metadata. */
  readonly mark: string;
}

/** Credits in a block that a move created, with the mark of their grant; `undefined` if the credits count already. */
interface Held {
  readonly amount: Amount;
  readonly mark: string | undefined;
}

/** Collects the increments and moves of one ledger; entries may come in any order. */
export class WaitingCredits {
  readonly #steps: Step[] = [];

  add(entry: LedgerEntry): void {
    const { entry_type: type, credit_block: block, new_block_expiry_date: expiry = null } = entry;
    const isIncrement = type === 'increment';
    if (!isIncrement && !waitingMoves.some((each) => each === type)) return;
    this.#steps.push({
      sequence: entry.ledger_sequence_number,
      isIncrement,
      block: block.id,
      terms: termsOf(block.expiry_date, block.per_unit_cost_basis),
      target: type === 'expiration_change' ? termsOf(expiry, block.per_unit_cost_basis) : null,
      amount: smaller(entry.amount, entry.void_amount ?? entry.amount),
      isUncounted: isPositive(entry.amount) && isZero(changeOf(entry)),
      mark: Object.entries(entry.metadata).sort().join('\n'),
    });
  }

  /** Whether any grant so far did not count at once; if none did, moves do not matter. */
  hasWaiting(): boolean {
    return this.#steps.some(({ isIncrement, isUncounted }) => isIncrement && isUncounted);
  }

  blocks(): WaitingBlocks {
    const tracing = new Tracing();
    if (!this.hasWaiting()) return tracing;
    for (const step of this.#steps.sort((a, b) => a.sequence - b.sequence)) tracing.add(step);
    return tracing;
  }
}

const termsOf = (expiry: string | null, cost: Amount | null): string => `${expiry ?? ''} ${cost ?? ''}`;

/** Whether held credits may be those that a step names: exactly its amount, or at least its amount. */
type Fits = (held: Held, step: Step) => boolean;
const isEqual: Fits = (held, { amount }) => compare(held.amount, amount) === 0;
const isEnough: Fits = (held, { amount }) => compare(held.amount, amount) >= 0;
/** The API's increment that makes credits count has no metadata, or that of the grant; any other metadata means a new grant. */
const isAwaited: Fits = (held, step) =>
  held.mark !== undefined && (step.mark === '' || step.mark === held.mark) && isEqual(held, step);

class Tracing implements WaitingBlocks {
  readonly granted = new Set<string>();
  readonly moved = new Set<string>();
  readonly #counted = new Set<string>();
  /** The mark of each grant, by its block. */
  readonly #marks = new Map<string, string>();
  /** Credits in blocks that moves created, by expiry and cost basis. */
  readonly #held = new Map<string, Held[]>();

  /** Steps must be added oldest first. */
  add(step: Step): void {
    if (step.isIncrement) this.#increment(step);
    else if (this.#counted.has(step.block)) this.#put(step, undefined);
    else if (this.granted.has(step.block)) this.#put(step, this.#marks.get(step.block));
    else {
      const held = this.#take(step, isEqual) ?? this.#take(step, isEnough);
      if (held !== undefined) this.#put(step, held.mark);
    }
  }

  #increment(step: Step): void {
    const isGrant = !this.granted.has(step.block) && !this.#counted.has(step.block);
    if (isGrant && step.isUncounted) {
      this.granted.add(step.block);
      this.#marks.set(step.block, step.mark);
      return;
    }
    if (isGrant && this.#take(step, isAwaited) !== undefined) this.moved.add(step.block);
    this.#counted.add(step.block);
  }

  #put({ target, amount }: Step, mark: Held['mark']): void {
    if (target === null) return;
    const held = this.#held.get(target) ?? [];
    this.#held.set(target, held);
    held.push({ amount, mark });
  }

  /** Takes an amount out of the oldest credits that fit; returns them as before, or `undefined` if none fit. */
  #take(step: Step, fits: Fits): Held | undefined {
    const held = this.#held.get(step.terms) ?? [];
    const at = held.findIndex((each) => fits(each, step));
    const found = held[at];
    if (found === undefined) return undefined;
    const left = subtract(found.amount, step.amount);
    held.splice(at, 1, ...(isZero(left) ? [] : [{ ...found, amount: left }]));
    return found;
  }
}
