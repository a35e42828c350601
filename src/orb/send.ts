// Sends one request with retries, and says whether the write was applied when the retries end.
import { type Applied, CreditctlError, isInterruption, repetition } from '../errors.ts';
import { type ApiRequest, wireRequest } from '../requests/request.ts';
import {
  type Exchange,
  type Json,
  parseExactJson,
  TransportFailure,
  type WireAnswer,
  type WireRequest,
} from '../wire/json.ts';
import {
  describeBody,
  isHtml,
  isInFlight,
  provesNeverApplied,
  provesNotApplied,
  type Refusal,
  readRefusal,
  refusalError,
} from './refusal.ts';
import { isRetryable, pauseBefore, type RetryPolicy, retryAfter, retryPolicy } from './retry.ts';

/** Clocks, chance and callbacks of a connection. */
export interface SendContext {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to but not including 1. */
  readonly random: () => number;
  /** Resolves after that many milliseconds; rejects with the signal's reason if the signal comes first. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Called before each pause with the reason and the pause in milliseconds. */
  readonly onRetry?: (why: string, pause: number) => void;
  readonly signal?: AbortSignal;
  readonly policy?: RetryPolicy;
  /** Parses a success. By default every digit is kept. */
  readonly parse?: (text: string) => Json;
  /** The exchange for reads, if their rate is limited. */
  readonly reads?: Exchange;
  /** Checks a request before it is sent; an error ends the sending. */
  readonly check?: (request: WireRequest) => void;
  /** Called with each answer, whatever its status. */
  readonly onAnswer?: (answer: WireAnswer) => void;
}

/** A success of the API. */
export interface Answer {
  readonly status: number;
  /** The document of the answer; `null` for an empty answer. */
  readonly document: Json;
  readonly requestId?: string | undefined;
  /** The API had applied the write under this key before, and repeated its answer (Orb docs: idempotency). */
  readonly replayed: boolean;
}

/** Options of one request besides its key. */
export interface Sending {
  /** An earlier attempt under this key may have been applied. */
  readonly inDoubt?: boolean;
  /** Called before every attempt. An error ends the sending, and this attempt is not sent. */
  readonly beforeAttempt?: () => void;
  /** Called before each pause, like the connection's `onRetry`. */
  readonly onRetry?: () => void;
  /**
   * No person waits for this request, so retries use the whole time budget, whatever the number of attempts. Messages do
   * not count the attempts, so that equal failures read alike.
   */
  readonly isOneOfMany?: boolean;
}

export type Send = (request: ApiRequest, key?: string, sending?: Sending) => Promise<Answer>;

/**
 * Makes the sender for one connection.
 * It throws a CreditctlError whose kind decides the exit code, and whose `applied` says whether a write was applied.
 */
export function sender(exchange: Exchange, around: SendContext): Send {
  return (request, key, sending = {}) =>
    new Delivery(wireRequest(request, key), sending, around).send(exchange);
}

/** Why the attempts ended: time or tries ran out, something refused the request, or the API proves that nothing was applied. */
type Ending = 'spent' | 'refused' | 'verdict';

/** One request, over all its attempts. */
class Delivery {
  readonly #request: WireRequest;
  readonly #isWrite: boolean;
  readonly #around: SendContext;
  readonly #begun: number;
  readonly #sending: Sending;
  #attempts = 0;
  /** The last failure, as the end of a sentence. */
  #lastFailure = '';
  #mayHaveHappened: boolean;

  constructor(request: WireRequest, sending: Sending, around: SendContext) {
    this.#request = request;
    this.#sending = sending;
    this.#around = around;
    this.#isWrite = request.method !== 'GET';
    this.#mayHaveHappened = sending.inDoubt ?? false;
    this.#begun = around.now();
  }

  async send(exchange: Exchange): Promise<Answer> {
    const { reads = exchange, signal, check, sleep } = this.#around;
    const wire = this.#isWrite ? exchange : reads;
    await this.#between(() => check?.(this.#request));
    for (;;) {
      this.#sending.beforeAttempt?.();
      this.#attempts += 1;
      const outcome = await wire(this.#request, signal).then(
        (answer) => this.#answered(answer),
        (error) => this.#failed(error),
      );
      if (typeof outcome !== 'number') return outcome;
      await this.#between(() => sleep(outcome));
    }
  }

  /** Runs code between two attempts; its error also says whether the write was applied. */
  async #between(action: () => Promise<void> | void): Promise<void> {
    try {
      await action();
    } catch (error) {
      throw this.#interrupted(error, this.#mayHaveHappened);
    }
  }

  /** Here and below: returns the answer, or the milliseconds to wait before the next attempt. */
  #answered(answer: WireAnswer): Answer | number {
    this.#around.onAnswer?.(answer);
    return answer.status >= 200 && answer.status < 300 ? this.#success(answer) : this.#refused(answer);
  }

  #failed(error: unknown): number {
    if (!(error instanceof TransportFailure))
      throw this.#interrupted(error, this.#mayHaveHappened || !saysNotApplied(error));
    this.#mayHaveHappened ||= error.mayHaveHappened === 'maybe';
    const { message, isPermanent, next } = error;
    const facts = next.length > 0 ? { cause: error, next } : { cause: error };
    const failure = new CreditctlError('network', message, facts);
    return (isPermanent ? undefined : this.#pauseBeforeRetry(message)) ?? this.#fail(failure);
  }

  #success(answer: WireAnswer): Answer | number {
    const { status, headers, body } = answer;
    const requestId = headers['x-request-id'];
    const replayed = headers['idempotent-replayed'] === 'true';
    if (body === '' && status === 204) return { status, requestId, document: null, replayed };
    try {
      const { parse = parseExactJson } = this.#around;
      return { status, requestId, document: parse(body), replayed };
    } catch (error) {
      // The status is a success but the body is not: the answer was cut off, or another program than the API answered.
      this.#mayHaveHappened = true;
      const what = describeBody(answer);
      const failure = new CreditctlError('server', `The API answered ${status} with ${what}`, {
        status,
        requestId,
        cause: error,
        next: ['creditctl config show', 'creditctl auth status'],
      });
      return (isHtml(answer) ? undefined : this.#pauseBeforeRetry(what)) ?? this.#fail(failure);
    }
  }

  #refused(answer: WireAnswer): Answer | number {
    const refusal = readRefusal(answer);
    const { status, headers } = answer;
    if (this.#isGone(refusal))
      return { status, requestId: headers['x-request-id'], document: null, replayed: true };
    if (!provesNotApplied(refusal)) this.#mayHaveHappened = true;
    const inFlight = isInFlight(refusal);
    if (!inFlight && !isRetryable(status))
      return this.#fail(
        refusalError(refusal, answer, this.#request),
        // For a POST alone, the API would have repeated an earlier success under the key.
        this.#request.method === 'POST' && provesNeverApplied(refusal) ? 'verdict' : 'refused',
      );
    const why = inFlight ? 'an earlier write is still in flight' : `the API answered ${status}`;
    return (
      this.#pauseBeforeRetry(why, retryAfter(headers, this.#around.now())) ??
      this.#fail(refusalError(refusal, answer, this.#request))
    );
  }

  /** Whether an earlier attempt deleted the resource: the API ignores the key of a DELETE (Orb docs: idempotency). */
  #isGone({ type }: Refusal): boolean {
    const isDeletion = this.#request.method === 'DELETE';
    return isDeletion && this.#mayHaveHappened && type === '404-resource-not-found';
  }

  #pauseBeforeRetry(why: string, asked?: number): number | undefined {
    // A repeated POST without a key could apply twice; every other method is idempotent.
    if (this.#request.method === 'POST' && this.#request.headers['idempotency-key'] === undefined)
      return undefined;
    const { now, random, policy = retryPolicy, onRetry } = this.#around;
    const pause = pauseBefore(
      { count: this.#attempts, elapsed: now() - this.#begun, random: random(), retryAfter: asked },
      this.#sending.isOneOfMany === true ? { ...policy, attemptsMax: Number.POSITIVE_INFINITY } : policy,
    );
    if (pause === undefined) return undefined;
    this.#lastFailure = `: ${why}${this.#tries()}`;
    onRetry?.(why, pause);
    this.#sending.onRetry?.();
    return pause;
  }

  /** Throws the final error: if any attempt may have been applied, the outcome of a write is unknown. */
  #fail(error: CreditctlError, ending: Ending = 'spent'): never {
    const isInDoubt = this.#isWrite && this.#mayHaveHappened && ending !== 'verdict';
    if (isInDoubt) throw outcomeUnknown(error, this.#tries());
    throw error.with({ applied: 'no', mayPass: ending === 'spent' }, `${error.message}${this.#tries()}`);
  }

  #interrupted(error: unknown, mayHaveHappened: boolean): unknown {
    if (!(error instanceof CreditctlError)) return error;
    const applied: Applied = this.#isWrite && mayHaveHappened ? 'unknown' : 'no';
    // When the time limit passes, the message names the last failure before it.
    const setback = error.kind === 'network' ? this.#lastFailure : '';
    const failure = error.with({ applied, retrySafe: true }, `${error.message}${setback}`);
    const isCutOff = error.kind === 'network' || isInterruption(error);
    return isCutOff && applied === 'unknown' ? outcomeUnknown(failure) : failure;
  }

  readonly #tries = (): string =>
    this.#attempts > 1 && this.#sending.isOneOfMany !== true ? ` (${this.#attempts} attempts)` : '';
}

/** The error for a write that may have been applied. @param tries the number of attempts, for the sentence */
export function outcomeUnknown({ kind, message, facts }: CreditctlError, tries = ''): CreditctlError {
  const sentence = `${message}${tries}; whether the write was applied is not known`;
  // An interrupted program has the exit code of its signal, whatever became of the write.
  return new CreditctlError(isInterruption({ kind }) ? kind : 'outcome-unknown', sentence, {
    ...facts,
    next: [repetition(' within 12 hours: it settles this write under its key'), ...(facts.next ?? [])],
    applied: 'unknown',
    retrySafe: true,
  });
}

/** The embedded ledger knows whether its transaction was rolled back after a failure. */
const saysNotApplied = (error: unknown): boolean =>
  error instanceof CreditctlError && error.facts.applied === 'no';
