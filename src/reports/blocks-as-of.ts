// Computes the blocks of a ledger at an earlier instant: today's blocks less the changes by later entries. Pure.

import {
  type CreditBlock,
  changeOf,
  hasBegun,
  hasExpired,
  instantOf,
  isDebtMove,
  isDrawable,
  type LedgerEntry,
} from '../credits/customer.ts';
import {
  type Amount,
  add,
  agreeTo15Digits,
  type Instant,
  isZero,
  negate,
  smaller,
  subtract,
  sum,
  zero,
} from '../credits/exact.ts';
import { WaitingCredits } from '../credits/waiting-credits.ts';

/** Identifies a block that a move created by expiry, cost basis and amount, because no entry has its id. */
const moveKey = (expiry: string | null, cost: Amount | null, moved: Amount): string =>
  `${expiry ?? ''} ${cost ?? ''} ${moved}`;

/** Takes every entry of one ledger, and reverses the entries after an instant. */
export class BlocksAsOf {
  readonly #at: Instant;
  /** The change of each block: by all entries, and by the entries after the instant. */
  readonly #changes = new Map<string, Amount>();
  readonly #changesSince = new Map<string, Amount>();
  readonly #grants = new Set<string>();
  readonly #waiting = new WaitingCredits();
  /** Blocks that were unpaid at the instant: a later increment says that they were paid, or they expired without counting. */
  readonly #waited = new Set<string>();
  /** Blocks whose grant before the instant did not change the balance, and blocks whose credits counted by the instant. */
  readonly #grantedUncounted = new Set<string>();
  readonly #counted = new Set<string>();
  #next: LedgerEntry | undefined;
  readonly #namedBefore = new Set<string>();
  readonly #movesBefore = new Map<string, number>();

  /** @param at entries up to this instant are kept, later ones are reversed */
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
    addChange(this.#changes, id, change);
    if (!isBefore) addChange(this.#changesSince, id, change);
    if (!isBefore || entry.new_block_expiry_date === undefined) return;
    const key = moveKey(entry.new_block_expiry_date, cost, negate(change));
    this.#movesBefore.set(key, (this.#movesBefore.get(key) ?? 0) + 1);
  }

  /** The blocks that were open at the instant. @param now all blocks as they are now, newest first, expired ones too */
  blocks(now: readonly CreditBlock[]): readonly CreditBlock[] {
    return this.existing(now).filter((block) => !isZero(block.balance) && !hasExpired(block, this.#at));
  }

  /** The blocks that existed at the instant, also those that had expired or were used up. @param now as in `blocks` */
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
        balance: balanceBefore(block, this.#changesSince),
        status: this.#statusOf(block),
      }))
      .toReversed();
    const unpaid = this.#unpaid(blocks);
    return blocks.map((block) => (unpaid.has(block) ? { ...block, status: 'pending_payment' } : block));
  }

  /**
   * Blocks whose credits were moved away before payment, so that no later entry shows that they were unpaid. The proof is
   * that the next entry starts at the balance of the other blocks.
   */
  #unpaid(blocks: readonly CreditBlock[]): ReadonlySet<CreditBlock> {
    const counting = blocks.filter((block) => isDrawable(block, this.#at));
    const uncounted = counting.filter(({ id }) => this.#grantedUncounted.has(id) && !this.#counted.has(id));
    const left = subtract(balanceOf(counting), balanceOf(uncounted));
    const isProven = this.#next !== undefined && agreeTo15Digits(left, this.#next.starting_balance);
    return new Set(isProven ? uncounted.filter(({ balance }) => !isZero(balance)) : []);
  }

  /** A block that was effective by the instant, but did not count yet, was waiting for its payment. */
  #statusOf(block: CreditBlock): CreditBlock['status'] {
    const waited = this.#waited.has(block.id) && hasBegun(block, this.#at);
    return waited ? 'pending_payment' : block.status;
  }

  /**
   * Whether a block that a move created existed at the instant. Must be called for the oldest block first: a move before
   * the instant created the oldest block of its kind.
   */
  #existed(block: CreditBlock, moves: Map<string, number>): boolean {
    const wasNamed = this.#namedBefore.has(block.id);
    const moved = balanceBefore(block, this.#changes);
    if (isZero(moved)) return wasNamed;
    const key = moveKey(block.expiry_date, block.per_unit_cost_basis, moved);
    const left = moves.get(key) ?? 0;
    moves.set(key, left - 1);
    return wasNamed || left > 0;
  }
}

const balanceOf = (blocks: readonly CreditBlock[]): Amount => sum(blocks.map(({ balance }) => balance));

/** Whether a block expired before its credits counted. A used-up block has no credits that could have counted. */
const expiredUncounted = (entry: LedgerEntry): boolean =>
  entry.entry_type === 'credit_block_expiry' && isZero(changeOf(entry)) && !isZero(entry.amount);

const addChange = (changes: Map<string, Amount>, id: string, change: Amount): void =>
  void changes.set(id, add(changes.get(id) ?? zero, change));

const balanceBefore = ({ id, balance }: CreditBlock, changes: ReadonlyMap<string, Amount>): Amount =>
  subtract(balance, changes.get(id) ?? zero);

/** The change of the block that an entry names. */
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
      // The debt of an expired block moves to the new block, which leaves the expired block at zero.
      return isDebtMove(entry) ? amount : negate(amount);
    // A grant creates the block, so there is no earlier balance to change.
    default:
      return zero;
  }
}
