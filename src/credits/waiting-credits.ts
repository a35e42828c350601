// Credits that were granted without counting at once, because they were unpaid or not effective yet. Pure.
import { changeOf, type EntryType, type LedgerEntry } from './customer.ts';
import { type Amount, compare, isPositive, isZero, smaller, subtract } from './exact.ts';

/** What moves such credits to another block, or takes them away. An increment grants them, or says that they count. */
export const waitingMoves = ['expiration_change', 'void_initiated'] as const satisfies readonly EntryType[];

/** Blocks whose credits began to count some time after they were granted. */
export interface WaitingBlocks {
  /** Those that the grant made. */
  readonly granted: ReadonlySet<string>;
  /** Those that a change of expiry made meanwhile: the first increment that names one says that its credits count. */
  readonly moved: ReadonlySet<string>;
}

interface Step {
  readonly sequence: number;
  readonly isIncrement: boolean;
  readonly block: string;
  /** What is known of a block that a move made, and of the block that this entry makes: the API does not name it. */
  readonly place: string;
  readonly target: string | null;
  readonly amount: Amount;
  readonly isUncounted: boolean;
  /** Its metadata as one text; empty where it has none. */
  readonly mark: string;
}

/** Credits in a block that a move made, with the mark of their grant; without it where they count already. */
interface Held {
  readonly amount: Amount;
  readonly mark: string | undefined;
}

/** Takes the entries of one ledger, in any order, and keeps what it needs of increments and moves. */
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
      place: placeOf(block.expiry_date, block.per_unit_cost_basis),
      target: type === 'expiration_change' ? placeOf(expiry, block.per_unit_cost_basis) : null,
      amount: smaller(entry.amount, entry.void_amount ?? entry.amount),
      isUncounted: isPositive(entry.amount) && isZero(changeOf(entry)),
      mark: Object.entries(entry.metadata).sort().join('\n'),
    });
  }

  /** Whether any grant so far did not count at once; without one, no move matters. */
  isAny(): boolean {
    return this.#steps.some(({ isIncrement, isUncounted }) => isIncrement && isUncounted);
  }

  blocks(): WaitingBlocks {
    const tracing = new Tracing();
    if (!this.isAny()) return tracing;
    for (const step of this.#steps.sort((a, b) => a.sequence - b.sequence)) tracing.add(step);
    return tracing;
  }
}

const placeOf = (expiry: string | null, cost: Amount | null): string => `${expiry ?? ''} ${cost ?? ''}`;

/** Whether a block may be the one that a step names: it holds just as much, or at least what is moved from it. */
type Fits = (held: Held, step: Step) => boolean;
const isEqual: Fits = (held, { amount }) => compare(held.amount, amount) === 0;
const isEnough: Fits = (held, { amount }) => compare(held.amount, amount) >= 0;
/** An increment with metadata of its own is a grant: no person made the one that says that credits count. */
const isAwaited: Fits = (held, step) =>
  held.mark !== undefined && (step.mark === '' || step.mark === held.mark) && isEqual(held, step);

class Tracing implements WaitingBlocks {
  readonly granted = new Set<string>();
  readonly moved = new Set<string>();
  readonly #counted = new Set<string>();
  /** The marks of the grants. */
  readonly #marks = new Map<string, string>();
  /** What blocks hold that a move made. */
  readonly #held = new Map<string, Held[]>();

  /** To be given the oldest first. */
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

  /** Takes an amount out of the oldest block that fits; returns that block as it was, or `undefined` if there is none. */
  #take(step: Step, fits: Fits): Held | undefined {
    const held = this.#held.get(step.place) ?? [];
    const at = held.findIndex((each) => fits(each, step));
    const found = held[at];
    if (found === undefined) return undefined;
    const left = subtract(found.amount, step.amount);
    held.splice(at, 1, ...(isZero(left) ? [] : [{ ...found, amount: left }]));
    return found;
  }
}
