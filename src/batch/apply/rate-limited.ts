// The turn of a row: at the pace that is asked for, and only under the run's lease; what fails here was not sent.
import { limiterClock, rateLimiter } from '../../platform/rate-limiter.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { notSent } from './record-faults.ts';
import type { RunLease } from './run-lease.ts';

/**
 * A function that resolves when the next attempt at a row may leave. It rejects with a CreditctlError, marked as not
 * applied and safe to retry, after an interruption and once the lease is over.
 * @param rate rows a second; `undefined` for as many as go
 */
export function rowTurns(rate: number | undefined, lease: RunLease, runtime: Runtime): () => Promise<void> {
  const turn = rate === undefined ? undefined : rateLimiter(rate, limiterClock(runtime));
  return async () => {
    try {
      await turn?.();
      runtime.interruption.throwIfAborted();
      await lease.check();
    } catch (error) {
      throw notSent(error);
    }
  };
}
