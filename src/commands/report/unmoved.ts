// What a report leaves out because nothing moved, so that no total is silently short.
import { type Amount, add, isZero, zero } from '../../credits/amount.ts';
import type { Note } from '../../output/terminal/notes.ts';

/** Ledgers with a balance in which nothing moved; those without one are nothing to tell. */
export class Unmoved {
  #ledgers = 0;
  readonly #balances = new Map<string, Amount>();

  add(currency: string, balance: Amount): void {
    if (isZero(balance)) return;
    this.#ledgers += 1;
    this.#balances.set(currency, add(this.#balances.get(currency) ?? zero, balance));
  }

  /** `undefined` if nothing was left out. */
  note(): Note | undefined {
    if (this.#ledgers === 0) return undefined;
    const held = [...this.#balances].map(([currency, balance]) => `${balance} ${currency}`).join(', ');
    const ledgers = this.#ledgers === 1 ? 'ledger' : 'ledgers';
    return {
      text: `Left out: ${this.#ledgers} ${ledgers} without movement in these days, with a balance of ${held}`,
      data: { left_out: { ledgers: this.#ledgers, balances: Object.fromEntries(this.#balances) } },
    };
  }
}
