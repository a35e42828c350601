// The sums of a plan held against its rows: the rows are what is sent, so that a policy must not go by less.

import { type Amount, compare, zero } from '../../credits/amount.ts';
import { CreditctlError } from '../../errors.ts';
import { addMoved, type MovedCredits, movements, noneMoved } from '../../requests/moved-credits.ts';
import type { ApiRequest } from '../../requests/request.ts';
import type { CurrencyTotals } from '../plan/plan-lines.ts';
import type { Plan } from '../plan/plan-reader.ts';

/** What rows say that they move. An expiry change may leave its amount to the API, and counts as nothing here. */
export class RowSums {
  readonly #sums = new Map<string, MovedCredits>();
  #largest: Amount = zero;
  #rows = 0;

  add(request: Pick<ApiRequest, 'body'>): void {
    this.#rows += 1;
    this.#largest = addMoved(request, this.#sums, this.#largest);
  }

  /**
   * The sums to judge the plan by: in each the larger of what the plan tells and what its rows do. A row that will
   * probably be refused is in no total, and may be carried out after all. Throws a `refused` error if the plan has other
   * rows than it tells, or tells of less than they move.
   */
  heldAgainst({ end: { totals } }: Plan): readonly CurrencyTotals[] {
    if (totals.rows !== this.#rows) throw otherRows();
    const largest = totals.credits.map((each) => each.largest_row).reduce(larger, zero);
    if (compare(this.#largest, largest) > 0) throw otherRows();
    const told = new Map(totals.credits.map((each) => [each.currency, each]));
    for (const sums of this.#sums.values()) {
      const total = told.get(sums.currency) ?? { currency: sums.currency, ...noneMoved, largest_row: zero };
      const moved = movements.map((name) => [name, larger(total[name], sums[name])] as const);
      if (totals.refusals === 0 && moved.some(([name, amount]) => amount !== total[name])) throw otherRows();
      told.set(sums.currency, { ...total, ...Object.fromEntries(moved) });
    }
    return [...told.values()];
  }
}

const larger = (a: Amount, b: Amount): Amount => (compare(a, b) >= 0 ? a : b);

const otherRows = (): CreditctlError =>
  new CreditctlError('refused', 'The totals of the plan are not those of its rows; nothing was written', {
    applied: 'no',
    retrySafe: true,
    next: ['creditctl batch plan <file> --out <plan>'],
  });
