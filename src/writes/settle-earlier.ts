// Settles an earlier attempt whose outcome is not known, or that the record lost: looks for what it made, and sends it again where that is right.
import { customerRefText } from '../credits/customer.ts';
import { CreditctlError, stillUnknown, valueWords } from '../errors.ts';
import { type NewAttempt, noteEnding, noteRecovered, noteTaken } from '../record/attempt.ts';
import { contentText, type Way } from '../record/decide.ts';
import type { AccountRecord, WriteWithTexts } from '../record/record.ts';
import {
  type ApiRequest,
  changedObject,
  createdObject,
  customerOf,
  isEntryWrite,
  marked,
} from '../requests/request.ts';
import { isJsonObject, type Json } from '../wire/json.ts';
import { deliver } from './deliver.ts';
import { beginLease } from './lease.ts';
import type { MarkSearch, Unseen } from './search.ts';
import type { Settled, Submission } from './submission.ts';

/**
 * `absent`: it was never applied, and the record knows that. `moved`: another process was faster, so the record has to
 * be read anew. Throws an `outcome-unknown` error if it cannot be found out, and a `refused` one if the record has another
 * request than `asked`, that of a person who asks for the write again; without one, a person was shown the request.
 */
export async function settleEarlier<Result>(
  earlier: WriteWithTexts,
  { request, hasMark, mayResend, isOver, asked }: Way & { readonly asked?: ApiRequest | undefined },
  submission: Submission<Result>,
): Promise<Settled<Result> | 'absent' | 'moved'> {
  if (request === undefined || !(hasMark || mayResend)) throw cannotSettle(earlier);
  // Whoever writes to a record may note any request beside the fingerprint of this one.
  if (asked !== undefined && contentText(request) !== contentText(marked(asked, earlier.key)))
    throw hasAnother(earlier);
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
    return { result, document, key, earlierRequest: request, manner: 'found' };
  }
  if (mayResend) {
    // What was just read shows that no earlier attempt is in force.
    const inDoubt = changedObject(request) === undefined;
    const delivered = await deliver({ begun: held, request, inDoubt, checkLease }, submission);
    if (delivered === 'lease-lost') return 'moved';
    return { ...delivered, earlierRequest: request, manner: 'resumed' };
  }
  if (!isOver) throw mayBeUnderWay(earlier);
  const ending = { state: 'absent', message: absentText(request) } as const;
  return (await noteEnding(held, ending, submission)) ? 'absent' : 'moved';
}

/** What was found of a request that was looked for in vain. */
export function absentText(request: ApiRequest): string {
  const [changed, created] = [changedObject(request), createdObject(request)];
  if (changed !== undefined) return `the ${changed} is not as it asked for`;
  if (created !== undefined) return `there is no such ${created}: it was never applied, or was deleted since`;
  return 'no entry of the ledger has its key, so it was never applied';
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
    throw stillUnknown(error, earlier);
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
      `See what it was: creditctl history show ${valueWords(key)}`,
      'If it was not done, send it with a new --idempotency-key of your choice',
      `Note what you found: creditctl history settle --found <what> ${valueWords(key)}`,
    ],
  });
}

const hasAnother = ({ key, notedAt, who }: WriteWithTexts): CreditctlError =>
  new CreditctlError(
    'refused',
    `Under the key "${key}" the record has another request, which ${who} noted on ${notedAt}; nothing was sent`,
    {
      applied: 'no',
      idempotencyKey: key,
      next: [
        `See what it was: creditctl history show ${valueWords(key)}`,
        'Send this write with a new --idempotency-key of your choice',
      ],
    },
  );

function mayBeUnderWay({ key, who, notedAt, leaseUntil }: WriteWithTexts): CreditctlError {
  const message = `${who} began this write on ${notedAt}, and it is not found yet`;
  return new CreditctlError('outcome-unknown', message, {
    applied: 'unknown',
    retrySafe: true,
    idempotencyKey: key,
    next: [`Run the same command again after ${leaseUntil}: then it cannot be on its way any more`],
  });
}

/** For so many milliseconds a record is new: all that was written before, the API may have forgotten meanwhile. */
const newFor = 48 * 60 * 60 * 1000;

/**
 * When a write may have been made that the record lost, or that is from before a record which is new, as that of each run
 * in a container is; only entries have a mark by which they are found.
 */
export async function unseenSpan(
  request: ApiRequest,
  record: Pick<AccountRecord, 'lostSpan' | 'age'>,
): Promise<Unseen | undefined> {
  if (!isEntryWrite(request)) return undefined;
  const [lost, age] = await Promise.all([record.lostSpan(), record.age()]);
  return age < newFor ? 'anytime' : lost;
}

/** A write that is about to be sent under its key. */
interface Intended extends Pick<NewAttempt, 'request' | 'attempt' | 'after' | 'isNamed'> {
  readonly key: string | undefined;
  readonly print: string;
}

/**
 * Looks for a write that the record does not know, and that the API may have forgotten, and notes it as it is found;
 * `undefined` if it is not there. `moved`: another process was faster, so the record has to be read anew.
 */
export async function recover<Result>(
  { print, key = '', ...intended }: Intended,
  unseen: Unseen,
  submission: Submission<Result>,
): Promise<Settled<Result> | 'moved' | undefined> {
  const { attempt, after, isNamed } = intended;
  const request = marked(intended.request, key);
  let document: Json | undefined;
  try {
    document = await submission.lookUnseen(request, unseen);
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
    const why =
      unseen === 'anytime'
        ? 'The record is new, so the ledger is searched for this key first'
        : 'The record lost writes, and this may be one of them';
    const unless = unseen === 'anytime' ? 'no' : 'unknown';
    const applied = document === undefined ? unless : 'yes';
    const message = `${error.message}; nothing was sent now. ${why}`;
    throw error.with({ applied, retrySafe: true, idempotencyKey: key, cause: error }, message);
  }
}

const createdAt = (entry: Json): number =>
  isJsonObject(entry) ? Date.parse(String(entry.created_at)) : Number.NaN;
