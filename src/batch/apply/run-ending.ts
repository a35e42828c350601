// What a run that did not do all of it says to a script: the kind of its error, and what is known of its writes.
import { type CreditctlError, type ErrorFacts, type ErrorKind, isInterruption } from '../../errors.ts';

/** What a run came to. */
export interface RunEnding {
  /** Whether any of its writes is in the ledger. */
  readonly hasMoved: boolean;
  /** Writes of which nobody knows. */
  readonly unknown: number;
  /** Why it ended before its last row. */
  readonly stoppedBy: CreditctlError | undefined;
}

/** An interruption says so; a run that moved nothing ends with what stopped it. */
export function kindOf({ hasMoved, unknown, stoppedBy }: RunEnding): ErrorKind {
  if (stoppedBy !== undefined && isInterruption(stoppedBy)) return stoppedBy.kind;
  if (unknown > 0) return 'outcome-unknown';
  return stoppedBy === undefined || hasMoved ? 'partly-done' : stoppedBy.kind;
}

/** @param way what the run itself knows to be left, before what would have prevented the stop */
export function factsOf({ hasMoved, unknown, stoppedBy }: RunEnding, way: readonly string[]): ErrorFacts {
  const { status, requestId, next = [] } = stoppedBy?.facts ?? {};
  return {
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
    applied: unknown > 0 ? 'unknown' : hasMoved ? 'yes' : 'no',
    retrySafe: true,
    // The run's own way says how.
    next: [...way, ...next.filter((step) => !step.startsWith('Run the same command'))],
  };
}
