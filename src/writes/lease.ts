// The lease of a write that is under way: checked before every attempt, by a clock that may be set and one that may stop.
import { retryPolicy } from '../orb/retry.ts';

/** For so many milliseconds nobody else takes a write over: all retries, and a minute for the last answer. */
export const leaseMs = retryPolicy.budget + 60_000;

/** The lease ran out before an attempt could leave: another process may have taken the write. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export interface Clocks {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds that only ever pass; on some machines not while they sleep. */
  readonly monotonic: () => number;
}

/** A clock that goes back by more than this was set. */
const jitter = 1000;

/** Begins a lease; call it before the write is noted. The result throws `LeaseLost` once it has run out, or may have. */
export function beginLease({ now, monotonic }: Clocks): () => void {
  const begun = { wall: now(), monotonic: monotonic() };
  return () => {
    const wall = now() - begun.wall;
    if (wall < -jitter || Math.max(wall, monotonic() - begun.monotonic) >= leaseMs)
      throw new LeaseLost('the lease of this write has run out');
  };
}
