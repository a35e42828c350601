// How many rows may be in flight: additive increase while they succeed, multiplicative decrease when the API pushes back.

export const initialLimit = 4;
export const maxLimit = 64;

export class ConcurrencyLimit {
  #limit = initialLimit;
  /** Until the first decrease the limit grows by one a row, and then by one for as many rows as the limit. */
  #isSlowStart = true;
  #successes = 0;
  #epoch = 0;

  get limit(): number {
    return this.#limit;
  }

  /** A row keeps the epoch in which it was sent and passes it to `decrease`. */
  get epoch(): number {
    return this.#epoch;
  }

  /** A row was answered at the first attempt. */
  increase(): void {
    this.#successes += 1;
    if (!this.#isSlowStart && this.#successes < this.#limit) return;
    this.#successes = 0;
    this.#limit = Math.min(maxLimit, this.#limit + 1);
  }

  /** The API could not be reached, failed, or answered 429. Rows sent before the last decrease do not count again. */
  decrease(epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#epoch += 1;
    this.#successes = 0;
    this.#isSlowStart = false;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
  }
}
