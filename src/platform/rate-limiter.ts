// Limits requests per second: a sliding window that counts them, and a limiter that spaces them evenly.

const second = 1000;

/** When the last requests were let through, as many as one second may have. Pure: each method is given the time. */
export class SlidingWindow {
  readonly #limit: number;
  readonly #instants: number[] = [];
  #oldest = 0;

  /** @param limit requests in any one second: a whole number, or `Infinity` for no limit */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The earliest time for the next request, in the milliseconds that `add` was given. */
  get freeAt(): number {
    return (this.#instants[this.#oldest] ?? Number.NEGATIVE_INFINITY) + second;
  }

  /** Counts one request. @param now milliseconds that only ever pass */
  add(now: number): void {
    if (this.#limit === Number.POSITIVE_INFINITY) return;
    this.#instants[this.#oldest] = now;
    this.#oldest = (this.#oldest + 1) % this.#limit;
  }
}

export interface LimiterClock {
  /** Milliseconds that only ever pass. */
  readonly monotonic: () => number;
  /** Resolves after so many milliseconds; rejects when the wait was interrupted. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** What of a run a limiter needs: its clock, and the signal that ends every wait. */
interface Run {
  readonly parts: {
    readonly monotonic: () => number;
    readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  };
  readonly interruption: AbortSignal;
}

/** The clock of a run. An interruption ends its sleeps. */
export function limiterClock({ parts, interruption }: Run): LimiterClock {
  return {
    monotonic: parts.monotonic,
    sleep: (ms) => parts.sleep(Math.ceil(ms), interruption),
  };
}

/** Milliseconds by which two requests may come closer together on the network. */
const slack = 35;

/** Milliseconds by which a timer may be late without slowing the pace for good. */
const lateness = 5;

/** How far an even pace may be caught up with after a delay, in requests. */
const behindMax = 3;

/**
 * A function that resolves when the next request may leave: evenly spaced, and never more in one second than the API
 * takes. It rejects as the clock's `sleep` does; the next waiter then takes that turn.
 * @param perSecond a whole number; `undefined` for no limit
 */
export function rateLimiter(perSecond: number | undefined, clock: LimiterClock): () => Promise<void> {
  if (perSecond === undefined) return async () => {};
  const pause = (second + slack) / perSecond;
  const window = new SlidingWindow(perSecond);
  let next = Number.NEGATIVE_INFINITY;
  let last: Promise<void> = Promise.resolve();
  const waitAt = (now: number): number => Math.max(next, window.freeAt + slack - lateness) - now;
  const pass = async (): Promise<void> => {
    const { monotonic, sleep } = clock;
    for (let wait = waitAt(monotonic()); wait > 0; wait = waitAt(monotonic())) await sleep(wait);
    const now = monotonic();
    window.add(now);
    next = Math.max(next, now - behindMax * pause) + pause;
  };
  return () => {
    const mine = last.then(pass);
    last = mine.catch(() => {});
    return mine;
  };
}
