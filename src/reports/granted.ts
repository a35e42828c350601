// What each grant of a ledger comes to by now: less what was voided, and with the expiry that its credits moved to. Pure.

import { type CreditBlock, endOf, hasExpired, instantOf, type LedgerEntry } from '../credits/customer.ts';
import {
  type Amount,
  compare,
  type Instant,
  isPositive,
  subtract,
  sum,
  timeOf,
  zero,
} from '../credits/exact.ts';
import { WaitingCredits } from '../credits/waiting-credits.ts';

/** Credits of a grant that are still unused, in one block. */
export interface Lot {
  readonly block: string;
  /** `null` for never. */
  readonly expiry: Instant | null;
  readonly left: Amount;
}

export interface Grant {
  /** The increment that made its block. */
  readonly entry: LedgerEntry;
  readonly at: Instant;
  /** Credits granted, less what was voided. */
  readonly amount: Amount;
  /** Made by a person or a program, and not by a plan, a top-up or a commitment of the customer. */
  readonly isManual: boolean;
  /** Where something is left. */
  readonly lots: readonly Lot[];
  /** When the credits expire, or did; where parts differ, of the part that is left and came last. */
  readonly expiry: Instant | null;
  readonly costBasis: Amount | null;
}

/** The entries that say what became of a grant. */
export const grantEntryTypes = ['increment', 'void_initiated', 'expiration_change'] as const;

interface Draft {
  readonly entry: LedgerEntry;
  readonly blocks: CreditBlock[];
  readonly voided: Amount[];
  expiry: Instant | null;
}

/**
 * The grants of one ledger, oldest first.
 * @param entries those of `grantEntryTypes`, in any order
 * @param blocks all blocks, newest first
 */
export function grantsOf(
  entries: readonly LedgerEntry[],
  blocks: readonly CreditBlock[],
  now: Instant,
): readonly Grant[] {
  return tracingOf(entries, blocks).end(now);
}

/**
 * The blocks granted by hand that hold credits and that none of these entries made: the list of entries is not whole.
 * A void makes a block too, but leaves nothing in it. Takes what `grantsOf` does.
 */
export const blocksWithoutEntry = (
  entries: readonly LedgerEntry[],
  blocks: readonly CreditBlock[],
): readonly CreditBlock[] => tracingOf(entries, blocks).unclaimed();

function tracingOf(entries: readonly LedgerEntry[], blocks: readonly CreditBlock[]): Tracing {
  const inOrder = [...entries].sort((a, b) => a.ledger_sequence_number - b.ledger_sequence_number);
  return new Tracing(inOrder, [...blocks].reverse());
}

class Tracing {
  readonly #drafts: Draft[] = [];
  readonly #owners = new Map<string, Draft>();
  readonly #blocks: readonly CreditBlock[];
  /** Blocks that no increment made, oldest first, by what a change of expiry makes them with. */
  readonly #others = new Map<string, CreditBlock[]>();
  /** Blocks that a change of expiry made: an increment that names one says that the credits count now. */
  readonly #moved: ReadonlySet<string>;

  /** Both oldest first. */
  constructor(entries: readonly LedgerEntry[], blocks: readonly CreditBlock[]) {
    this.#blocks = blocks;
    const waiting = new WaitingCredits();
    for (const entry of entries) waiting.add(entry);
    this.#moved = waiting.blocks().moved;
    const granted = entries.filter((entry) => this.#isGrant(entry));
    const ids = new Set(granted.map(({ credit_block: { id } }) => id));
    for (const block of blocks) {
      if (ids.has(block.id) || block.credit_block_source !== 'manual') continue;
      const key = likeness(block.expiry_date, block.per_unit_cost_basis);
      const same = this.#others.get(key) ?? [];
      this.#others.set(key, same);
      same.push(block);
    }
    for (const entry of entries) this.#add(entry);
  }

  #isGrant({ entry_type: type, credit_block: block }: LedgerEntry): boolean {
    return type === 'increment' && !this.#moved.has(block.id);
  }

  #add(entry: LedgerEntry): void {
    const { credit_block: block } = entry;
    const owner = this.#owners.get(block.id);
    if (this.#isGrant(entry)) {
      // A second one says that the credits became effective.
      if (owner !== undefined) return;
      const draft = { entry, blocks: [], voided: [], expiry: endOf(block) ?? null };
      this.#drafts.push(draft);
      this.#owners.set(block.id, draft);
    } else if (owner !== undefined && entry.entry_type === 'void_initiated')
      owner.voided.push(entry.void_amount ?? entry.amount);
    else if (owner !== undefined && entry.entry_type === 'expiration_change') this.#move(entry, owner);
  }

  unclaimed(): readonly CreditBlock[] {
    return [...this.#others.values()].flat().filter(({ balance }) => isPositive(balance));
  }

  end(now: Instant): readonly Grant[] {
    for (const block of this.#blocks) this.#owners.get(block.id)?.blocks.push(block);
    const sources = new Map(this.#blocks.map((block) => [block.id, block.credit_block_source]));
    return this.#drafts.map((draft) => {
      const { entry, voided } = draft;
      const lots = draft.blocks.flatMap((block) => lotOf(block, now));
      return {
        entry,
        at: instantOf(entry),
        amount: subtract(entry.amount, sum(voided)),
        isManual: (sources.get(entry.credit_block.id) ?? 'manual') === 'manual',
        lots,
        expiry: lots.length === 0 ? draft.expiry : (lots.at(-1)?.expiry ?? null),
        costBasis: entry.credit_block.per_unit_cost_basis,
      };
    });
  }

  /** The API does not name the block that it makes: it is the oldest one of no owner that is like it. */
  #move({ amount, credit_block, new_block_expiry_date }: LedgerEntry, owner: Draft): void {
    owner.expiry = timeOf(new_block_expiry_date) ?? null;
    const fitting = this.#others.get(likeness(new_block_expiry_date, credit_block.per_unit_cost_basis)) ?? [];
    const ofAmount = fitting.findIndex(
      ({ maximum_initial_balance: initial }) => initial !== null && compare(initial, amount) === 0,
    );
    const [made] = fitting.splice(Math.max(ofAmount, 0), 1);
    if (made !== undefined) this.#owners.set(made.id, owner);
  }
}

const likeness = (expiry: string | null | undefined, costBasis: Amount | null): string =>
  JSON.stringify([timeOf(expiry) ?? null, costBasis]);

const lotOf = (block: CreditBlock, now: Instant): readonly Lot[] =>
  isPositive(block.balance) && !hasExpired(block, now)
    ? [{ block: block.id, expiry: endOf(block) ?? null, left: block.balance }]
    : [];

/** Whether two cost bases are one; none counts as 0 (Orb docs: deduction order). */
export const isSameCost = (a: Amount | null, b: Amount | null): boolean =>
  compare(a ?? zero, b ?? zero) === 0;
