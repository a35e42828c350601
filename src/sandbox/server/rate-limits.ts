// Answers 429 as Orb does, if the server was started with rate limits.
import { SlidingWindow } from '../../platform/rate-limiter.ts';
import {
  type Exchange,
  isJsonObject,
  parsePlainJson,
  type WireAnswer,
  type WireRequest,
} from '../../wire/json.ts';
import { problemAnswer, RequestProblem } from './answers.ts';

/** Limits of requests per second, and of events per minute; each kind of request is counted separately. */
export interface RateLimits {
  /** Reads of a customer's credit blocks, by either id. */
  readonly balances: number;
  readonly otherReads: number;
  /** Calls that ingest events, whatever their number of events. */
  readonly ingests: number;
  /** Events per minute, however they are spread over calls. */
  readonly events: number;
  readonly writes: number;
}

const unlimited = Number.POSITIVE_INFINITY;

/** Orb's limits by the kind of account (Orb docs: rate limits). */
const accounts: Readonly<Record<string, RateLimits>> = {
  live: { balances: 10, otherReads: 100, ingests: 100, events: 10_000, writes: 50 },
  test: { balances: 5, otherReads: 50, ingests: 10, events: 2000, writes: 5 },
  trial: { balances: 1, otherReads: 10, ingests: 2, events: 100, writes: 1 },
};

/** @param choice `live`, `test`, `trial`, or a number of writes per second, which leaves reads and events unlimited */
export function rateLimits(choice: string): RateLimits {
  return (
    accounts[choice] ?? {
      balances: unlimited,
      otherReads: unlimited,
      ingests: unlimited,
      events: unlimited,
      writes: Number(choice),
    }
  );
}

export interface RateLimiting {
  readonly limits: RateLimits;
  /** A monotonic clock in milliseconds, because the sandbox's own clock can be moved. */
  readonly monotonic: () => number;
}

type Kind = Exclude<keyof RateLimits, 'events'>;

/** Answers 429 to requests over a limit. Refused requests are neither executed nor counted. */
export function limitRates(exchange: Exchange, { limits, monotonic }: RateLimiting): Exchange {
  const counted = {
    balances: new SlidingWindow(limits.balances),
    otherReads: new SlidingWindow(limits.otherReads),
    ingests: new SlidingWindow(limits.ingests),
    writes: new SlidingWindow(limits.writes),
  };
  const volume = new EventVolume(limits.events);
  return async (request, signal) => {
    const kind = kindOf(request);
    const now = monotonic();
    if (now < counted[kind].freeAt) return tooMany(limits[kind], `${names[kind]} are allowed per second`, 1);
    const events = kind === 'ingests' && limits.events !== unlimited ? eventsIn(request) : 0;
    const wait = volume.waitFor(events, now);
    if (wait > 0) return tooMany(limits.events, 'events are taken per minute', Math.ceil(wait / 1000));
    volume.add(events, now);
    counted[kind].add(now);
    return exchange(request, signal);
  };
}

const minute = 60_000;

/** Counts the events of the last minute by call. */
class EventVolume {
  readonly #limit: number;
  #calls: { readonly at: number; readonly events: number }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Milliseconds until `events` more may come; a whole minute if the limit can never allow as many at once. */
  waitFor(events: number, now: number): number {
    if (events === 0) return 0;
    this.#calls = this.#calls.filter(({ at }) => at > now - minute);
    let above = this.#calls.reduce((sum, call) => sum + call.events, events) - this.#limit;
    if (above <= 0) return 0;
    for (const call of this.#calls) {
      above -= call.events;
      if (above <= 0) return call.at + minute - now;
    }
    return minute;
  }

  add(events: number, now: number): void {
    if (events > 0) this.#calls.push({ at: now, events });
  }
}

/** Counts all sent events, also events of a call that is then refused for another reason. */
function eventsIn({ body = '' }: WireRequest): number {
  try {
    const document = parsePlainJson(body);
    const events = isJsonObject(document) ? document.events : undefined;
    return Array.isArray(events) ? events.length : 0;
  } catch {
    return 0;
  }
}

const balancesPath = /^\/customers\/(external_customer_id\/[^/]+|(?!external_customer_id\/)[^/]+)\/credits$/;

function kindOf({ method, path }: WireRequest): Kind {
  if (path === '/ingest') return 'ingests';
  if (method !== 'GET') return 'writes';
  return balancesPath.test(path) ? 'balances' : 'otherReads';
}

const names: Readonly<Record<Kind, string>> = {
  balances: 'reads of credit balances',
  otherReads: 'reads',
  ingests: 'calls of /ingest',
  writes: 'writes',
};

function tooMany(limit: number, what: string, seconds: number): WireAnswer {
  const detail = `At most ${limit} ${what}.`;
  const problem = new RequestProblem('429-too-many-requests', detail);
  // Model: Orb documents no Retry-After (Orb docs: rate limits); here it states when the limit is free again.
  return problemAnswer(problem, { 'retry-after': String(seconds) });
}
