// The lease of a write or of a run: for how long no other process takes it over.
import { retryPolicy } from '../orb/retry.ts';

/** Milliseconds that a lease runs: all retries, and a minute for the last answer. */
export const leaseMs = retryPolicy.budget + 60_000;

export interface Clocks {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds that only ever pass; on some machines not while they sleep. */
  readonly monotonic: () => number;
}

/** A clock that goes back by more than so many milliseconds was set. */
const jitter = 1000;

/** Counts from now on. The result is the longer of what both clocks say; by a clock that was set back, a whole lease. */
export function stopwatch({ now, monotonic }: Clocks): () => number {
  const begun = { wall: now(), monotonic: monotonic() };
  return () => {
    const wall = now() - begun.wall;
    return wall < -jitter ? leaseMs : Math.max(wall, monotonic() - begun.monotonic);
  };
}

/** The lease ran out before an attempt could leave: another process may have taken the write. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Begins a lease; call it before the write is noted. The result throws `LeaseLost` once it has run out, or may have. */
export function beginLease(clocks: Clocks): () => void {
  const passed = stopwatch(clocks);
  return () => {
    if (passed() >= leaseMs) throw new LeaseLost('the lease of this write has run out');
  };
}
