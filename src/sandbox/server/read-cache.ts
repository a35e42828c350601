// Caches answers to reads until the database changes, because most requests to a server repeat an earlier one.
import type { Instant } from '../../credits/exact.ts';
import type { Exchange, WireAnswer, WireRequest } from '../../wire/json.ts';

export interface ReadCacheSources {
  /** A text that differs after any change of the database. */
  readonly version: () => string;
  readonly now: () => Instant;
}

/** The most answers in the cache, and the longest cached body in characters. */
const answersMost = 256;
const bodyMost = 64 * 1024;

/**
 * The answer to a GET depends only on the database and the whole second of the ledger's clock: entries are dated,
 * fall due and are committed at whole seconds (see `ledgerTime`). So within a second, equal requests at one version
 * have equal answers.
 */
export function rememberReads(exchange: Exchange, { version, now }: ReadCacheSources): Exchange {
  const moment = (): string => `${Math.floor(now() / 1000)} ${version()}`;
  const answers = new Map<string, WireAnswer>();
  let valid = '';
  return async (request, signal) => {
    if (request.method !== 'GET') return exchange(request, signal);
    const asked = moment();
    if (asked !== valid) {
      answers.clear();
      valid = asked;
    }
    const question = questionOf(request);
    const known = answers.get(question);
    if (known !== undefined) return known;
    const answer = await exchange(request, signal);
    // The read itself may have written due events, and other processes may have written meanwhile.
    const isWorthIt = answer.body.length <= bodyMost && answers.size < answersMost;
    if (isWorthIt && valid === asked && moment() === asked) answers.set(question, answer);
    return answer;
  };
}

function questionOf({ path, query }: WireRequest): string {
  return query.length === 0 ? path : `${path}?${JSON.stringify(query)}`;
}
