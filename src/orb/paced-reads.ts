// Reads leave at the pace that the API takes (Orb docs: rate limits), so that long work is not turned away and begun again.
import { type LimiterClock, rateLimiter } from '../platform/rate-limiter.ts';
import type { Place } from '../profiles/choose-connection.ts';
import type { Exchange, WireAnswer } from '../wire/json.ts';

/** Reads in a second: of credit balances, by either id of a customer, and any others. */
const limits = {
  live: { balances: 10, others: 100 },
  test: { balances: 5, others: 50 },
} as const;

const balancesPath = /^\/customers\/(external_customer_id\/[^/]+|(?!external_customer_id\/)[^/]+)\/credits$/;

/** The wire for reads alone: each attempt waits for its turn, and the embedded ledger's for none. */
export function pacedReads(exchange: Exchange, kind: Place['kind'], clock: LimiterClock): Exchange {
  if (kind === 'sandbox') return exchange;
  const balances = pace(limits[kind].balances, clock);
  const others = pace(limits[kind].others, clock);
  return (request, signal) => {
    const act = () => exchange(request, signal);
    return balancesPath.test(request.path) ? balances(act) : others(act);
  };
}

type Act = () => Promise<WireAnswer>;

const second = 1000;

/**
 * Evenly spaced, and in so many slots as the API takes requests in a second. A slot is free a second after its answer:
 * however long a request was on its way, the API can never have counted more.
 */
function pace(perSecond: number, clock: LimiterClock): (act: Act) => Promise<WireAnswer> {
  const { monotonic, sleep } = clock;
  const turn = rateLimiter(perSecond, clock);
  const slots: { answered: Promise<void>; at: number }[] = [];
  let next = 0;
  let last: Promise<void> = Promise.resolve();
  return async (act) => {
    const slot = slots[next] ?? { answered: Promise.resolve(), at: Number.NEGATIVE_INFINITY };
    slots[next] = slot;
    next = (next + 1) % perSecond;
    const { answered } = slot;
    // One waits at a time, in the order in which they came.
    const mine = last.then(async () => {
      await answered;
      for (let wait = slot.at + second - monotonic(); wait > 0; wait = slot.at + second - monotonic())
        await sleep(wait);
      await turn();
    });
    last = mine.catch(() => {});
    const answer = mine.then(act).finally(() => {
      slot.at = monotonic();
    });
    slot.answered = answer.then(
      () => {},
      () => {},
    );
    return answer;
  };
}
