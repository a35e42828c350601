// What explains a balance that changed without an entry: what the API does by itself, and no break. Pure.

import { type CreditBlock, endOf, type LedgerEntry } from './customer.ts';
import { type Amount, add, compare, type Instant, isPositive, negate, sum, timeOf, zero } from './exact.ts';

/** A balance that changed without an entry. */
export interface Jump {
  /** The entry before which it changed; `undefined` for a change after the last one. */
  readonly entry: LedgerEntry | undefined;
  readonly by: Amount;
  /** Between which two instants, the first not included. */
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

/** What the API does to a balance without an entry; each block explains one jump. */
export class Explanations {
  readonly #left: Set<Uncounted>;
  readonly #blocks: ReadonlyMap<string, CreditBlock>;
  readonly #now: Instant;

  constructor(uncounted: readonly Uncounted[], blocks: readonly CreditBlock[], now: Instant) {
    this.#left = new Set(uncounted);
    this.#blocks = new Map(blocks.map((block) => [block.id, block]));
    this.#now = now;
  }

  /** A sentence, or `undefined` for a break. */
  of(jump: Jump): string | undefined {
    return this.#effective(jump) ?? this.#paid(jump) ?? this.#expired(jump);
  }

  /** Part of a block may have been voided before it became effective, so that its credits may be fewer. */
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

  /** Credits lapse at the start of a day, and the API writes the entry close to it. */
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
