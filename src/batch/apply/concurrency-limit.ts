// How many rows are under way at once: more while all is well, half as many when the API asks for less. Pure.

export const widthAtFirst = 4;
export const widthMax = 64;

export class InFlight {
  #limit = widthAtFirst;
  /** Until the first setback the width grows with every row, after it by one for as many rows as it is wide. */
  #isFirst = true;
  #good = 0;
  #age = 0;

  get limit(): number {
    return this.#limit;
  }

  /** Taken by a row when it leaves, and given back with its setbacks. */
  get age(): number {
    return this.#age;
  }

  /** A row was answered at the first attempt. */
  good(): void {
    this.#good += 1;
    if (!this.#isFirst && this.#good < this.#limit) return;
    this.#good = 0;
    this.#limit = Math.min(widthMax, this.#limit + 1);
  }

  /** The API could not be reached, failed, or said 429. Rows that left before the last setback tell nothing new. */
  setback(age: number): void {
    if (age !== this.#age) return;
    this.#age += 1;
    this.#good = 0;
    this.#isFirst = false;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
  }
}
