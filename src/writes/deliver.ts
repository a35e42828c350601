// Sends a write that is noted, and notes how it ended before it is reported.
import { CreditctlError, valueWords } from '../errors.ts';
import { readSuccess } from '../orb/connection.ts';
import { type Begun, noteEnding, type Reply } from '../record/attempt.ts';
import type { ApiRequest } from '../requests/request.ts';
import { LeaseLost } from './lease.ts';
import type { Settled, Submission } from './submission.ts';

/** A write that is noted, and may leave as long as its lease runs. */
export interface Leaving {
  readonly begun: Begun;
  readonly request: ApiRequest;
  /** An earlier attempt under this key may have been applied. */
  readonly inDoubt: boolean;
  readonly checkLease: () => void;
}

/** Throws a CreditctlError with the key and what is known. `lease-lost`: the record has to be read anew. */
export async function deliver<Result>(
  leaving: Leaving,
  submission: Submission<Result>,
): Promise<Settled<Result> | 'lease-lost'> {
  const { begun, request, inDoubt, checkLease } = leaving;
  let reply: Reply;
  let result: Result;
  try {
    reply = await submission.send(request, begun.key, { inDoubt, beforeAttempt: checkLease });
    result = readSuccess(reply, (document) => submission.read(document, request));
  } catch (error) {
    if (error instanceof LeaseLost) return 'lease-lost';
    throw error instanceof CreditctlError ? await noteFailure(begun, error, submission) : error;
  }
  await noteSuccess(begun, reply, submission);
  const { document, replayed } = reply;
  return { result, document, key: begun.key, manner: replayed ? 'replayed' : 'sent' };
}

/** A success that cannot be noted is reported all the same; the failure to note it comes after it. */
async function noteSuccess(
  begun: Begun,
  { status, document: answer, replayed, requestId }: Reply,
  submission: Submission<unknown>,
): Promise<void> {
  try {
    const isNoted = await noteEnding(
      begun,
      { state: 'settled', status, requestId, replayed, answer },
      submission,
    );
    const known = isNoted ? undefined : await submission.record.write(begun.key);
    if (isNoted || known?.state === 'settled') return submission.onSettled(begun);
    submission.onUnrecorded(unrecorded(begun.key, `it has the write as ${known?.state ?? 'not there'}`));
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    submission.onUnrecorded(unrecorded(begun.key, error.message, error.facts.next));
  }
}

const unrecorded = (key: string, why: string, next: readonly string[] = []): CreditctlError =>
  new CreditctlError('failure', `The write was applied, but its outcome is not in the record: ${why}`, {
    applied: 'yes',
    retrySafe: true,
    idempotencyKey: key,
    next: [...next, `When the record works again: creditctl history settle ${valueWords(key)}`],
  });

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
    return error.with({ idempotencyKey: begun.key });
  } catch (unwritable) {
    if (!(unwritable instanceof CreditctlError)) throw unwritable;
    // What happened to the write matters more; without this note the next run settles it under the same key.
    return error.with({ idempotencyKey: begun.key }, `${message}; ${unwritable.message}`);
  }
}
