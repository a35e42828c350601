// Answers 429 as Orb does, for a server that was started with rate limits.
import { SlidingWindow } from '../../platform/rate-limiter.ts';
import type { Exchange, WireAnswer, WireRequest } from '../../wire/message.ts';
import { Problem, problemAnswer } from './problem.ts';

/** Requests per second, at most; each kind is counted by itself. */
export interface RateLimits {
  /** Reads of a customer's credit blocks, by either id. */
  readonly balances: number;
  readonly otherReads: number;
  /** Calls that ingest events, however many. */
  readonly ingests: number;
  readonly writes: number;
}

/** Orb's, by the kind of account (Orb docs: rate limits). */
const accounts: Readonly<Record<string, RateLimits>> = {
  live: { balances: 10, otherReads: 100, ingests: 100, writes: 50 },
  test: { balances: 5, otherReads: 50, ingests: 10, writes: 5 },
  trial: { balances: 1, otherReads: 10, ingests: 2, writes: 1 },
};

/** @param choice `live`, `test`, `trial`, or so many writes per second, which leaves reads and events alone */
export function rateLimits(choice: string): RateLimits {
  const unlimited = Number.POSITIVE_INFINITY;
  return (
    accounts[choice] ?? {
      balances: unlimited,
      otherReads: unlimited,
      ingests: unlimited,
      writes: Number(choice),
    }
  );
}

export interface RateLimiting {
  readonly limits: RateLimits;
  /** Milliseconds that only ever pass; the sandbox's own clock can be moved. */
  readonly monotonic: () => number;
}

/** Answers 429 to requests over the limit of any one second. Those are neither executed nor counted. */
export function limitRates(exchange: Exchange, { limits, monotonic }: RateLimiting): Exchange {
  const counted = {
    balances: new SlidingWindow(limits.balances),
    otherReads: new SlidingWindow(limits.otherReads),
    ingests: new SlidingWindow(limits.ingests),
    writes: new SlidingWindow(limits.writes),
  };
  return async (request, signal) => {
    const kind = kindOf(request);
    const now = monotonic();
    if (now < counted[kind].freeAt) return tooMany(kind, limits[kind]);
    counted[kind].add(now);
    return exchange(request, signal);
  };
}

const balancesPath = /^\/customers\/(external_customer_id\/[^/]+|(?!external_customer_id\/)[^/]+)\/credits$/;

function kindOf({ method, path }: WireRequest): keyof RateLimits {
  if (path === '/ingest') return 'ingests';
  if (method !== 'GET') return 'writes';
  return balancesPath.test(path) ? 'balances' : 'otherReads';
}

const names: Readonly<Record<keyof RateLimits, string>> = {
  balances: 'reads of credit balances',
  otherReads: 'reads',
  ingests: 'calls of /ingest',
  writes: 'writes',
};

function tooMany(kind: keyof RateLimits, limit: number): WireAnswer {
  const detail = `At most ${limit} ${names[kind]} are allowed per second.`;
  const answer = problemAnswer(new Problem('429-too-many-requests', detail));
  // Model: Orb documents no Retry-After (Orb docs: rate limits, §17.10); a second is always enough here.
  return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } };
}
