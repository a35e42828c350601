// What each grant of a ledger comes to by now: less what was voided, and with the expiry that its credits moved to. Pure.
import { type Amount, compare, isPositive, subtract, sum, zero } from '../credits/amount.ts';
import type { CreditBlock } from '../credits/block.ts';
import { type AffectedBlock, instantOf, type LedgerEntry } from '../credits/entry.ts';
import { type Instant, parseInstant } from '../credits/instant.ts';

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

/** A change of expiry whose new block is not known yet. */
interface Move {
  readonly draft: Draft;
  readonly expiry: Instant | null;
  readonly costBasis: Amount | null;
  readonly amount: Amount;
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
  const tracing = new Tracing(blocks);
  for (const entry of [...entries].sort((a, b) => a.ledger_sequence_number - b.ledger_sequence_number))
    tracing.add(entry);
  return tracing.end(now);
}

class Tracing {
  readonly #drafts: Draft[] = [];
  readonly #owners = new Map<string, Draft>();
  readonly #blocks: ReadonlyMap<string, CreditBlock>;
  #moves: Move[] = [];

  constructor(blocks: readonly CreditBlock[]) {
    this.#blocks = new Map([...blocks].reverse().map((block) => [block.id, block]));
  }

  add(entry: LedgerEntry): void {
    const { credit_block: block } = entry;
    if (entry.entry_type === 'increment') {
      // A second one says that the credits became effective.
      if (this.#owners.has(block.id)) return;
      const draft = { entry, blocks: [], voided: [], expiry: instantIn(block.expiry_date) };
      this.#drafts.push(draft);
      this.#owners.set(block.id, draft);
      return;
    }
    const draft = this.#ownerOf(block);
    if (draft === undefined) return;
    if (entry.entry_type === 'void_initiated') draft.voided.push(entry.void_amount ?? entry.amount);
    else if (entry.entry_type === 'expiration_change') {
      draft.expiry = instantIn(entry.new_block_expiry_date);
      const { expiry } = draft;
      this.#moves.push({ draft, expiry, costBasis: block.per_unit_cost_basis, amount: entry.amount });
    }
  }

  end(now: Instant): readonly Grant[] {
    for (const block of this.#blocks.values()) this.#ownerOf(block)?.blocks.push(block);
    return this.#drafts.map((draft) => {
      const { entry, voided } = draft;
      const lots = draft.blocks.flatMap((block) => lotOf(block, now));
      return {
        entry,
        at: instantOf(entry),
        amount: subtract(entry.amount, sum(voided)),
        isManual: (this.#blocks.get(entry.credit_block.id)?.credit_block_source ?? 'manual') === 'manual',
        lots,
        expiry: lots.length === 0 ? draft.expiry : (lots.at(-1)?.expiry ?? null),
        costBasis: entry.credit_block.per_unit_cost_basis,
      };
    });
  }

  /** The API does not name the block that a change of expiry makes; it is known by what it was made with. */
  #ownerOf(block: Pick<AffectedBlock, 'id' | 'expiry_date' | 'per_unit_cost_basis'>): Draft | undefined {
    const known = this.#owners.get(block.id);
    if (known !== undefined) return known;
    const expiry = instantIn(block.expiry_date);
    const fitting = this.#moves.filter(
      (move) => move.expiry === expiry && move.costBasis === block.per_unit_cost_basis,
    );
    const initial = this.#blocks.get(block.id)?.maximum_initial_balance ?? null;
    const move =
      fitting.find((each) => initial !== null && compare(each.amount, initial) === 0) ?? fitting[0];
    if (move === undefined) return undefined;
    this.#moves = this.#moves.filter((each) => each !== move);
    this.#owners.set(block.id, move.draft);
    return move.draft;
  }
}

function lotOf({ id, balance, expiry_date }: CreditBlock, now: Instant): readonly Lot[] {
  const expiry = instantIn(expiry_date);
  return isPositive(balance) && (expiry === null || expiry > now)
    ? [{ block: id, expiry, left: balance }]
    : [];
}

const instantIn = (text: string | null | undefined): Instant | null =>
  text === null || text === undefined ? null : (parseInstant(text) ?? null);

/** Whether two cost bases are one; none counts as 0 (Orb docs: deduction order). */
export const isSameCost = (a: Amount | null, b: Amount | null): boolean =>
  compare(a ?? zero, b ?? zero) === 0;
