// A write happens once and we know if it did: journal, send, journal.
import { CreditctlError, isInterruption } from '../errors.ts';
import type { Runner } from '../platform/process.ts';
import { marked } from '../requests/marker.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Json } from '../wire/json.ts';
import { type Decision, decideByContent, decideByKey, decideOpen, isUnderWay } from './earlier.ts';
import { fingerprint } from './fingerprint.ts';
import { type Intent, isOpen, type KnownWrite, type Outcome, type Place } from './journal.ts';
import type { Journal } from './journal-file.ts';
import { sendAndRecord, timestamp } from './send-and-record.ts';

export interface Submission {
  readonly place: Place;
  readonly journal: Journal;
  /**
   * Carries a request under a key; see `api/send.ts`.
   * @param inDoubt an earlier attempt under this key may have been carried out
   */
  readonly send: (request: ApiRequest, key: string, inDoubt: boolean) => Promise<Reply>;
  /** Looks in the ledger for the entry of an earlier attempt by its mark; `undefined` if it is not there. */
  readonly look: (intent: Intent) => Promise<Json | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newKey: () => string;
  readonly who: string;
  readonly runner: Runner;
  /** Whether a process of this machine is still running. */
  readonly isAlive: (runner: Runner) => boolean;
  /** The command line, as the journal shall remember it. */
  readonly command: string;
  /** What the intent says of the undoing that this write is a part of. */
  readonly undoing?: Pick<Intent, 'undoes' | 'toFollow'>;
}

export interface Reply {
  readonly status: number;
  readonly document: Json;
  readonly requestId?: string;
  readonly replayed: boolean;
}

/** How a write came to be done. */
export type Manner = 'sent' | 'replayed' | 'resumed' | 'untold' | 'known' | 'found';

export interface Settled {
  readonly document: Json;
  readonly key: string;
  /**
   * `sent` now; `replayed` by the API, which had done it under this key; `resumed`, an earlier attempt of which the
   * outcome was not known; `untold`, done by a run that was cut off before it could say so; `known` from the journal
   * alone, because the API has forgotten the key by now; `found` in the ledger by its mark.
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
  const taken = take<never>(key ?? print, submission, {
    decide: (known) =>
      key === undefined
        ? decideByContent(known, { ...submission, now: submission.now() })
        : decideByKey(known, { key, print, place: submission.place }, submission.now()),
    fresh: () => {
      const useKey = key ?? submission.newKey();
      return { request: marked(request, useKey), key: useKey, print };
    },
  });
  return carryOn(taken, key !== undefined, submission);
}

/**
 * Finds out what became of one write of the journal: sent again under its key while the API remembers it, and looked
 * for after that, but then never sent. Throws as `submit` does. `absent` if it was never applied; `left` if it is known
 * by now, or if another process is at it.
 */
export async function settle(
  { intent: { key, place } }: KnownWrite,
  submission: Submission,
): Promise<Settled | 'absent' | 'left'> {
  const taken = take<undefined>(key, submission, {
    decide: (known) => {
      const write = known.find(({ intent }) => intent.key === key && intent.place.host === place.host);
      const self = { ...submission, now: submission.now() };
      return write === undefined || !isOpen(write) || isUnderWay(write, self)
        ? undefined
        : decideOpen(write, self.now);
    },
  });
  if (taken === undefined) return 'left';
  if (taken.kind === 'look') return (await lookAndRecord(taken.earlier, submission)) ?? 'absent';
  return carryOn(taken, false, submission);
}

type Taken =
  | Exclude<Decision, { kind: 'send' }>
  | { readonly kind: 'send'; readonly intent: Intent; readonly earlier: KnownWrite | undefined };

interface Naming {
  readonly request: ApiRequest;
  readonly key: string;
  readonly print: string;
}

/** How to choose; only a choice that may be of a write without an earlier attempt has a fresh one. */
interface Choosing<Nothing extends undefined> {
  readonly decide: (known: readonly KnownWrite[]) => Decision | Nothing;
  readonly fresh?: () => Naming;
}

/**
 * Decides what is to be done and notes it, in one turn: of two equal runs that find the same write of a killed one, the
 * second finds it taken by the first.
 */
function take<Nothing extends undefined = never>(
  text: string,
  submission: Submission,
  { decide, fresh }: Choosing<Nothing>,
): Taken | Nothing {
  const { journal, now, runner } = submission;
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
    const intent = intentOf(naming, submission);
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

/** @param isNamed whether the key was set by hand: then an earlier attempt is no surprise */
async function carryOn(taken: Taken, isNamed: boolean, submission: Submission): Promise<Settled> {
  switch (taken.kind) {
    case 'answer': {
      const { outcome, intent } = taken.earlier;
      return { document: outcome?.answer ?? null, key: intent.key, manner: taken.manner };
    }
    case 'stuck':
      throw tooOld(taken.earlier);
    case 'look':
      return lookThenSend(taken.earlier, submission);
    case 'send': {
      const { intent, earlier } = taken;
      const isOpenStill = earlier !== undefined && isOpen(earlier);
      const reply = await sendAndRecord(intent, isOpenStill, submission);
      const manner = !isNamed && earlier !== undefined ? 'resumed' : reply.replayed ? 'replayed' : 'sent';
      return { document: reply.document, key: intent.key, manner };
    }
  }
}

/** The API has forgotten the key by now: only the ledger can tell whether the write was applied. */
async function lookThenSend(earlier: KnownWrite, submission: Submission): Promise<Settled> {
  const found = await lookAndRecord(earlier, submission);
  if (found !== undefined) return found;
  const intent = intentOf(namingOf(earlier), submission);
  submission.journal.append(intent);
  const reply = await sendAndRecord(intent, false, submission);
  return { document: reply.document, key: intent.key, manner: 'resumed' };
}

/** `undefined` if it is not there, which the journal knows from then on: it was never applied. */
async function lookAndRecord(
  earlier: KnownWrite,
  { journal, now, look }: Submission,
): Promise<Settled | undefined> {
  const { key } = earlier.intent;
  const record = (outcome: Omit<Outcome, 'at' | 'key'>): void =>
    journal.append({ ...outcome, at: timestamp(now()), key });
  let document: Json | undefined;
  try {
    document = await look(earlier.intent);
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    record({ event: 'unknown', message: error.message });
    throw notFoundOut(error, earlier);
  }
  if (document === undefined)
    record({ event: 'absent', message: 'no entry of the ledger carries its mark, so it was never applied' });
  else record({ event: 'settled', answer: document, found: true });
  return document === undefined ? undefined : { document, key, manner: 'found' };
}

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

function notFoundOut(error: CreditctlError, { intent }: KnownWrite): CreditctlError {
  const { kind, message, facts } = error;
  // These say more about the search than that it failed.
  const isTelling = kind === 'credentials' || isInterruption(error);
  const why = kind === 'outcome-unknown' ? 'holds another entry under the key of' : 'cannot be searched for';
  const text = `The ledger ${why} an equal write of ${intent.at} that has no known outcome: ${message}`;
  return new CreditctlError(isTelling ? kind : 'outcome-unknown', text, {
    ...facts,
    applied: 'unknown',
    retrySafe: true,
    idempotencyKey: intent.key,
    next: ['Run the same command again: it looks once more, and sends nothing before it knows'],
  });
}

function intentOf({ request, key, print }: Naming, submission: Submission): Intent {
  const { place, who, runner, command, now, undoing } = submission;
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
