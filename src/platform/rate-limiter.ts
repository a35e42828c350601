// Limits requests per second: a sliding window counts them, and a limiter spaces them evenly.

const second = 1000;

/** A request that the limiter let pass. */
interface Counted {
  /** When the request passed, in milliseconds of a clock that never goes back. */
  readonly at: number;
  /** Milliseconds until the success arrived; `undefined` before. */
  took: number | undefined;
}

/** The times of the last requests, as many as one second allows. Pure: each method is given the time. */
export class SlidingWindow {
  readonly #limit: number;
  readonly #counted: Counted[] = [];
  #next = 0;

  /** @param limit requests in any one second: a whole number, or `Infinity` for no limit */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The earliest time for the next request, by the clock of `add`. */
  get freeAt(): number {
    return (this.oldest?.at ?? Number.NEGATIVE_INFINITY) + second;
  }

  /** The request that the next one replaces; `undefined` while slots are free. */
  get oldest(): Counted | undefined {
    return this.#counted[this.#next];
  }

  /** Counts one request. @param now milliseconds of a clock that never goes back */
  add(now: number): Counted {
    const counted = { at: now, took: undefined };
    if (this.#limit === Number.POSITIVE_INFINITY) return counted;
    this.#counted[this.#next] = counted;
    this.#next = (this.#next + 1) % this.#limit;
    return counted;
  }
}

export interface LimiterClock {
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  /** Resolves after that many milliseconds; rejects if the wait is interrupted. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** The parts of a run that a limiter needs: its clock, and the signal that ends every wait. */
interface Run {
  readonly system: {
    readonly monotonic: () => number;
    readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  };
  readonly interruption: AbortSignal;
}

/** The clock of a run. An interruption ends its sleeps. */
export function limiterClock({ system, interruption }: Run): LimiterClock {
  return {
    monotonic: system.monotonic,
    sleep: (ms) => system.sleep(Math.ceil(ms), interruption),
  };
}

/** Milliseconds by which the network may shorten the distance of two requests. */
const slack = 35;

/** Milliseconds that a timer may be late without lowering the rate. */
const lateness = 5;

/** The most requests that the limiter catches up on after a delay. */
const behindMax = 3;

/** The longest delay of one request on the network, in milliseconds: a lost packet is sent again within that time. */
const delayMax = 200;

/** Resolves when the next request may be sent, with a function to call at its success. */
export type Turn = () => Promise<() => void>;

/**
 * Spaces requests evenly, and never more per second than the API allows. A request that took longer than the quickest
 * one may have arrived later by the difference (the first ones wait for their connection), so it counts from then on.
 * A turn rejects as the clock's `sleep` does; the next waiting request then takes that turn.
 * @param perSecond a whole number; `undefined` for no limit
 */
export function rateLimiter(perSecond: number | undefined, clock: LimiterClock): Turn {
  if (perSecond === undefined) return async () => () => {};
  const pause = (second + slack) / perSecond;
  const window = new SlidingWindow(perSecond);
  let next = Number.NEGATIVE_INFINITY;
  let quickest = Number.POSITIVE_INFINITY;
  let last: Promise<unknown> = Promise.resolve();
  const waitAt = (now: number): number => {
    const took = window.oldest?.took;
    const delay = took === undefined ? 0 : Math.min(took - quickest, delayMax);
    return Math.max(next, window.freeAt + delay + slack - lateness) - now;
  };
  const { monotonic, sleep } = clock;
  const pass = async (): Promise<() => void> => {
    for (let wait = waitAt(monotonic()); wait > 0; wait = waitAt(monotonic())) await sleep(wait);
    const now = monotonic();
    const counted = window.add(now);
    next = Math.max(next, now - behindMax * pause) + pause;
    return () => {
      counted.took = monotonic() - now;
      quickest = Math.min(quickest, counted.took);
    };
  };
  return () => {
    const mine = last.then(pass);
    last = mine.catch(() => {});
    return mine;
  };
}
