// The turn of each row under a rate: who is interrupted while they wait for it has sent nothing.
import { CreditctlError } from '../../errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { turns } from './rate-limiter.ts';

/**
 * Resolves when the next row may leave; rejects with a CreditctlError that says so for who is interrupted before.
 * @param rate rows a second
 */
export function turnOf(rate: number, { parts, interruption }: Runtime): () => Promise<void> {
  const turn = turns(rate, {
    monotonic: parts.monotonic,
    sleep: (ms) => parts.sleep(Math.ceil(ms), interruption),
  });
  return async () => {
    try {
      await turn();
      interruption.throwIfAborted();
    } catch (error) {
      throw notSent(error);
    }
  };
}

function notSent(error: unknown): unknown {
  if (!(error instanceof CreditctlError)) return error;
  return new CreditctlError(error.kind, error.message, { ...error.facts, applied: 'no', retrySafe: true });
}
