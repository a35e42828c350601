// The rate limit of a batch: an interruption during the wait means that the row was not sent.
import { CreditctlError } from '../../errors.ts';
import { limiterClock, rateLimiter } from '../../platform/rate-limiter.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/**
 * A function that resolves when the next row may be sent. An interruption rejects with its CreditctlError, marked as
 * not applied and safe to retry.
 * @param rate rows a second
 */
export function rowRateLimiter(rate: number, runtime: Runtime): () => Promise<void> {
  const turn = rateLimiter(rate, limiterClock(runtime));
  return async () => {
    try {
      await turn();
      runtime.interruption.throwIfAborted();
    } catch (error) {
      throw notSent(error);
    }
  };
}

function notSent(error: unknown): unknown {
  if (!(error instanceof CreditctlError)) return error;
  return new CreditctlError(error.kind, error.message, { ...error.facts, applied: 'no', retrySafe: true });
}
