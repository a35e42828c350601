// Sends a write that is noted, and notes how it ended before anybody is told.
import { CreditctlError } from '../errors.ts';
import { readable } from '../orb/connection.ts';
import { type Begun, noteEnding, type OverCap, type Reply, type Room } from '../record/attempt.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Json } from '../wire/json.ts';
import { LeaseLost } from './lease.ts';
import type { Submission } from './submission.ts';

/** A write that is noted, and may leave as long as its lease runs. */
export interface Leaving {
  readonly of: Pick<Begun, 'key' | 'attempt' | 'version'>;
  readonly request: ApiRequest;
  /** An earlier attempt under this key may have been applied. */
  readonly inDoubt: boolean;
  readonly checkLease: () => void;
}

/** What the API answered, and the answer as it was read. */
export interface Delivered<Result> {
  readonly answer: { readonly result: Result; readonly document: Json };
  readonly replayed: boolean;
}

/** Throws a CreditctlError with the key and what is known. `lease-lost`: the record has to be read anew. */
export async function deliver<Result>(
  leaving: Leaving,
  submission: Submission<Result>,
): Promise<Delivered<Result> | 'lease-lost'> {
  const { of, request, inDoubt, checkLease } = leaving;
  let reply: Reply;
  let result: Result;
  try {
    reply = await submission.send(request, of.key, { inDoubt, beforeAttempt: checkLease });
    result = readable(reply, (document) => submission.read(document, request));
  } catch (error) {
    if (error instanceof LeaseLost) return 'lease-lost';
    throw error instanceof CreditctlError ? await noteFailure(of, error, submission) : error;
  }
  await noteSuccess(of, reply, submission);
  return { answer: { result, document: reply.document }, replayed: reply.replayed };
}

/** A success that cannot be noted is reported all the same; the failure to note it comes after it. */
async function noteSuccess(
  of: Leaving['of'],
  { status, document: answer, replayed, requestId }: Reply,
  submission: Submission<unknown>,
): Promise<void> {
  try {
    const isNoted = await noteEnding(
      of,
      { state: 'settled', status, requestId, replayed, answer },
      submission,
    );
    const known = isNoted ? undefined : await submission.record.write(of.key);
    if (isNoted || known?.state === 'settled') return submission.onSettled(of);
    submission.onUnrecorded(unrecorded(of.key, `it has the write as ${known?.state ?? 'not there'}`));
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    submission.onUnrecorded(unrecorded(of.key, error.message, error.facts.next));
  }
}

const unrecorded = (key: string, why: string, next: readonly string[] = []): CreditctlError =>
  new CreditctlError('failure', `The write was applied, but its outcome is not in the record: ${why}`, {
    applied: 'yes',
    retrySafe: true,
    idempotencyKey: key,
    next: [...next, `When the record works again: creditctl history settle ${key}`],
  });

/** Notes a failure, and returns the same error with the key. */
async function noteFailure(
  of: Leaving['of'],
  error: CreditctlError,
  submission: Submission<unknown>,
): Promise<CreditctlError> {
  const { message, facts } = error;
  const { status, requestId } = facts;
  const state = facts.applied === 'unknown' ? 'unknown' : 'refused';
  try {
    await noteEnding(of, { state, message, status, requestId }, submission);
    return withKey(error, of.key);
  } catch (unwritable) {
    if (!(unwritable instanceof CreditctlError)) throw unwritable;
    // What happened to the write matters more; without this note the next run settles it under the same key.
    return withKey(error, of.key, `; ${unwritable.message}`);
  }
}

const withKey = (error: CreditctlError, key: string, further = ''): CreditctlError =>
  new CreditctlError(error.kind, `${error.message}${further}`, {
    ...error.facts,
    idempotencyKey: key,
    cause: error.cause,
  });

/** The sum would pass a cap, by what all others have reserved or moved when this write was noted. */
export function overCap({ cap, used }: OverCap, { reserves }: Room): CreditctlError {
  const whose = { customer: 'one customer', person: 'one person', team: 'the team' }[cap.scope];
  const what = `${reserves?.amount} ${cap.currency} on top of ${used} granted today`;
  const message = `The policy refuses this write: ${what} is over the limit of ${cap.limit} for ${whose} in a day (${cap.name}); nothing was written`;
  return new CreditctlError('refused', message, {
    applied: 'no',
    next: ['Change the write, or have the rule changed by whoever keeps the policy'],
  });
}
