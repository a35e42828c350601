// A token bucket that never bursts: requests leave evenly, and never more in one second than the API takes.

export interface TurnClock {
  /** Milliseconds that only ever pass. */
  readonly monotonic: () => number;
  /** Resolves after so many milliseconds; rejects if nobody shall wait any longer. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** Milliseconds by which two requests may come closer together on their way. */
const slack = 35;

/** Milliseconds by which a timer may be late without the pace being lost for good. */
const lateness = 5;

/** How far an even pace may be caught up with after a delay, in requests. */
const behindMax = 3;

/** Resolves when the next request may leave. @param perSecond a whole number */
export function turns(perSecond: number, clock: TurnClock): () => Promise<void> {
  const bucket = new Bucket(perSecond, clock);
  return () => bucket.turn();
}

class Bucket {
  readonly #pause: number;
  readonly #clock: TurnClock;
  /** When the last ones left, as many as one second may have; the oldest is at `#oldest`. */
  readonly #left: number[];
  #oldest = 0;
  #next = Number.NEGATIVE_INFINITY;
  #last: Promise<void> = Promise.resolve();

  constructor(perSecond: number, clock: TurnClock) {
    this.#pause = (1000 + slack) / perSecond;
    this.#clock = clock;
    this.#left = Array.from({ length: perSecond }, () => Number.NEGATIVE_INFINITY);
  }

  turn(): Promise<void> {
    const mine = this.#last.then(() => this.#mine());
    // Who waits behind one that gave up comes next.
    this.#last = mine.catch(() => {});
    return mine;
  }

  async #mine(): Promise<void> {
    const { monotonic, sleep } = this.#clock;
    for (let wait = this.#wait(monotonic()); wait > 0; wait = this.#wait(monotonic())) await sleep(wait);
    const now = monotonic();
    this.#left[this.#oldest] = now;
    this.#oldest = (this.#oldest + 1) % this.#left.length;
    this.#next = Math.max(this.#next, now - behindMax * this.#pause) + this.#pause;
  }

  #wait(now: number): number {
    const secondAgo = (this.#left[this.#oldest] ?? 0) + 1000 + slack - lateness;
    return Math.max(this.#next, secondAgo) - now;
  }
}
