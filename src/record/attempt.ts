// One attempt at a write, as the journal notes it: what is known before it is sent, and how it ended.
import { CreditctlError, type ErrorFacts } from '../errors.ts';
import type { Runner } from '../platform/process.ts';
import type { Place } from '../profiles/place.ts';
import { marked } from '../requests/marker.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Json } from '../wire/json.ts';
import { type Decision, decideByContent, decideByKey, decideOpen, isUnderWay } from './earlier.ts';
import { contentText, fingerprint } from './fingerprint.ts';
import { type Intent, isOpen, type KnownWrite, type Outcome } from './journal.ts';
import type { Journal } from './journal-file.ts';

/** What an attempt needs of the running program. */
export interface AttemptContext {
  readonly place: Place;
  readonly journal: Journal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newKey: () => string;
  readonly who: string;
  readonly runner: Runner;
  /** Whether a process of this machine is still running. */
  readonly isAlive: (runner: Runner) => boolean;
  /** The command line that the journal keeps. */
  readonly command: string;
  /** Set if the write takes another one back. */
  readonly undoing?: Pick<Intent, 'undoes' | 'toFollow'>;
  /** Throws a `usage` error if a text must not be kept. */
  readonly check?: (text: string) => void;
}

/** The API's answer to an attempt. */
export interface Reply {
  readonly status: number;
  readonly document: Json;
  readonly requestId?: string;
  /** The API had done the write under this key before and repeated its answer. */
  readonly replayed: boolean;
}

/** What to do next; `send` means that the intent is already on the disk. */
export type Attempt =
  | Exclude<Decision, { kind: 'send' }>
  | { readonly kind: 'send'; readonly intent: Intent; readonly earlier: KnownWrite | undefined };

/**
 * Begins a write, or goes on with an equal one of unknown outcome.
 * Throws a `usage` error if the key was used for another write, and a `failure` if the journal cannot be written.
 * @param key an idempotency key set by hand; without one, an equal unfinished write is continued
 */
export function beginWrite(request: ApiRequest, key: string | undefined, context: AttemptContext): Attempt {
  const content = contentText(request);
  context.check?.(`${content} ${key ?? ''}`);
  const print = fingerprint(context.place, content);
  return begin<never>(key ?? print, context, {
    decide: (known) =>
      key === undefined
        ? decideByContent(known, { ...context, now: context.now() })
        : decideByKey(known, { key, print, place: context.place }, context.now()),
    fresh: () => {
      const useKey = key ?? context.newKey();
      return { request: marked(request, useKey), key: useKey, print };
    },
  });
}

/** Goes on with one write of the journal; `undefined` if its outcome is known by now or another process works on it. */
export function continueWrite(
  { intent: { key, place } }: KnownWrite,
  context: AttemptContext,
): Attempt | undefined {
  return begin<undefined>(key, context, {
    decide: (known) => {
      const write = known.find(({ intent }) => intent.key === key && intent.place.host === place.host);
      const self = { ...context, now: context.now() };
      return write === undefined || !isOpen(write) || isUnderWay(write, self)
        ? undefined
        : decideOpen(write, self.now);
    },
  });
}

/** Notes that a write is sent again after the ledger was searched for it in vain. */
export function beginAgain(earlier: KnownWrite, context: AttemptContext): Intent {
  const intent = intentOf(namingOf(earlier), context);
  context.journal.append(intent);
  return intent;
}

interface Naming {
  readonly request: ApiRequest;
  readonly key: string;
  readonly print: string;
}

/** How to choose; only a choice that may be a new write has a fresh name. */
interface Choosing<Nothing extends undefined> {
  readonly decide: (known: readonly KnownWrite[]) => Decision | Nothing;
  readonly fresh?: () => Naming;
}

/**
 * Decides and notes in one step, so that two equal runs never both take over the write of a killed one.
 * @param text finds the lines that matter: a key or a fingerprint
 */
function begin<Nothing extends undefined = never>(
  text: string,
  context: AttemptContext,
  { decide, fresh }: Choosing<Nothing>,
): Attempt | Nothing {
  const { journal, now, runner } = context;
  return journal.decide(text, (known, append) => {
    const decision = decide(known);
    if (decision === undefined) return decision;
    if (decision.kind !== 'send') {
      const isClaimed =
        decision.kind === 'look' || (decision.kind === 'answer' && decision.manner === 'untold');
      if (isClaimed)
        append({ event: 'claimed', at: timestamp(now()), key: decision.earlier.intent.key, runner });
      return decision;
    }
    const { earlier } = decision;
    const naming = earlier === undefined ? fresh?.() : namingOf(earlier);
    if (naming === undefined) throw new TypeError('a write without an earlier attempt and without a key');
    const intent = intentOf(naming, context);
    append(intent);
    return { kind: 'send', intent, earlier };
  });
}

/** The very request of before: the same fields in another order would be another body to the API. */
const namingOf = ({ intent: { request, key, fingerprint: print } }: KnownWrite): Naming => ({
  request,
  key,
  print,
});

function intentOf({ request, key, print }: Naming, context: AttemptContext): Intent {
  const { place, who, runner, command, now, undoing } = context;
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
    ...undoing,
  };
}

/** Notes how a write ended. Throws a `failure` if the journal cannot be written. */
export function noteOutcome(
  key: string,
  outcome: Omit<Outcome, 'at' | 'key'>,
  { journal, now }: Pick<AttemptContext, 'journal' | 'now'>,
): void {
  journal.append({ ...outcome, at: timestamp(now()), key });
}

/** Notes a success. Throws a `failure` that says that the write was applied if the journal cannot be written. */
export function noteSuccess(key: string, reply: Reply, context: AttemptContext): void {
  const { status, document: answer, replayed, requestId } = reply;
  const known = requestId === undefined ? {} : { requestId };
  try {
    noteOutcome(key, { event: 'settled', status, replayed, ...known, answer }, context);
  } catch (error) {
    throw new CreditctlError('failure', `The write was applied, but: ${journalFault(error)}`, {
      applied: 'yes',
      retrySafe: true,
      idempotencyKey: key,
      next: ['Run the same command again once the journal can be written: the same key does nothing twice'],
    });
  }
}

/** Notes a failure, and returns the same error with the key. */
export function noteFailure(key: string, error: CreditctlError, context: AttemptContext): CreditctlError {
  const { message, facts } = error;
  const { status, requestId } = facts;
  try {
    const event = facts.applied === 'unknown' ? 'unknown' : 'refused';
    const known = {
      ...(status === undefined ? {} : { status }),
      ...(requestId === undefined ? {} : { requestId }),
    };
    noteOutcome(key, { event, message, ...known }, context);
    return withKey(error, key);
  } catch (unwritable) {
    // What happened to the write matters more; without this line the next run settles it under the same key.
    return withKey(error, key, `; ${journalFault(unwritable)}`);
  }
}

function withKey(error: CreditctlError, key: string, further = ''): CreditctlError {
  const facts: ErrorFacts = { ...error.facts, idempotencyKey: key, cause: error.cause };
  return new CreditctlError(error.kind, `${error.message}${further}`, facts);
}

function journalFault(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, so nothing was sent$/, '') : String(error);
}

/** RFC 3339, UTC. */
const timestamp = (now: number): string => new Date(now).toISOString();
