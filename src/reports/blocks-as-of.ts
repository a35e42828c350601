// The blocks of a ledger as they were at an earlier instant: the blocks of today less what the entries since did. Pure.

import {
  type CreditBlock,
  changeOf,
  hasBegun,
  hasExpired,
  instantOf,
  isDrawable,
  type LedgerEntry,
} from '../credits/customer.ts';
import {
  type Amount,
  add,
  agrees,
  type Instant,
  isZero,
  negate,
  smaller,
  subtract,
  sum,
  zero,
} from '../credits/exact.ts';
import { WaitingCredits } from '../credits/waiting-credits.ts';

/** What is known of a block that a move made: no entry names it. */
const moveKey = (expiry: string | null, cost: Amount | null, moved: Amount): string =>
  `${expiry ?? ''} ${cost ?? ''} ${moved}`;

/** Takes every entry of one ledger, and undoes those after an instant. */
export class BlocksAsOf {
  readonly #at: Instant;
  /** What entries did to each block: all of them, and those after the instant. */
  readonly #changes = new Map<string, Amount>();
  readonly #changesSince = new Map<string, Amount>();
  readonly #grants = new Set<string>();
  readonly #waiting = new WaitingCredits();
  /** Blocks that were paid for after the instant, which is one more increment, or too late: they expired uncounted. */
  readonly #waited = new Set<string>();
  /** Blocks whose grant before the instant left the balance as it was, and those that had counted by then. */
  readonly #grantedUncounted = new Set<string>();
  readonly #counted = new Set<string>();
  #next: LedgerEntry | undefined;
  readonly #namedBefore = new Set<string>();
  readonly #movesBefore = new Map<string, number>();

  /** @param at the last instant whose entries stand */
  constructor(at: Instant) {
    this.#at = at;
  }

  /** Takes the entries of the whole ledger, in any order. */
  add(entry: LedgerEntry): void {
    const { id, per_unit_cost_basis: cost } = entry.credit_block;
    const isBefore = instantOf(entry) <= this.#at;
    this.#waiting.add(entry);
    if (entry.entry_type === 'increment') this.#grants.add(id);
    if (!isBefore && (entry.entry_type === 'increment' || expiredUncounted(entry))) this.#waited.add(id);
    if (isBefore) this.#namedBefore.add(id);
    if (isBefore && entry.entry_type === 'increment')
      (isZero(changeOf(entry)) ? this.#grantedUncounted : this.#counted).add(id);
    if (
      !isBefore &&
      entry.ledger_sequence_number < (this.#next?.ledger_sequence_number ?? Number.POSITIVE_INFINITY)
    )
      this.#next = entry;
    const change = blockChange(entry);
    count(this.#changes, id, change);
    if (!isBefore) count(this.#changesSince, id, change);
    if (!isBefore || entry.new_block_expiry_date === undefined) return;
    const key = moveKey(entry.new_block_expiry_date, cost, negate(change));
    this.#movesBefore.set(key, (this.#movesBefore.get(key) ?? 0) + 1);
  }

  /** @param now every block as it is now, expired and used up ones too, newest first. Returns those open then. */
  blocks(now: readonly CreditBlock[]): readonly CreditBlock[] {
    return this.existing(now).filter((block) => !isZero(block.balance) && !hasExpired(block, this.#at));
  }

  /** The same with those that had expired or were used up. */
  existing(now: readonly CreditBlock[]): readonly CreditBlock[] {
    const moves = new Map(this.#movesBefore);
    const { moved } = this.#waiting.blocks();
    const blocks = now
      .toReversed()
      .filter((block) =>
        this.#grants.has(block.id) && !moved.has(block.id)
          ? this.#namedBefore.has(block.id)
          : this.#existed(block, moves),
      )
      .map((block) => ({
        ...block,
        balance: without(block, this.#changesSince),
        status: this.#statusOf(block),
      }))
      .toReversed();
    const unpaid = this.#unpaid(blocks);
    return blocks.map((block) => (unpaid.has(block) ? { ...block, status: 'pending_payment' } : block));
  }

  /**
   * Those whose credits were moved away before they were paid for: no later entry says that they waited. The next entry
   * begins with the balance of the others, where they did.
   */
  #unpaid(blocks: readonly CreditBlock[]): ReadonlySet<CreditBlock> {
    const counting = blocks.filter((block) => isDrawable(block, this.#at));
    const uncounted = counting.filter(({ id }) => this.#grantedUncounted.has(id) && !this.#counted.has(id));
    const left = subtract(balanceOf(counting), balanceOf(uncounted));
    const isProven = this.#next !== undefined && agrees(left, this.#next.starting_balance);
    return new Set(isProven ? uncounted.filter(({ balance }) => !isZero(balance)) : []);
  }

  /** A block that had begun by the instant, and did not count yet, waited for its payment. */
  #statusOf(block: CreditBlock): CreditBlock['status'] {
    const waited = this.#waited.has(block.id) && hasBegun(block, this.#at);
    return waited ? 'pending_payment' : block.status;
  }

  /**
   * Of a block that no grant made. To be asked from the oldest on: a move before the instant made the oldest block of
   * its kind.
   */
  #existed(block: CreditBlock, moves: Map<string, number>): boolean {
    const wasNamed = this.#namedBefore.has(block.id);
    const moved = without(block, this.#changes);
    if (isZero(moved)) return wasNamed;
    const key = moveKey(block.expiry_date, block.per_unit_cost_basis, moved);
    const left = moves.get(key) ?? 0;
    moves.set(key, left - 1);
    return wasNamed || left > 0;
  }
}

const balanceOf = (blocks: readonly CreditBlock[]): Amount => sum(blocks.map(({ balance }) => balance));

/** Not the expiry of a block that was used up: it has no credits that could have counted. */
const expiredUncounted = (entry: LedgerEntry): boolean =>
  entry.entry_type === 'credit_block_expiry' && isZero(changeOf(entry)) && !isZero(entry.amount);

const count = (changes: Map<string, Amount>, id: string, change: Amount): void =>
  void changes.set(id, add(changes.get(id) ?? zero, change));

const without = ({ id, balance }: CreditBlock, changes: ReadonlyMap<string, Amount>): Amount =>
  subtract(balance, changes.get(id) ?? zero);

/** What an entry did to the balance of the block that it names. */
function blockChange(entry: LedgerEntry): Amount {
  const { amount } = entry;
  switch (entry.entry_type) {
    case 'amendment':
      return amount;
    case 'decrement':
    case 'credit_block_expiry':
    case 'void':
      return negate(amount);
    case 'void_initiated':
      return negate(smaller(amount, entry.void_amount ?? amount));
    case 'expiration_change':
      // The debt of an expired block moves on, which leaves the block at zero.
      return hasExpired(entry.credit_block, instantOf(entry)) ? amount : negate(amount);
    // A grant makes the block: nothing was there before it.
    default:
      return zero;
  }
}
