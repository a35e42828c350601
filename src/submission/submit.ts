// A write happens once and we know if it did: journal, send, journal.
import { CreditctlError, type ErrorFacts } from '../errors.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Json } from '../wire/json.ts';
import { fingerprint } from './fingerprint.ts';
import {
  type Intent,
  isOpen,
  type KnownWrite,
  keyLifetime,
  type Outcome,
  type Place,
  type Runner,
} from './journal.ts';
import type { Journal } from './journal-file.ts';

export interface Submission {
  readonly place: Place;
  readonly journal: Journal;
  /**
   * Carries a request under a key; see `api/send.ts`.
   * @param inDoubt an earlier attempt under this key may have been carried out
   */
  readonly send: (request: ApiRequest, key: string, inDoubt: boolean) => Promise<Reply>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newKey: () => string;
  readonly who: string;
  readonly runner: Runner;
  /** Whether a process of this machine is still running. */
  readonly isAlive: (runner: Runner) => boolean;
  /** The command line, as the journal shall remember it. */
  readonly command: string;
}

export interface Reply {
  readonly status: number;
  readonly document: Json;
  readonly requestId?: string;
  readonly replayed: boolean;
}

/** How a write came to be done. */
export type Manner = 'sent' | 'replayed' | 'resumed' | 'untold' | 'known';

export interface Settled {
  readonly document: Json;
  readonly key: string;
  /**
   * `sent` now; `replayed` by the API, which had done it under this key; `resumed`, an earlier attempt of which the
   * outcome was not known; `untold`, done by a run that was cut off before it could say so; `known` from the journal
   * alone, because the API has forgotten the key by now.
   */
  readonly manner: Manner;
}

/**
 * Carries out one write, once however often it is tried again. Throws a CreditctlError with the key and what is known.
 * @param key an idempotency key set by hand; a fresh one where not said
 */
export async function submit(
  request: ApiRequest,
  key: string | undefined,
  submission: Submission,
): Promise<Settled> {
  const print = fingerprint(submission.place, request);
  const earlier = key === undefined ? unfinished(print, submission) : sameKey(key, print, submission);
  if (
    earlier?.outcome?.event === 'settled' &&
    (key === undefined || !isPost(request) || isForgotten(earlier, submission.now()))
  ) {
    const manner = key === undefined ? 'untold' : 'known';
    return { document: earlier.outcome.answer ?? null, key: earlier.intent.key, manner };
  }
  const isOpenStill = earlier !== undefined && isOpen(earlier);
  if (isOpenStill && isForgotten(earlier, submission.now())) throw tooOld(earlier);
  const useKey = key ?? earlier?.intent.key ?? submission.newKey();
  // The very request of before: the same fields in another order would be another body to the API.
  const useRequest = earlier?.intent.request ?? request;
  submission.journal.append(intentOf(useRequest, useKey, print, submission));
  const reply = await sendAndRecord(useRequest, { key: useKey, inDoubt: isOpenStill }, submission);
  const manner =
    key === undefined && earlier !== undefined ? 'resumed' : reply.replayed ? 'replayed' : 'sent';
  return { document: reply.document, key: useKey, manner };
}

/** For so many milliseconds a run that was cut off after its write is taken for the one that is now repeated. */
const untoldMax = 10 * 60 * 1000;

/**
 * An equal write that nobody was told of: one whose outcome is not known is settled before another may be sent, by
 * sending it again under its key, and one that is done is only told. What another process has under way right now is
 * neither: two grants at once are two grants.
 */
function unfinished(print: string, submission: Submission): KnownWrite | undefined {
  const { now, isAlive, runner } = submission;
  const equal = submission.journal.find(print);
  const open = equal.findLast(
    (write) => isOpen(write) && !isUnderWay(write, submission) && !isSuperseded(write, equal, now()),
  );
  if (open !== undefined) return open;
  return equal.findLast(({ outcome, isTold, intent }) => {
    if (outcome?.event !== 'settled' || isTold || now() - Date.parse(outcome.at) > untoldMax) return false;
    return intent.runner.machine === runner.machine && !isAlive(intent.runner);
  });
}

/** Too old to be sent again, and an equal one was done since: whoever looked into it went on. */
function isSuperseded(write: KnownWrite, equal: readonly KnownWrite[], now: number): boolean {
  const later = equal.slice(equal.indexOf(write) + 1);
  return isForgotten(write, now) && later.some(({ outcome }) => outcome?.event === 'settled');
}

/** After so many milliseconds a write is not taken for under way any more, whatever became of its process. */
const underWayMax = 5 * 60 * 1000;

function isUnderWay(
  { intent, outcome, claimedAt }: KnownWrite,
  { runner, isAlive, now }: Submission,
): boolean {
  if (outcome !== undefined || now() - Date.parse(claimedAt) > underWayMax) return false;
  return (
    intent.runner.machine === runner.machine && intent.runner.pid !== runner.pid && isAlive(intent.runner)
  );
}

/** What is known of a key set by hand. One that only ever met a refusal is free for another write. */
function sameKey(key: string, print: string, { journal, place }: Submission): KnownWrite | undefined {
  const earlier = journal
    .find(key)
    .find(({ intent }) => intent.key === key && intent.place.host === place.host);
  if (earlier === undefined || earlier.outcome?.event === 'refused') return undefined;
  if (earlier.intent.fingerprint === print) return earlier;
  const { method, path } = earlier.intent.request;
  const message = `--idempotency-key was used for another write: "${key}" (${method} ${path}, ${earlier.intent.at})`;
  throw new CreditctlError('usage', message, {
    applied: 'no',
    retrySafe: true,
    idempotencyKey: key,
    next: ['Give this write a key of its own, or repeat the earlier one unchanged'],
  });
}

/** A POST alone could do its work twice under a forgotten key: another PUT or DELETE only makes the same of the same. */
function isForgotten({ intent }: KnownWrite, now: number): boolean {
  return isPost(intent.request) && now - Date.parse(intent.at) >= keyLifetime;
}

/** The API ignores the keys of other methods, so that only the journal knows them (orb-api.md §12). */
const isPost = ({ method }: ApiRequest): boolean => method === 'POST';

function tooOld({ intent }: KnownWrite): CreditctlError {
  const message = `An equal write of ${intent.at} has no known outcome, and its key is too old to be sent again`;
  return new CreditctlError('outcome-unknown', message, {
    applied: 'unknown',
    retrySafe: true,
    idempotencyKey: intent.key,
    next: [
      `Look for it: creditctl ledger list <customer> --since ${intent.at.slice(0, 10)}`,
      'If it is missing, send it with a new --idempotency-key of your choice',
    ],
  });
}

function intentOf(request: ApiRequest, key: string, print: string, submission: Submission): Intent {
  const { place, who, runner, command, now } = submission;
  return {
    event: 'intended',
    at: timestamp(now()),
    key,
    fingerprint: print,
    who,
    runner,
    command,
    place,
    request,
  };
}

async function sendAndRecord(
  request: ApiRequest,
  { key, inDoubt }: { readonly key: string; readonly inDoubt: boolean },
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

const timestamp = (now: number): string => new Date(now).toISOString();
