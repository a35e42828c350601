// Settles an earlier attempt that is open or not recorded: searches for its effect, and resends it if that is safe.
import { customerRefText } from '../credits/customer.ts';
import { CreditctlError, mayBeApplied, repetition, valueArgs } from '../errors.ts';
import { type Begun, type NewAttempt, noteEnding, noteRecovered, noteTaken } from '../record/attempt.ts';
import { contentText, type SettlingOptions } from '../record/decide.ts';
import type { AccountRecord, WriteWithTexts } from '../record/record.ts';
import {
  type ApiRequest,
  changedObject,
  createdObject,
  customerOf,
  isEntryWrite,
  marked,
} from '../requests/request.ts';
import { identicalWrite, stillUnknown } from '../runtime/earlier-write.ts';
import { isJsonObject, type Json } from '../wire/json.ts';
import { deliver, unrecorded } from './deliver.ts';
import type { MarkSearch, Unseen } from './search.ts';
import { beginLease, type Settled, type Submission } from './submission.ts';

/**
 * `absent`: the write was never applied, and the record notes that. `moved`: another process changed the write, so the
 * caller must read the record again. Throws an `outcome-unknown` error if the outcome stays unknown, and a `refused` error
 * if the recorded request is not `asked`, the request of the repeated command. Without `asked`, a person saw the request.
 */
export async function settleEarlier<Result>(
  earlier: WriteWithTexts,
  {
    request,
    hasMark,
    mayResend,
    isOver,
    asked,
  }: SettlingOptions & { readonly asked?: ApiRequest | undefined },
  submission: Submission<Result>,
): Promise<Settled<Result> | 'absent' | 'moved'> {
  if (request === undefined || !(hasMark || mayResend)) throw cannotSettle(earlier);
  // Another person with access to the record may have noted a wrong request under this fingerprint.
  if (asked !== undefined && contentText(request) !== contentText(marked(asked, earlier.key)))
    throw hasAnother(earlier);
  const { key } = earlier;
  const checkLease = beginLease(submission);
  const open =
    asked === undefined
      ? { what: `The write of ${earlier.notedAt} has no known outcome`, key }
      : identicalWrite(earlier);
  const held = mayResend
    ? await noteTaken(earlier, submission).catch((error: unknown) => {
        throw error instanceof CreditctlError ? stillUnknown(error, open) : error;
      })
    : earlier;
  if (held === undefined) return 'moved';
  const search = { request, isLast: isOver && !mayResend };
  const document = await look(search, { earlier: { ...earlier, version: held.version }, open }, submission);
  if (document !== undefined) {
    const result = submission.read(document);
    if (!(await noteFound(held, document, submission))) return 'moved';
    return { result, document, key, earlierRequest: request, manner: 'found' };
  }
  if (mayResend) {
    // For a changed object, the search just showed that no earlier attempt took effect.
    const inDoubt = changedObject(request) === undefined;
    const delivered = await deliver({ begun: held, request, found: true, inDoubt, checkLease }, submission);
    if ('leaseLost' in delivered) return 'moved';
    return { ...delivered, earlierRequest: request, manner: 'resumed' };
  }
  if (!isOver) throw mayBeUnderWay(earlier);
  const ending = { state: 'absent', message: absentText(request) } as const;
  return (await noteEnding(held, ending, submission)) ? 'absent' : 'moved';
}

/** The sentence for a request whose effect was not found. */
export function absentText(request: ApiRequest): string {
  const [changed, created] = [changedObject(request), createdObject(request)];
  if (changed !== undefined) return `the ${changed} is not as it asked for`;
  if (created !== undefined) return `there is no such ${created}: it was never applied, or was deleted since`;
  return 'no entry of the ledger has its key, so it was never applied';
}

/** Notes a found effect. If that fails, the write is still reported as applied. False if another process changed it. */
async function noteFound(held: Begun, answer: Json, submission: Submission<unknown>): Promise<boolean> {
  try {
    const isNoted = await noteEnding(held, { state: 'settled', found: true, answer }, submission);
    if (isNoted) submission.onSettled(held);
    return isNoted;
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    submission.onUnrecorded(unrecorded(held.key, error, submission));
    return true;
  }
}

async function look(
  search: Omit<MarkSearch, 'earlier'>,
  { earlier, open }: { readonly earlier: WriteWithTexts; readonly open: Parameters<typeof stillUnknown>[1] },
  submission: Submission<unknown>,
): Promise<Json | undefined> {
  try {
    return await submission.look({ ...search, earlier });
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    const { message } = error;
    try {
      await noteEnding(earlier, { state: 'unknown', message }, submission);
    } catch (unwritable) {
      if (!(unwritable instanceof CreditctlError)) throw unwritable;
      throw stillUnknown(error.with({}, `${message}; ${unwritable.message}`), open);
    }
    throw stillUnknown(error, open);
  }
}

/** The error for a write without a visible effect whose key is too old, or belongs to another API key. */
function cannotSettle({ key, notedAt, who, method }: WriteWithTexts): CreditctlError {
  const message = `${who} began an equal write (${method}) on ${notedAt}. Its outcome is unknown, and its key cannot be sent again`;
  return mayBeApplied(message, {
    idempotencyKey: key,
    next: [
      `See what it was: creditctl history show ${valueArgs(key)}`,
      'If it was not done, send it with a new --idempotency-key of your choice',
      `Note what you found: creditctl history settle --found <what> ${valueArgs(key)}`,
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
        `See what it was: creditctl history show ${valueArgs(key)}`,
        'Send this write with a new --idempotency-key of your choice',
      ],
    },
  );

function mayBeUnderWay({ key, who, notedAt, leaseUntil }: WriteWithTexts): CreditctlError {
  const message = `${who} began this write on ${notedAt}, and it is not found yet`;
  return mayBeApplied(message, {
    idempotencyKey: key,
    next: [repetition(` after ${leaseUntil}: then it cannot be on its way any more`)],
  });
}

/** Age in milliseconds up to which a record is new: after it, the API may have forgotten all keys from before the record. */
const newFor = 48 * 60 * 60 * 1000;

/**
 * The time in which a write may have been made that the record does not have: lost, or made before a new record, as each
 * run in a container has one. `undefined` for other requests than entries, because only entries have a key to search for.
 */
export async function unseenSpan(
  request: ApiRequest,
  record: Pick<AccountRecord, 'lostSpan' | 'age'>,
): Promise<Unseen | undefined> {
  if (!isEntryWrite(request)) return undefined;
  const [lost, age] = await Promise.all([record.lostSpan(), record.age()]);
  return age < newFor ? 'anytime' : lost;
}

/** A write before it is sent under its key. */
interface Intended extends Pick<NewAttempt, 'request' | 'attempt' | 'after' | 'isNamed'> {
  readonly key: string | undefined;
  readonly print: string;
}

/**
 * Searches the ledger for a write that the record does not have, and notes it if it is found; `undefined` if not.
 * `moved`: another process changed the write, so the caller must read the record again.
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
    const made = {
      key,
      attempt,
      after,
      request,
      customer,
      fingerprint: print,
      isNamed,
      capTerms: { caps: [] },
    };
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
