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
  /** Carries a request under a key; see `api/send.ts`. */
  readonly send: (request: ApiRequest, key: string) => Promise<Reply>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newKey: () => string;
  readonly who: string;
  readonly runner: Runner;
  /** Whether a process of this machine is still running. */
  readonly isAlive: (pid: number) => boolean;
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
export type Manner = 'sent' | 'replayed' | 'resumed' | 'known';

export interface Settled {
  readonly document: Json;
  readonly key: string;
  /**
   * `sent` now; `replayed` by the API, which had done it under this key; `resumed`, an earlier attempt of which the
   * outcome was not known; `known` from the journal alone, because the API has forgotten the key by now.
   */
  readonly manner: Manner;
}

/**
 * Carries out one write exactly once. Throws a CreditctlError with the key and what is known of the outcome.
 * @param key an idempotency key set by hand; a fresh one where not said
 */
export async function submit(
  request: ApiRequest,
  key: string | undefined,
  submission: Submission,
): Promise<Settled> {
  const print = fingerprint(submission.place, request);
  const earlier = key === undefined ? openWrite(print, submission) : sameKey(key, print, submission);
  if (earlier?.outcome?.event === 'settled' && isForgotten(earlier, submission.now())) {
    return { document: earlier.outcome.answer ?? null, key: earlier.intent.key, manner: 'known' };
  }
  if (earlier !== undefined && isOpen(earlier) && isForgotten(earlier, submission.now()))
    throw tooOld(earlier);
  const useKey = key ?? earlier?.intent.key ?? submission.newKey();
  submission.journal.append(intentOf(request, useKey, print, submission));
  const reply = await sendAndRecord(request, useKey, submission);
  const manner: Manner =
    key === undefined && earlier !== undefined ? 'resumed' : reply.replayed ? 'replayed' : 'sent';
  return { document: reply.document, key: useKey, manner };
}

/**
 * An equal write whose outcome is not known is settled before another may be sent: by sending it again under its key.
 * One that another process has under way right now is not such a write: two grants at once are two grants.
 */
function openWrite(print: string, submission: Submission): KnownWrite | undefined {
  return submission.journal.find(print).findLast((write) => isOpen(write) && !isUnderWay(write, submission));
}

/** The longest that one run of this program works on one write, with margin, in milliseconds. */
const underWayMax = 5 * 60 * 1000;

function isUnderWay({ intent, outcome }: KnownWrite, { runner, isAlive, now }: Submission): boolean {
  if (outcome !== undefined || now() - Date.parse(intent.at) > underWayMax) return false;
  return (
    intent.runner.machine === runner.machine && intent.runner.pid !== runner.pid && isAlive(intent.runner.pid)
  );
}

function sameKey(key: string, print: string, { journal, place }: Submission): KnownWrite | undefined {
  const earlier = journal
    .find(key)
    .find(({ intent }) => intent.key === key && intent.place.host === place.host);
  if (earlier !== undefined && earlier.intent.fingerprint !== print) {
    const { method, path } = earlier.intent.request;
    throw new CreditctlError(
      'usage',
      `--idempotency-key was used for another write: "${key}" (${method} ${path}, ${earlier.intent.at})`,
      {
        applied: 'no',
        retrySafe: true,
        idempotencyKey: key,
        next: ['Give this write a key of its own, or repeat the earlier one unchanged'],
      },
    );
  }
  return earlier;
}

function isForgotten({ intent }: KnownWrite, now: number): boolean {
  return now - Date.parse(intent.at) >= keyLifetime;
}

function tooOld({ intent }: KnownWrite): CreditctlError {
  const message = `An equal write of ${intent.at} has no known outcome, and its key is too old to be sent again (48 h)`;
  return new CreditctlError('outcome-unknown', message, {
    applied: 'unknown',
    retrySafe: true,
    idempotencyKey: intent.key,
    next: [
      'Look for it: creditctl ledger list <customer> --since <that day>',
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

async function sendAndRecord(request: ApiRequest, key: string, submission: Submission): Promise<Reply> {
  const record = (outcome: Omit<Outcome, 'at' | 'key'>): void =>
    submission.journal.append({ ...outcome, at: timestamp(submission.now()), key });
  let reply: Reply;
  try {
    reply = await submission.send(request, key);
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
