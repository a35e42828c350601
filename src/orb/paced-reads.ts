// Limits reads to the rate that the API allows (Orb docs: rate limits), so that a long run is not refused and retried.
import { type LimiterClock, rateLimiter } from '../platform/rate-limiter.ts';
import type { Target } from '../profiles/choose-connection.ts';
import type { Exchange, WireAnswer } from '../wire/json.ts';

/** Reads per second: of credit balances, by either id of a customer, and of everything else. */
const limits = {
  live: { balances: 10, others: 100 },
  test: { balances: 5, others: 50 },
} as const;

const balancesPath = /^\/customers\/(external_customer_id\/[^/]+|(?!external_customer_id\/)[^/]+)\/credits$/;

/** An exchange for reads alone: each attempt waits for the limiter, but reads of the embedded ledger do not. */
export function pacedReads(exchange: Exchange, kind: Target['kind'], clock: LimiterClock): Exchange {
  if (kind === 'sandbox') return exchange;
  const balances = pace(limits[kind].balances, clock);
  const others = pace(limits[kind].others, clock);
  return (request, signal) => {
    const send = () => exchange(request, signal);
    return balancesPath.test(request.path) ? balances(send) : others(send);
  };
}

type Sending = () => Promise<WireAnswer>;

const second = 1000;

/**
 * Spaces requests evenly, in as many slots as the API allows requests per second. A slot is free one second after its
 * answer: however late a request arrives, the API never counts more than its limit.
 */
function pace(perSecond: number, clock: LimiterClock): (send: Sending) => Promise<WireAnswer> {
  const { monotonic, sleep } = clock;
  const turn = rateLimiter(perSecond, clock);
  const slots: { answered: Promise<void>; at: number }[] = [];
  let next = 0;
  let last: Promise<void> = Promise.resolve();
  return async (send) => {
    const slot = slots[next] ?? { answered: Promise.resolve(), at: Number.NEGATIVE_INFINITY };
    slots[next] = slot;
    next = (next + 1) % perSecond;
    const { answered } = slot;
    // Requests wait one at a time, in order of arrival.
    const mine = last.then(async () => {
      await answered;
      for (let wait = slot.at + second - monotonic(); wait > 0; wait = slot.at + second - monotonic())
        await sleep(wait);
      await turn();
    });
    last = mine.catch(() => {});
    const answer = mine.then(send).finally(() => {
      slot.at = monotonic();
    });
    slot.answered = answer.then(
      () => {},
      () => {},
    );
    return answer;
  };
}
