// Reads leave at the pace that the API takes (Orb docs: rate limits), so that long work is not turned away and begun again.
import { type LimiterClock, rateLimiter } from '../platform/rate-limiter.ts';
import type { Place } from '../profiles/place.ts';
import type { Exchange } from '../wire/message.ts';

/** Reads in a second: of credit balances, by either id of a customer, and any others. */
const limits = {
  live: { balances: 10, others: 100 },
  test: { balances: 5, others: 50 },
} as const;

/** Milliseconds: a tenth of the pace, so that a machine or a network that stalls for a moment meets no 429. */
const slack = 100;

const balancesPath = /^\/customers\/(external_customer_id\/[^/]+|(?!external_customer_id\/)[^/]+)\/credits$/;

/** The same wire; each attempt at a read waits for its turn, and the embedded ledger's for none. */
export function pacedReads(exchange: Exchange, kind: Place['kind'], clock: LimiterClock): Exchange {
  if (kind === 'sandbox') return exchange;
  const balances = rateLimiter(limits[kind].balances, clock, slack);
  const others = rateLimiter(limits[kind].others, clock, slack);
  return async (request, signal) => {
    if (request.method === 'GET') await (balancesPath.test(request.path) ? balances() : others());
    return exchange(request, signal);
  };
}
