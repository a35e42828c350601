// Errors that end a run of a batch: what stopped it, with what is known of its writes.
import { counted } from '../../../credits/exact.ts';
import {
  CreditctlError,
  type ErrorFacts,
  type ErrorKind,
  isInterruption,
  valueWords,
} from '../../../errors.ts';
import type { Tally } from './write-rows.ts';

/**
 * A `failure`, which is about this machine and not about the API. The way out is that of the run, which knows the name of
 * its batch.
 * @param error what the system said, or an error that was made of it
 * @param base the files begin with this path
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

/** The same error of the record, once it is known that what was to be noted was not sent. */
export function notSent(error: unknown): unknown {
  return error instanceof CreditctlError ? error.with({ applied: 'no' }) : error;
}

/** What was written still has to be reported, so what stops a run, or an error of the record, is answered and not thrown. */
export async function faultOf(
  act: () => Promise<CreditctlError | undefined>,
): Promise<CreditctlError | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CreditctlError) return error;
    throw error;
  }
}

/** What interrupted a run; `undefined` if nothing did. */
export const interruptedBy = ({ reason }: AbortSignal): CreditctlError | undefined =>
  reason instanceof CreditctlError ? reason : undefined;

interface RunEnding {
  /** Whether any of its writes is in the ledger. */
  readonly hasMoved: boolean;
  /** Writes whose outcome is unknown. */
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
export function endingFacts({ hasMoved, unknown, stoppedBy }: RunEnding, way: readonly string[]): ErrorFacts {
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

/** The error of a record that is lost after rows were sent: it holds what this run has counted itself. */
export function lostAfterSending(
  error: unknown,
  { succeeded, unknown }: Tally,
  { verb, id }: { readonly verb: 'resume' | 'undo'; readonly id: string },
): unknown {
  if (!(error instanceof CreditctlError) || succeeded + unknown === 0) return error;
  const ending = { hasMoved: succeeded > 0, unknown, stoppedBy: error };
  const doubt = unknown === 0 ? '' : `, and the outcome of ${counted(unknown, 'row')} is unknown`;
  const way = `creditctl batch ${verb} ${valueWords(id)}`;
  const message = `This run wrote ${counted(succeeded, 'row')}${doubt}. Then the record was lost: ${error.message}`;
  return new CreditctlError(kindOf(ending), message, { ...endingFacts(ending, [way]), cause: error });
}
