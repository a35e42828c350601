// Sends a write that is noted, and notes how it ended before it is reported; first settles an earlier attempt.
import { CreditctlError, isInterruption } from '../errors.ts';
import { readSuccess } from '../orb/connection.ts';
import { type Begun, noteEnding, noteTaken, type Reply } from '../record/attempt.ts';
import type { Way } from '../record/decide.ts';
import type { WriteWithTexts } from '../record/record.ts';
import { type ApiRequest, changedObject } from '../requests/request.ts';
import type { Json } from '../wire/json.ts';
import { beginLease, LeaseLost } from './lease.ts';
import type { MarkSearch } from './search.ts';
import type { Settled, Submission } from './submission.ts';

/** A write that is noted, and may leave as long as its lease runs. */
export interface Leaving {
  readonly begun: Begun;
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
  return { answer: { result, document: reply.document }, replayed: reply.replayed };
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
    next: [...next, `When the record works again: creditctl history settle ${key}`],
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
    return withKey(error, begun.key);
  } catch (unwritable) {
    if (!(unwritable instanceof CreditctlError)) throw unwritable;
    // What happened to the write matters more; without this note the next run settles it under the same key.
    return withKey(error, begun.key, `; ${unwritable.message}`);
  }
}

const withKey = (error: CreditctlError, key: string, further = ''): CreditctlError =>
  new CreditctlError(error.kind, `${error.message}${further}`, {
    ...error.facts,
    idempotencyKey: key,
    cause: error.cause,
  });

/**
 * `absent`: it was never applied, and the record knows that. `moved`: another process was faster, so the record has to
 * be read anew. Throws an `outcome-unknown` error if it cannot be found out.
 */
export async function settleEarlier<Result>(
  earlier: WriteWithTexts,
  { request, hasMark, mayResend, isOver }: Way,
  submission: Submission<Result>,
): Promise<Settled<Result> | 'absent' | 'moved'> {
  if (request === undefined || !(hasMark || mayResend)) throw cannotSettle(earlier);
  const { key } = earlier;
  const checkLease = beginLease(submission);
  const held = mayResend ? await noteTaken(earlier, submission) : earlier;
  if (held === undefined) return 'moved';
  const search = { request, isLast: isOver && !mayResend };
  const document = await look(search, { ...earlier, version: held.version }, submission);
  if (document !== undefined) {
    const result = submission.read(document);
    if (!(await noteEnding(held, { state: 'settled', found: true, answer: document }, submission)))
      return 'moved';
    submission.onSettled(held);
    return { result, document, key, manner: 'found' };
  }
  const changed = changedObject(request);
  if (mayResend) {
    // What was just read shows that no earlier attempt is in force.
    const delivered = await deliver(
      { begun: held, request, inDoubt: changed === undefined, checkLease },
      submission,
    );
    return delivered === 'lease-lost' ? 'moved' : { ...delivered.answer, key, manner: 'resumed' };
  }
  if (!isOver) throw mayBeUnderWay(earlier);
  const message =
    changed === undefined
      ? 'no entry of the ledger has its key, so it was never applied'
      : `the ${changed} is not as it asked for`;
  return (await noteEnding(held, { state: 'absent', message }, submission)) ? 'absent' : 'moved';
}

async function look(
  search: Omit<MarkSearch, 'earlier'>,
  earlier: WriteWithTexts,
  submission: Submission<unknown>,
): Promise<Json | undefined> {
  try {
    return await submission.look({ ...search, earlier });
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    await noteEnding(earlier, { state: 'unknown', message: error.message }, submission);
    throw notFoundOut(error, earlier);
  }
}

/** Neither the ledger nor the API knows the outcome: its key is old, or of another API key, and it made no entry. */
function cannotSettle({ key, notedAt, who, method }: WriteWithTexts): CreditctlError {
  const message = `${who} began an equal write (${method}) on ${notedAt}. Its outcome is unknown, and its key cannot be sent again`;
  return new CreditctlError('outcome-unknown', message, {
    applied: 'unknown',
    retrySafe: true,
    idempotencyKey: key,
    next: [
      `See what it was: creditctl history show ${key}`,
      'If it was not done, send it with a new --idempotency-key of your choice',
      `Note what you found: creditctl history settle ${key} --found <what>`,
    ],
  });
}

function mayBeUnderWay({ key, who, notedAt, leaseUntil }: WriteWithTexts): CreditctlError {
  const message = `${who} began this write on ${notedAt}, and it is not found yet`;
  return new CreditctlError('outcome-unknown', message, {
    applied: 'unknown',
    retrySafe: true,
    idempotencyKey: key,
    next: [`Run the same command again after ${leaseUntil}: then it cannot be on its way any more`],
  });
}

function notFoundOut(error: CreditctlError, { key, notedAt }: WriteWithTexts): CreditctlError {
  const { kind, message, facts } = error;
  // These say more about the search than that it failed.
  const saysMore = kind === 'credentials' || isInterruption(error);
  const why = kind === 'outcome-unknown' ? '' : '. The ledger could not be searched for it';
  const text = `An identical write of ${notedAt} has no known outcome${why}: ${message}`;
  return new CreditctlError(saysMore ? kind : 'outcome-unknown', text, {
    ...facts,
    applied: 'unknown',
    retrySafe: true,
    idempotencyKey: key,
    mayPass: kind !== 'outcome-unknown',
    next: facts.next ?? ['Run the same command again: it looks once more, and sends nothing before it knows'],
  });
}
