// Limits on requests per second, for a server that was asked to keep them as Orb does.
import type { Exchange, WireAnswer, WireRequest } from '../../wire/message.ts';
import { Problem, problemAnswer } from './problem.ts';

/** Requests per second, at most; each kind is counted by itself. */
export interface RateLimits {
  /** Reads of a customer's credit blocks, by either id. */
  readonly balances: number;
  readonly otherReads: number;
  readonly writes: number;
}

/** Orb's, by the kind of account (orb-api.md §13). */
const accounts: Readonly<Record<string, RateLimits>> = {
  live: { balances: 10, otherReads: 100, writes: 50 },
  test: { balances: 5, otherReads: 50, writes: 5 },
  trial: { balances: 1, otherReads: 10, writes: 1 },
};

/** @param choice `live`, `test`, `trial`, or so many writes per second, which leaves reads alone */
export function rateLimits(choice: string): RateLimits {
  const unlimited = Number.POSITIVE_INFINITY;
  return accounts[choice] ?? { balances: unlimited, otherReads: unlimited, writes: Number(choice) };
}

export interface RateLimiting {
  readonly limits: RateLimits;
  /** Milliseconds that only ever pass: the sandbox's own clock may be set. */
  readonly monotonic: () => number;
}

/** Answers 429 to what is too much within any one second; nothing of it is carried out, nor counted. */
export function limitRates(exchange: Exchange, { limits, monotonic }: RateLimiting): Exchange {
  const counted = {
    balances: new LastSecond(limits.balances, monotonic),
    otherReads: new LastSecond(limits.otherReads, monotonic),
    writes: new LastSecond(limits.writes, monotonic),
  };
  return async (request, signal) => {
    const kind = kindOf(request);
    if (kind === undefined || counted[kind].admits()) return exchange(request, signal);
    return tooMany(kind, limits[kind]);
  };
}

const second = 1000;

/** When the last requests were let in, as many as one second may have. */
class LastSecond {
  readonly #limit: number;
  readonly #monotonic: () => number;
  readonly #instants: number[] = [];
  #next = 0;

  constructor(limit: number, monotonic: () => number) {
    this.#limit = limit;
    this.#monotonic = monotonic;
  }

  /** Whether one more may come now; if so, it has. */
  admits(): boolean {
    if (this.#limit === Number.POSITIVE_INFINITY) return true;
    const now = this.#monotonic();
    const longestAgo = this.#instants[this.#next];
    if (longestAgo !== undefined && now - longestAgo < second) return false;
    this.#instants[this.#next] = now;
    this.#next = (this.#next + 1) % this.#limit;
    return true;
  }
}

const balancesPath = /^\/customers\/(external_customer_id\/[^/]+|(?!external_customer_id\/)[^/]+)\/credits$/;

/** Undefined for what is not Orb's: the stand-in for its metering. */
function kindOf({ method, path }: WireRequest): keyof RateLimits | undefined {
  if (path.startsWith('/sandbox/')) return undefined;
  if (method !== 'GET') return 'writes';
  return balancesPath.test(path) ? 'balances' : 'otherReads';
}

const names: Readonly<Record<keyof RateLimits, string>> = {
  balances: 'reads of credit balances',
  otherReads: 'reads',
  writes: 'writes',
};

function tooMany(kind: keyof RateLimits, limit: number): WireAnswer {
  const detail = `At most ${limit} ${names[kind]} are allowed per second.`;
  const answer = problemAnswer(new Problem('429-too-many-requests', detail));
  // Model: Orb documents no Retry-After (orb-api.md §13, §17.10); a second is always enough here.
  return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } };
}
