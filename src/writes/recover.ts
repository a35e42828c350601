// A write under a key of one's own that the record lost: looked for in the ledger, so that it is not made a second time.
import { customerRefText } from '../credits/customer.ts';
import { CreditctlError } from '../errors.ts';
import { type NewAttempt, noteRecovered } from '../record/attempt.ts';
import type { LostSpan } from '../record/facts.ts';
import type { AccountRecord } from '../record/record.ts';
import { type ApiRequest, customerOf, isEntryWrite, marked, withBodyText } from '../requests/request.ts';
import { isJsonObject, type Json } from '../wire/json.ts';
import type { Settled, Submission } from './submission.ts';

/** When a write may have been made that the record lost; only entries have a mark by which they are found. */
export const lostSpan = async (
  request: ApiRequest,
  record: Pick<AccountRecord, 'lostSpan'>,
): Promise<LostSpan | undefined> => (isEntryWrite(request) ? record.lostSpan() : undefined);

/** A write that is about to be sent under its key. */
interface Intended extends Pick<NewAttempt, 'request' | 'attempt' | 'after' | 'isNamed'> {
  readonly key: string | undefined;
  readonly print: string;
}

/**
 * Looks for a write that the record lost, and that the API may have forgotten since, and notes it as it is found;
 * `undefined` if it is not there. `moved`: another process was faster, so the record has to be read anew.
 */
export async function recover<Result>(
  { print, key = '', ...intended }: Intended,
  lost: LostSpan,
  submission: Submission<Result>,
): Promise<Settled<Result> | 'moved' | undefined> {
  const { attempt, after, isNamed } = intended;
  const request = withBodyText(marked(intended.request, key));
  let document: Json | undefined;
  try {
    document = await submission.lookForLost(request, lost);
    if (document === undefined) return undefined;
    const ref = customerOf(request);
    const customer = ref && customerRefText(ref);
    const made = { key, attempt, after, request, customer, fingerprint: print, isNamed, room: { caps: [] } };
    const noted = await noteRecovered(made, document, submission);
    if (noted === undefined) return 'moved';
    submission.onSettled(noted);
    const earlierRequest = submission.requestAt?.(createdAt(document));
    return { result: submission.read(document), document, key, earlierRequest, manner: 'recovered' };
  } catch (error) {
    if (!(error instanceof CreditctlError) || error.kind === 'usage') throw error;
    const message = `${error.message}; nothing was sent now. The record lost writes, and this may be one of them`;
    const applied = document === undefined ? 'unknown' : 'yes';
    throw new CreditctlError(error.kind, message, {
      ...error.facts,
      ...{ applied, retrySafe: true, idempotencyKey: key, cause: error },
    });
  }
}

const createdAt = (entry: Json): number =>
  isJsonObject(entry) ? Date.parse(String(entry.created_at)) : Number.NaN;
