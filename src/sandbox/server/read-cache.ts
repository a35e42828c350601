// Answers to reads are given again as long as nothing has changed: a server is mostly asked what it has just answered.
import type { Instant } from '../../credits/exact.ts';
import type { Exchange, WireAnswer, WireRequest } from '../../wire/json.ts';

export interface ReadCacheSources {
  /** Another text after any change of the database. */
  readonly version: () => string;
  readonly now: () => Instant;
}

/** Answers kept at once, and the longest body that is worth it, in characters. */
const answersMost = 256;
const bodyMost = 64 * 1024;

/**
 * What a GET is answered follows from the database and the whole second of the ledger's clock: entries are dated,
 * fall due and are committed at whole seconds (see `ledgerTime`). So within a second an answer to the same question
 * at the same version is the same answer.
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
    // Reading may itself have written what was due, and others may have written meanwhile.
    const isWorthIt = answer.body.length <= bodyMost && answers.size < answersMost;
    if (isWorthIt && valid === asked && moment() === asked) answers.set(question, answer);
    return answer;
  };
}

function questionOf({ path, query }: WireRequest): string {
  return query.length === 0 ? path : `${path}?${JSON.stringify(query)}`;
}
