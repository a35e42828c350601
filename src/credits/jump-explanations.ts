// Explains balances that changed without an entry by what the API does automatically. Pure.

import { type CreditBlock, endOf, type LedgerEntry } from './customer.ts';
import { type Amount, add, compare, type Instant, isPositive, negate, sum, timeOf, zero } from './exact.ts';

/** A balance that changed without an entry. */
export interface Jump {
  /** The first entry after the change; `undefined` for a change after the last entry. */
  readonly entry: LedgerEntry | undefined;
  readonly by: Amount;
  /** The change happened after the first and up to the second instant. */
  readonly after: Instant;
  readonly upTo: Instant;
  readonly what: string;
}

/** An increment that left the balance as it was: its block was not effective yet, or waited for its payment. */
export interface Uncounted {
  readonly sequence: number;
  readonly block: string;
  readonly amount: Amount;
}

/** Explains jumps by blocks that became effective, were paid for or expired; each block explains one jump. */
export class Explanations {
  readonly #left: Set<Uncounted>;
  readonly #blocks: ReadonlyMap<string, CreditBlock>;
  readonly #now: Instant;

  constructor(uncounted: readonly Uncounted[], blocks: readonly CreditBlock[], now: Instant) {
    this.#left = new Set(uncounted);
    this.#blocks = new Map(blocks.map((block) => [block.id, block]));
    this.#now = now;
  }

  /** The explanation as a sentence, or `undefined` for a break. */
  of(jump: Jump): string | undefined {
    return this.#effective(jump) ?? this.#paid(jump) ?? this.#expired(jump);
  }

  /** Part of a block may be voided before its start, so fewer credits may become effective than were granted. */
  #effective(jump: Jump): string | undefined {
    const begun = this.#before(jump).filter(({ block }) => {
      const at = timeOf(this.#blocks.get(block)?.effective_date);
      return at !== undefined && at > jump.after && at <= jump.upTo;
    });
    const most = sum(begun.map(({ amount }) => amount));
    if (begun.length === 0 || !isPositive(jump.by) || compare(jump.by, most) > 0) return undefined;
    for (const each of begun) this.#left.delete(each);
    return `${where(jump)}: ${jump.by} became effective without an entry (block ${namesOf(begun)})`;
  }

  #paid(jump: Jump): string | undefined {
    const paid = this.#before(jump).find(({ amount }) => amount === jump.by);
    if (paid === undefined) return undefined;
    this.#left.delete(paid);
    return `${where(jump)}: ${jump.by} were paid for without an entry (block ${paid.block})`;
  }

  /** Credits lapse at the start of a day, and the API writes the expiry entry soon after that. */
  #expired({ entry, by, after }: Jump): string | undefined {
    if (entry !== undefined) return undefined;
    const lapsed = [...this.#blocks.values()].filter((block) => {
      const at = endOf(block);
      return at !== undefined && at > after && at <= this.#now && isPositive(block.balance);
    });
    const total = lapsed.reduce((credits, { balance }) => add(credits, balance), zero);
    if (by !== negate(total)) return undefined;
    return `after the last entry: ${total} expired, and the entry is not there yet`;
  }

  #before({ entry }: Jump): readonly Uncounted[] {
    const until = entry?.ledger_sequence_number ?? Number.POSITIVE_INFINITY;
    return [...this.#left].filter(({ sequence }) => sequence < until);
  }
}

const where = ({ entry }: Jump): string =>
  entry === undefined ? 'after the last entry' : `before entry ${entry.ledger_sequence_number}`;

const namesOf = (begun: readonly Uncounted[]): string => begun.map(({ block }) => block).join(', ');
