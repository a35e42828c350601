// Checks the chain of a ledger: each entry starts at the ending balance before it, the last one ends at the blocks' sum.

import { type CreditBlock, instantOf, type LedgerEntry } from './customer.ts';
import {
  type Amount,
  agreeTo15Digits,
  type Instant,
  isPositive,
  isZero,
  subtract,
  sum,
  timeOf,
  zero,
} from './exact.ts';
import { Explanations, type Jump, type Uncounted } from './jump-explanations.ts';

/** The first entry at which the chain breaks; number and id are `null` for a ledger that has blocks but no entry. */
export interface LedgerBreak {
  readonly ledger_sequence_number: number | null;
  readonly id: string | null;
  /** What differs, as a sentence. */
  readonly what: string;
}

export interface LedgerVerdict {
  readonly entries: number;
  readonly firstBreak: LedgerBreak | null;
  /** Oddities that are no break, because the API causes them: a sentence each. */
  readonly notes: readonly string[];
}

/** The most jumps to keep. The oldest are kept, because the first break is among them. */
const jumpsMax = 10_000;
const begin = Number.NEGATIVE_INFINITY;

/** Checks the entries of one customer and currency, newest first as the API lists them, in constant memory. */
export class LedgerCheck {
  #entries = 0;
  #newest: LedgerEntry | undefined;
  #newer: LedgerEntry | undefined;
  readonly #jumps: Jump[] = [];
  readonly #uncounted: Uncounted[] = [];
  #missingNumbers = 0;
  #datedBack = 0;
  #rounded = 0;

  add(entry: LedgerEntry): void {
    this.#entries += 1;
    this.#newest ??= entry;
    if (this.#newer !== undefined) this.#link(this.#newer, entry);
    this.#newer = entry;
    const { entry_type: type, starting_balance: before, ending_balance: after, amount } = entry;
    if (type === 'increment' && before === after && isPositive(amount))
      this.#uncounted.push({
        sequence: entry.ledger_sequence_number,
        block: entry.credit_block.id,
        amount,
      });
  }

  /**
   * The verdict after all entries were added.
   * @param blocks all blocks of the ledger, expired and empty ones too; or the open ones, if `isExplainedBy` is true
   * @param now the ledger's time. Where a clock was set back, its newest entry is later, and the blocks are those of then
   * @param since breaks at older entries do not count
   */
  end(blocks: readonly CreditBlock[], now: Instant, since: Instant = begin): LedgerVerdict {
    const at = this.#timeOf(now);
    return this.#verdict(blocks, { tail: this.#tail(blocks, at), now: at, since });
  }

  /** Whether a balance changed without an entry, so that only blocks can explain the change. */
  get hasJumps(): boolean {
    return this.#jumps.length > 0 || !isZero(this.#newer?.starting_balance ?? zero);
  }

  /**
   * Whether the open blocks suffice: no balance changed without an entry, and the last balance is their sum.
   * @param open the blocks that have credits and have not expired
   */
  isExplainedBy(open: readonly CreditBlock[], now: Instant): boolean {
    const available = availableIn(open, this.#timeOf(now));
    return !this.hasJumps && agreeTo15Digits(available, this.#newest?.ending_balance ?? zero);
  }

  /** The verdict on the entries alone: blocks explain jumps, but are not compared with the last balance. */
  endOfEntries(blocks: readonly CreditBlock[], now: Instant, since: Instant = begin): LedgerVerdict {
    return this.#verdict(blocks, { tail: [], now: this.#timeOf(now), since });
  }

  #timeOf(now: Instant): Instant {
    return Math.max(now, this.#newest === undefined ? begin : instantOf(this.#newest));
  }

  #verdict(
    blocks: readonly CreditBlock[],
    { tail, now, since }: { readonly tail: readonly Jump[]; readonly now: Instant; readonly since: Instant },
  ): LedgerVerdict {
    const oldest = this.#newer;
    if (oldest !== undefined && !isZero(oldest.starting_balance))
      this.#note({
        entry: oldest,
        by: oldest.starting_balance,
        after: begin,
        upTo: instantOf(oldest),
        what: `starts at ${oldest.starting_balance}, and a ledger starts at 0`,
      });
    const notes: string[] = [];
    let firstBreak: LedgerBreak | null = null;
    const explanations = new Explanations(this.#uncounted, blocks, now);
    for (const jump of [...this.#jumps.reverse(), ...tail]) {
      const note = explanations.of(jump);
      if (note !== undefined) notes.push(note);
      else if (jump.upTo >= since) firstBreak ??= this.#breakOf(jump);
    }
    return { entries: this.#entries, firstBreak, notes: [...notes, ...this.#remarks()] };
  }

  #link(newer: LedgerEntry, older: LedgerEntry): void {
    const step = newer.ledger_sequence_number - older.ledger_sequence_number;
    if (step > 1) this.#missingNumbers += step - 1;
    if (instantOf(newer) < instantOf(older)) this.#datedBack += 1;
    const [starts, ended] = [newer.starting_balance, older.ending_balance];
    const between = { entry: newer, after: instantOf(older), upTo: instantOf(newer) };
    if (step < 1)
      this.#note({
        ...between,
        by: zero,
        what: `has number ${newer.ledger_sequence_number}, and so has the entry before it or a later one`,
      });
    else if (starts !== ended && agreeTo15Digits(starts, ended)) this.#rounded += 1;
    else if (starts !== ended)
      this.#note({
        ...between,
        by: subtract(starts, ended),
        what: `starts at ${starts}, and the entry before it ended at ${ended}`,
      });
  }

  #note(jump: Jump): void {
    this.#jumps.push(jump);
    if (this.#jumps.length > jumpsMax) this.#jumps.shift();
  }

  #tail(blocks: readonly CreditBlock[], now: Instant): readonly Jump[] {
    const available = availableIn(blocks, now);
    const ended = this.#newest?.ending_balance ?? zero;
    if (available === ended) return [];
    if (agreeTo15Digits(available, ended)) {
      this.#rounded += 1;
      return [];
    }
    const after = this.#newest === undefined ? begin : instantOf(this.#newest);
    const what =
      this.#newest === undefined
        ? `the ledger has no entry, and its blocks hold ${available}`
        : `ends at ${ended}, and the blocks hold ${available}`;
    return [{ entry: undefined, by: subtract(available, ended), after, upTo: now, what }];
  }

  #breakOf({ entry = this.#newest, what }: Jump): LedgerBreak {
    return {
      ledger_sequence_number: entry?.ledger_sequence_number ?? null,
      id: entry?.id ?? null,
      what: entry === undefined ? what : `entry ${entry.ledger_sequence_number} ${what}`,
    };
  }

  #remarks(): readonly string[] {
    const remarks: readonly (readonly [number, string])[] = [
      [this.#missingNumbers, 'sequence numbers missing, as after a block was deleted'],
      [this.#datedBack, 'entries dated before the one that precedes them, as after a back-dated grant'],
      [this.#rounded, 'balances that differ beyond the 15th significant digit'],
    ];
    return remarks.flatMap(([count, what]) => (count === 0 ? [] : [`${what}: ${count}`]));
  }
}

const availableIn = (blocks: readonly CreditBlock[], now: Instant): Amount =>
  sum(blocks.filter((block) => isAvailable(block, now)).map(({ balance }) => balance));

/** Whether a block's credits count in the balance: paid for, effective, and not expired. */
function isAvailable({ status, effective_date, expiry_date }: CreditBlock, now: Instant): boolean {
  const begins = timeOf(effective_date) ?? begin;
  const ends = timeOf(expiry_date) ?? Number.POSITIVE_INFINITY;
  return status === 'active' && begins <= now && now < ends;
}
