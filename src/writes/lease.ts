// Measures the lease of a write or a batch run, during which no other process takes it over.
import { retryPolicy } from '../orb/retry.ts';

/** Length of a lease in milliseconds: the time of all retries, and one minute for the last answer. */
export const leaseMs = retryPolicy.budget + 60_000;

export interface Clocks {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a monotonic clock; on some machines it stops while they sleep. */
  readonly monotonic: () => number;
}

/** Milliseconds by which a wall clock may go back by correction. If it goes back further, it was set. */
const jitter = 1000;

/** Measures milliseconds from now, by the clock that shows more. If the wall clock was set back, answers a whole lease. */
export function stopwatch({ now, monotonic }: Clocks): () => number {
  const begun = { wall: now(), monotonic: monotonic() };
  return () => {
    const wall = now() - begun.wall;
    return wall < -jitter ? leaseMs : Math.max(wall, monotonic() - begun.monotonic);
  };
}

/** The error for a lease that expired before the request was sent: another process may have taken the write over. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Begins a lease; call this before the write is noted. The result throws `LeaseLost` once the lease may have expired. */
export function beginLease(clocks: Clocks): () => void {
  const passed = stopwatch(clocks);
  return () => {
    if (passed() >= leaseMs) throw new LeaseLost('the lease of this write has run out');
  };
}
