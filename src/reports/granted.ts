// Computes the present state of each grant: its amount less voids, and the expiry to which its credits were moved. Pure.

import {
  type CreditBlock,
  endOf,
  hasExpired,
  instantOf,
  isDebtMove,
  type LedgerEntry,
} from '../credits/customer.ts';
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
  /** The increment that created the grant's block. */
  readonly entry: LedgerEntry;
  readonly at: Instant;
  /** Credits granted, less what was voided. */
  readonly amount: Amount;
  /** Whether a person or a program made the grant, not a plan, a top-up or a commitment of the customer. */
  readonly isManual: boolean;
  /** The unused credits, by block. */
  readonly lots: readonly Lot[];
  /** When the credits expire or expired; if lots differ, the expiry of the newest lot. */
  readonly expiry: Instant | null;
  readonly costBasis: Amount | null;
}

/** The entry types that create or change a grant. */
export const grantEntryTypes = ['increment', 'void_initiated', 'expiration_change'] as const;

interface Draft {
  readonly entry: LedgerEntry;
  readonly blocks: CreditBlock[];
  readonly voided: Amount[];
  expiry: Instant | null;
}

/**
 * The grants of one ledger, oldest first.
 * @param entries the entries of `grantEntryTypes`, in any order
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
 * Manual blocks with credits that none of these entries created, which shows that the list of entries is incomplete.
 * A void creates a block, too, but leaves no credits in it. The parameters are those of `grantsOf`.
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
  /** Blocks that no increment created, oldest first, by expiry and cost basis. */
  readonly #others = new Map<string, CreditBlock[]>();
  /** Blocks that an expiration change created: an increment that names such a block says that its credits count now. */
  readonly #moved: ReadonlySet<string>;

  /** Both lists are oldest first. */
  constructor(entries: readonly LedgerEntry[], blocks: readonly CreditBlock[]) {
    this.#blocks = blocks;
    const waiting = new WaitingCredits();
    for (const entry of entries) waiting.add(entry);
    this.#moved = waiting.blocks().moved;
    const granted = entries.filter((entry) => this.#isGrant(entry));
    const ids = new Set(granted.map(({ credit_block: { id } }) => id));
    for (const block of blocks) {
      if (ids.has(block.id) || block.credit_block_source !== 'manual') continue;
      const key = termsKey(block.expiry_date, block.per_unit_cost_basis);
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
      // A second increment of a block says that its credits became effective.
      if (owner !== undefined) return;
      const draft = { entry, blocks: [], voided: [], expiry: endOf(block) ?? null };
      this.#drafts.push(draft);
      this.#owners.set(block.id, draft);
    } else if (owner !== undefined && entry.entry_type === 'void_initiated')
      owner.voided.push(entry.void_amount ?? entry.amount);
    else if (owner !== undefined && entry.entry_type === 'expiration_change' && !isDebtMove(entry))
      this.#move(entry, owner);
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

  /** The API does not name the block that a move creates: take the oldest block without an owner that fits the move. */
  #move({ amount, credit_block, new_block_expiry_date }: LedgerEntry, owner: Draft): void {
    owner.expiry = timeOf(new_block_expiry_date) ?? null;
    const fitting = this.#others.get(termsKey(new_block_expiry_date, credit_block.per_unit_cost_basis)) ?? [];
    const ofAmount = fitting.findIndex(
      ({ maximum_initial_balance: initial }) => initial !== null && compare(initial, amount) === 0,
    );
    const [made] = fitting.splice(Math.max(ofAmount, 0), 1);
    if (made !== undefined) this.#owners.set(made.id, owner);
  }
}

const termsKey = (expiry: string | null | undefined, costBasis: Amount | null): string =>
  JSON.stringify([timeOf(expiry) ?? null, costBasis]);

const lotOf = (block: CreditBlock, now: Instant): readonly Lot[] =>
  isPositive(block.balance) && !hasExpired(block, now)
    ? [{ block: block.id, expiry: endOf(block) ?? null, left: block.balance }]
    : [];

/** Whether two cost bases are equal; a missing one counts as 0 (Orb docs: deduction order). */
export const isSameCost = (a: Amount | null, b: Amount | null): boolean =>
  compare(a ?? zero, b ?? zero) === 0;
