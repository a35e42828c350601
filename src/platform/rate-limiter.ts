// Limits requests per second: a sliding window that counts them, and a limiter that spaces them evenly.

const second = 1000;

/** A request that was let through. */
interface Counted {
  /** When, in milliseconds that only ever pass. */
  readonly at: number;
  /** Milliseconds until its answer was there; `undefined` while it is not. */
  took: number | undefined;
}

/** When the last requests were let through, as many as one second may have. Pure: each method is given the time. */
export class SlidingWindow {
  readonly #limit: number;
  readonly #counted: Counted[] = [];
  #next = 0;

  /** @param limit requests in any one second: a whole number, or `Infinity` for no limit */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The earliest time for the next request, in the milliseconds that `add` was given. */
  get freeAt(): number {
    return (this.oldest?.at ?? Number.NEGATIVE_INFINITY) + second;
  }

  /** The one whose place the next one takes; `undefined` while there are free places. */
  get oldest(): Counted | undefined {
    return this.#counted[this.#next];
  }

  /** Counts one request. @param now milliseconds that only ever pass */
  add(now: number): Counted {
    const counted = { at: now, took: undefined };
    if (this.#limit === Number.POSITIVE_INFINITY) return counted;
    this.#counted[this.#next] = counted;
    this.#next = (this.#next + 1) % this.#limit;
    return counted;
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

/** By how much a request may have come later than others, in milliseconds: a lost packet is sent again within that. */
const delayMax = 200;

/** Resolves when the next request may leave, with a function to call once its success is there. */
export type Turn = () => Promise<() => void>;

/**
 * Turns that are evenly spaced, and never more in one second than the API takes. A request whose success took longer than
 * the quickest one may have come later by that, as the first ones do, which wait for their connection; it counts from then.
 * A turn rejects as the clock's `sleep` does; the next waiter then takes it.
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
