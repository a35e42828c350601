// Sends a write that the journal has noted, and notes in the journal how it ended.
import { CreditctlError, type ErrorFacts } from '../errors.ts';
import type { Intent, Outcome } from './journal.ts';
import type { Reply, Submission } from './submit.ts';

/** Sends what the journal has noted, and notes how it ended. Throws a CreditctlError with the key and what is known. */
export async function sendAndRecord(
  { request, key }: Intent,
  inDoubt: boolean,
  submission: Submission,
): Promise<Reply> {
  const record = (outcome: Omit<Outcome, 'at' | 'key'>): void =>
    submission.journal.append({ ...outcome, at: timestamp(submission.now()), key });
  let reply: Reply;
  try {
    reply = await submission.send(request, key, inDoubt);
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    try {
      record({ event: error.facts.applied === 'unknown' ? 'unknown' : 'refused', ...aboutRefusal(error) });
    } catch (unwritable) {
      // What happened to the write matters more; without this line the next run settles it under the same key.
      throw withKey(error, key, `; ${journalFault(unwritable)}`);
    }
    throw withKey(error, key);
  }
  const { status, document, replayed, requestId } = reply;
  try {
    record({
      event: 'settled',
      status,
      replayed,
      ...(requestId === undefined ? {} : { requestId }),
      answer: document,
    });
  } catch (error) {
    throw appliedButNotRecorded(error, key);
  }
  return reply;
}

function aboutRefusal({ message, facts }: CreditctlError): Pick<Outcome, 'message' | 'status' | 'requestId'> {
  return {
    message,
    ...(facts.status === undefined ? {} : { status: facts.status }),
    ...(facts.requestId === undefined ? {} : { requestId: facts.requestId }),
  };
}

function withKey(error: CreditctlError, key: string, further = ''): CreditctlError {
  const facts: ErrorFacts = { ...error.facts, idempotencyKey: key, cause: error.cause };
  return new CreditctlError(error.kind, `${error.message}${further}`, facts);
}

function appliedButNotRecorded(error: unknown, key: string): CreditctlError {
  return new CreditctlError('failure', `The write was applied, but: ${journalFault(error)}`, {
    applied: 'yes',
    retrySafe: true,
    idempotencyKey: key,
    next: ['Run the same command again once the journal can be written: the same key does nothing twice'],
  });
}

function journalFault(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, so nothing was sent$/, '') : String(error);
}

/** RFC 3339, UTC. */
export const timestamp = (now: number): string => new Date(now).toISOString();
