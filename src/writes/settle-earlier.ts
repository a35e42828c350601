// Finds out what became of a write that is open: its mark in the ledger first, and then the same key again.
import { CreditctlError, isInterruption } from '../errors.ts';
import type { CreditsApi } from '../orb/credits-api.ts';
import { noteEnding, noteTaken } from '../record/attempt.ts';
import type { Way } from '../record/decide.ts';
import type { WriteWithTexts } from '../record/known-write.ts';
import { entryProblem } from '../requests/entry-answer.ts';
import { type ApiRequest, markerSearch, mayAnswer } from '../requests/request.ts';
import type { Json } from '../wire/json.ts';
import { deliver } from './deliver.ts';
import { beginLease } from './lease.ts';
import type { Settled, Submission } from './submission.ts';

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
  const of = mayResend ? await noteTaken(earlier, submission) : earlier;
  if (of === undefined) return 'moved';
  const document = hasMark ? await look(request, { ...earlier, version: of.version }, submission) : undefined;
  if (document !== undefined) {
    const result = submission.read(document);
    if (!(await noteEnding(of, { state: 'settled', found: true, answer: document }, submission)))
      return 'moved';
    submission.onSettled(of);
    return { result, document, key, manner: 'found' };
  }
  if (mayResend) {
    const delivered = await deliver({ of, request, inDoubt: true, checkLease }, submission);
    return delivered === 'lease-lost' ? 'moved' : { ...delivered.answer, key, manner: 'resumed' };
  }
  if (!isOver) throw mayBeUnderWay(earlier);
  const message = 'no entry of the ledger has its mark, so it was never applied';
  return (await noteEnding(of, { state: 'absent', message }, submission)) ? 'absent' : 'moved';
}

async function look(
  request: ApiRequest,
  earlier: WriteWithTexts,
  submission: Submission<unknown>,
): Promise<Json | undefined> {
  try {
    return await submission.look(request, Date.parse(earlier.ledgerAt ?? earlier.notedAt));
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    await noteEnding(earlier, { state: 'unknown', message: error.message }, submission);
    throw notFoundOut(error, earlier);
  }
}

/**
 * The entry that an earlier attempt made, by its mark, among all entries since then. Throws `outcome-unknown` if an entry
 * that differs from the request has the mark. @param notedAt when it was first noted, milliseconds since the epoch
 */
export async function searchByMark(
  request: ApiRequest,
  notedAt: number,
  api: CreditsApi,
): Promise<Json | undefined> {
  for await (const { record, document } of api.entries(markerSearch(request, notedAt), {})) {
    if (!mayAnswer(request, record)) continue;
    const problem = entryProblem(request, record);
    if (problem === undefined) return document;
    throw new CreditctlError('outcome-unknown', `Under the mark of this write the ledger has ${problem}`);
  }
  return undefined;
}

/** Neither the ledger nor the API can tell: its key is old, or of another API key, and it made no entry. */
function cannotSettle({ key, notedAt, who, method }: WriteWithTexts): CreditctlError {
  const message = `${who} began an equal write (${method}) on ${notedAt}. Nobody knows how it ended, and its key cannot be sent again`;
  return new CreditctlError('outcome-unknown', message, {
    applied: 'unknown',
    retrySafe: true,
    idempotencyKey: key,
    next: [
      `See what it was: creditctl history show ${key}`,
      'If it was not done, send it with a new --idempotency-key of your choice',
    ],
  });
}

function mayBeUnderWay({ key, who, notedAt, leaseUntil }: WriteWithTexts): CreditctlError {
  const message = `${who} began this write on ${notedAt} with another API key. The ledger does not have it yet`;
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
  const why = kind === 'outcome-unknown' ? 'has another entry under its key' : 'cannot be searched for it';
  const text = `An identical write of ${notedAt} has no known outcome, and the ledger ${why}: ${message}`;
  return new CreditctlError(saysMore ? kind : 'outcome-unknown', text, {
    ...facts,
    applied: 'unknown',
    retrySafe: true,
    idempotencyKey: key,
    next: ['Run the same command again: it looks once more, and sends nothing before it knows'],
  });
}
