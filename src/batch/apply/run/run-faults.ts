// Builds the errors that end a run of a batch: the cause, and what is known of the run's writes.
import { counted } from '../../../credits/exact.ts';
import {
  CreditctlError,
  type ErrorFacts,
  type ErrorKind,
  isInterruption,
  isRepetition,
  valueArgs,
} from '../../../errors.ts';
import type { Tally } from './write-rows.ts';

/**
 * A `failure`, because the cause is this machine and not the API. It names no next step: the caller knows the batch.
 * @param error from the system, or an error that wraps it
 * @param base path prefix of the files
 */
export function resultsFault(error: unknown, base: string): CreditctlError {
  const cause = error instanceof CreditctlError && error.cause !== undefined ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  return new CreditctlError(
    'failure',
    `The files of the outcomes cannot be written beside ${base} (${code ?? message})`,
    { cause: error, next: [] },
  );
}

/** Returns a CreditctlError instead of throwing it, because the run must still report its writes. */
export async function faultOf(
  action: () => Promise<CreditctlError | undefined>,
): Promise<CreditctlError | undefined> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof CreditctlError) return error;
    throw error;
  }
}

/**
 * The error that interrupted a run; `undefined` without an interruption.
 * @param left rows without an outcome: with none, a time limit that has passed meanwhile stopped nothing
 */
export const interruptedBy = ({ reason }: AbortSignal, left: number): CreditctlError | undefined =>
  reason instanceof CreditctlError && (isInterruption(reason) || left > 0) ? reason : undefined;

interface RunEnding {
  /** Whether any write of the run is in the ledger. */
  readonly hasMoved: boolean;
  /** Number of writes of unknown outcome. */
  readonly unknown: number;
  /** Why the run ended before its last row; `undefined` if it did not. */
  readonly stoppedBy: CreditctlError | undefined;
}

/** An interruption keeps its kind; a run that moved nothing ends with the error that stopped it. */
export function kindOf({ hasMoved, unknown, stoppedBy }: RunEnding): ErrorKind {
  if (stoppedBy !== undefined && isInterruption(stoppedBy)) return stoppedBy.kind;
  if (unknown > 0) return 'outcome-unknown';
  return stoppedBy === undefined || hasMoved ? 'partly-done' : stoppedBy.kind;
}

/** @param way the run's own next steps, which come before the next steps of the error that stopped it */
export function endingFacts({ hasMoved, unknown, stoppedBy }: RunEnding, way: readonly string[]): ErrorFacts {
  const { status, requestId, next = [] } = stoppedBy?.facts ?? {};
  return {
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
    applied: unknown > 0 ? 'unknown' : hasMoved ? 'yes' : 'no',
    retrySafe: true,
    // The run's own next steps replace the general one.
    next: [...way, ...next.filter((step) => !isRepetition(step))],
  };
}

/** The error for a record that was lost after rows were sent, with this run's own counts. */
export function lostAfterSending(
  error: unknown,
  { succeeded, unknown }: Tally,
  { verb, id }: { readonly verb: 'resume' | 'undo'; readonly id: string },
): unknown {
  if (!(error instanceof CreditctlError) || succeeded + unknown === 0) return error;
  const ending = { hasMoved: succeeded > 0, unknown, stoppedBy: error };
  const doubt = unknown === 0 ? '' : `, and the outcome of ${counted(unknown, 'row')} is unknown`;
  const way = `creditctl batch ${verb} ${valueArgs(id)}`;
  const message = `This run wrote ${counted(succeeded, 'row')}${doubt}. Then the record was lost: ${error.message}`;
  return new CreditctlError(kindOf(ending), message, { ...endingFacts(ending, [way]), cause: error });
}
