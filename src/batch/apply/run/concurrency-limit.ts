// Limits the rows in flight (AIMD): grows by one on success, halves when the API pushes back.

export const initialLimit = 4;
export const maxLimit = 64;

export class ConcurrencyLimit {
  #limit = initialLimit;
  /** Before the first decrease every success adds one; later only a full window of successes does. */
  #isSlowStart = true;
  #successes = 0;
  #epoch = 0;

  get limit(): number {
    return this.#limit;
  }

  /** Number of decreases so far; a row passes the epoch of its sending to `decrease`. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Call this when a row was answered at the first attempt. */
  increase(): void {
    this.#successes += 1;
    if (!this.#isSlowStart && this.#successes < this.#limit) return;
    this.#successes = 0;
    this.#limit = Math.min(maxLimit, this.#limit + 1);
  }

  /** Call this when the API was unreachable, failed or answered 429. Rows sent before the last decrease do not count again. */
  decrease(epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#epoch += 1;
    this.#successes = 0;
    this.#isSlowStart = false;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
  }
}
