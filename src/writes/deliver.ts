// Sends a noted write, and notes its outcome before the outcome is reported.
import { CreditctlError, isRepetition, valueArgs } from '../errors.ts';
import { readSuccess } from '../orb/connection.ts';
import { type Begun, noteEnding, type Reply } from '../record/attempt.ts';
import { isOpen } from '../record/facts.ts';
import type { ApiRequest } from '../requests/request.ts';
import { LeaseLost, type Settled, type Submission } from './submission.ts';

/** A noted write, which may be sent while its lease runs. */
export interface Leaving {
  readonly begun: Begun;
  readonly request: ApiRequest;
  /** Set if an earlier run noted the write: see `Ended.found`. */
  readonly found?: true;
  /** Whether an earlier attempt under this key may have been applied. */
  readonly inDoubt: boolean;
  readonly checkLease: () => void;
}

/** The lease ended before an attempt could begin, so the caller must read the record again. */
interface LeaseEnded {
  readonly leaseLost: 'before an attempt' | 'after an attempt';
}

/** Sends the write. Throws a CreditctlError with the key. */
export async function deliver<Result>(
  leaving: Leaving,
  submission: Submission<Result>,
): Promise<Settled<Result> | LeaseEnded> {
  const { begun, request, inDoubt, checkLease } = leaving;
  let leaseLost: LeaseEnded['leaseLost'] = 'before an attempt';
  const beforeAttempt = (): void => {
    checkLease();
    leaseLost = 'after an attempt';
  };
  let reply: Reply;
  let result: Result;
  try {
    reply = await submission.send(request, begun.key, { inDoubt, beforeAttempt });
    result = readSuccess(reply, (document) => submission.read(document, request));
  } catch (error) {
    if (error instanceof LeaseLost) return { leaseLost };
    throw error instanceof CreditctlError ? await noteFailure(begun, error, submission) : error;
  }
  await noteSuccess(leaving, reply, submission);
  const { document, replayed } = reply;
  return { result, document, key: begun.key, manner: replayed ? 'replayed' : 'sent' };
}

/** Notes a success. If that fails, the success is still reported, and the failure after it. */
async function noteSuccess(
  { begun, found }: Leaving,
  { status, document: answer, replayed, requestId }: Reply,
  submission: Submission<unknown>,
): Promise<void> {
  try {
    const isNoted = await noteEnding(
      begun,
      { state: 'settled', status, requestId, replayed, found, answer },
      submission,
    );
    const known = isNoted ? undefined : await submission.record.write(begun.key);
    if (isNoted || known?.state === 'settled') return submission.onSettled(begun);
    const message = `it has the write as ${known?.state ?? 'not there'}`;
    const error = unrecorded(begun.key, { message, facts: {} }, submission);
    if (known !== undefined && isOpen(known)) return submission.onUnrecorded(error);
    // The record settles only what is open, and the same command would be another write.
    const next = ['Do not repeat it. See the entries that the record lacks: creditctl history audit --all'];
    submission.onUnrecorded(error.with({ retrySafe: false, next }));
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    submission.onUnrecorded(unrecorded(begun.key, error, submission));
  }
}

/** The error for an applied write whose outcome the record could not take. */
export function unrecorded(
  key: string,
  { message, facts: { next = [] } }: Pick<CreditctlError, 'message' | 'facts'>,
  { undoing }: Pick<Submission<unknown>, 'undoing'>,
): CreditctlError {
  // `undo last` means another write once this undo is in the record.
  const retrySafe = undoing === undefined;
  return new CreditctlError(
    'failure',
    `The write was applied, but its outcome is not in the record: ${message}`,
    {
      applied: 'yes',
      retrySafe,
      idempotencyKey: key,
      next: [
        ...next.filter((step) => retrySafe || !isRepetition(step)),
        `When the record works again: creditctl history settle ${valueArgs(key)}`,
      ],
    },
  );
}

/** Notes a failure, and returns the same error with the key. */
async function noteFailure(
  begun: Begun,
  error: CreditctlError,
  submission: Submission<unknown>,
): Promise<CreditctlError> {
  const { message, facts } = error;
  const { status, requestId } = facts;
  const state = facts.applied === 'unknown' ? 'unknown' : 'refused';
  try {
    await noteEnding(begun, { state, message, status, requestId }, submission);
    const own = { idempotencyKey: begun.key };
    if (state === 'refused') return error.with(own);
    const alone = `Settle it by its key: creditctl history settle ${valueArgs(begun.key)}`;
    return error.with({ ...own, next: [...(facts.next ?? []), alone] });
  } catch (unwritable) {
    if (!(unwritable instanceof CreditctlError)) throw unwritable;
    // The write's own error matters more. Without this note, the next run settles the write under the same key.
    return error.with({ idempotencyKey: begun.key }, `${message}; ${unwritable.message}`);
  }
}
